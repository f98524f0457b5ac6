/**
 * From system() to a machine: it is run, then every context, guard, CPU binding and property that it
 * declared is staged. Nodes keep the order in which they were recorded, which is that of the source;
 * what no path reaches, and registers that nothing uses, are left out.
 */
import { KcheckError } from '../../errors.ts';
import { immediatePostDominators } from '../../machine/joins.ts';
import { registersSet, expressionsOf, registersIn } from '../../machine/expression.ts';
import { reachable } from '../../machine/graph.ts';
import { refuse } from '../errors.ts';
import { UNTIED } from './builder.ts';
import { describe, now } from './cells.ts';
import { current } from './current.ts';
import { Draft } from './draft.ts';
import { constant, range } from './expressions.ts';
import { settleNames } from './naming.ts';
import { truth } from './operators.ts';
import { callStack, placeOf } from './places.ts';
import { toScalar } from './scalars.ts';
import { Stage } from './stage.ts';
import { isModel } from './values.ts';
import type {
  Address,
  Cell,
  Context,
  Expr,
  Machine,
  Node,
  Program,
  Property,
} from '../../machine/machine.ts';
import type { ContextDraft, PropertyDraft } from './draft.ts';
import type { CellDraft } from './memory.ts';
import type { StaticSite } from './places.ts';

/** Records the machine that `declare` declares. */
export function buildMachine(title: string, declare: () => void): Machine {
  if (current.draft) throw new Error('staging: a machine is being recorded already');
  const draft = new Draft(title, now());
  current.draft = draft;
  callStack.length = 0;
  try {
    declare();
    return finish(draft);
  } finally {
    current.draft = null;
    current.stage = null;
  }
}

function finish(draft: Draft): Machine {
  if (draft.contexts.length === 0) {
    refuse(
      'KC0107',
      'system() declares no task',
      'Declare at least one, with task(name, () => { … }).',
      null,
    );
  }
  for (const complete of draft.pending) complete();
  settleNames(draft);
  const contexts = draft.contexts.map((context, index) => stageContext(draft, context, index));
  const properties = draft.properties.map((property) => stageProperty(draft, property));
  return freeze({
    title: draft.title,
    locations: draft.memory.map((cell) => finalCell(draft, cell)),
    ghosts: draft.ghosts.map((cell) => finalCell(draft, cell)),
    cpus: draft.cpus,
    contexts,
    properties,
    sites: draft.sites,
  });
}

function finalCell(draft: Draft, { root, path, type, initial, lock }: CellDraft): Cell {
  const name = `${root.name}${path}`;
  return { name, initial, type: lock ? range(0, draft.contexts.length) : type, lock };
}

function stageContext(draft: Draft, context: ContextDraft, index: number): Context {
  const { name, liveness, livenessName, site, stack } = context;
  const cpu = blaming(stack, () => stageCpu(draft, context.cpu, index));
  const guard = blaming(stack, () => stageGuard(draft, context.when, index));
  const program = blaming(stack, () => stageBody(draft, context, index));
  const common = { name, cpu, guard, liveness, site, ...program };
  return livenessName === null ? common : { ...common, livenessName };
}

function stageCpu(draft: Draft, cpu: ContextDraft['cpu'], index: number): Expr {
  if (typeof cpu === 'number') return constant(cpu);
  return run(new Stage(draft, 'guard', index), (stage) => {
    const value = valueOf(stage, cpu, "'cpu'");
    const { expr, type } = toScalar(value, stage);
    if (type.kind === 'int') return expr;
    return refuse('KC0121', `'cpu' gives ${describe(value)}`, 'It gives the number of a CPU.');
  });
}

function stageGuard(draft: Draft, when: ContextDraft['when'], index: number): Expr | null {
  if (!when) return null;
  return run(new Stage(draft, 'guard', index), (stage) => {
    const value = valueOf(stage, when, "'when'");
    if (!isModel(value)) return value ? null : constant(0);
    return toScalar(truth(value), stage).expr;
  });
}

function stageBody(draft: Draft, { body, site }: ContextDraft, index: number): Program {
  return run(new Stage(draft, 'body', index), (stage) => {
    stage.guarded(() => {
      body();
      return undefined;
    });
    end(stage, null, site);
    return program(stage);
  });
}

function stageProperty(draft: Draft, property: PropertyDraft): Property {
  const { kind, name, formula, site, stack } = property;
  const staged = blaming(stack, () =>
    run(new Stage(draft, 'property', -1), (stage) => {
      const value = valueOf(stage, formula, `'${name}'`);
      end(
        stage,
        isModel(value) ? toScalar(truth(value), stage).expr : constant(value ? 1 : 0),
        site,
      );
      return program(stage);
    }),
  );
  return { kind, name, site, ...staged };
}

function run<T>(stage: Stage, work: (stage: Stage) => T): T {
  current.stage = stage;
  callStack.length = 0;
  const result = work(stage);
  current.stage = null;
  return result;
}

/** What a closure gives; refuses one that gives nothing, or an object. */
function valueOf(stage: Stage, closure: () => unknown, what: string): unknown {
  let value: unknown;
  stage.guarded(() => {
    value = closure();
    return undefined;
  });
  if (stage.position && (isModel(value) || ['number', 'boolean'].includes(typeof value)))
    return value;
  return refuse(
    stage.kind === 'property' ? 'KC0124' : 'KC0122',
    `${what} gives ${stage.position ? describe(value) : 'no value'}`,
    'Return a number or boolean on every path; read a location through .value or READ_ONCE().',
  );
}

function end(stage: Stage, value: Expr | null, site: number): void {
  const { position } = stage;
  if (position && 'ends' in position) {
    stage.builder.append(position.ends, { kind: 'done', value }, site, false);
  }
}

/** An error without a place of its own is blamed on the declaration. */
function blaming<T>(stack: readonly StaticSite[], work: () => T): T {
  try {
    return work();
  } catch (error) {
    const declaration = stack.at(-1);
    if (!(error instanceof KcheckError) || error.place || !declaration) throw error;
    throw new KcheckError(error.code, error.message, placeOf(declaration), error.advice);
  }
}

/* From drafts to frozen data. */

function program({ builder }: Stage): Program {
  const drafts: Program = builder;
  if (builder.entry === UNTIED) throw new Error('staging: a program without an entry');
  const kept = [...reachable(drafts)].toSorted((a, b) => a - b);
  const nodeNumber = new Map(kept.map((old, now) => [old, now]));
  const nodes = kept.flatMap((old) => drafts.nodes[old] ?? []);
  const registerNumber = usedRegisters(nodes);
  const renumber = new Renumbering(nodeNumber, registerNumber);
  const numbered: Program = {
    registers: registersOf(builder.registers, registerNumber),
    nodes: nodes.map((node) => renumber.node(node)),
    entry: renumber.to(builder.entry),
  };
  const joins = immediatePostDominators(numbered);
  return {
    ...numbered,
    nodes: numbered.nodes.map((node, i) =>
      node.kind === 'branch' ? { ...node, join: joins[i] ?? null } : node,
    ),
  };
}

/** Old → new numbers, in the order of first use. */
function usedRegisters(nodes: readonly Node[]): ReadonlyMap<number, number> {
  const used = new Map<number, number>();
  const use = (register: number): void => {
    if (!used.has(register)) used.set(register, used.size);
  };
  for (const node of nodes) {
    for (const expr of expressionsOf(node)) for (const register of registersIn(expr)) use(register);
    for (const register of registersSet(node)) use(register);
  }
  return used;
}

/** The names that declarations gave come first; no two registers have the same one. */
function registersOf(
  drafts: Stage['builder']['registers'],
  numbers: ReadonlyMap<number, number>,
): Program['registers'] {
  const used = [...numbers.keys()].flatMap((old) => drafts[old] ?? []);
  const names = new Map<(typeof used)[number], string>();
  const taken = new Set<string>();
  for (const draft of [
    ...used.filter(({ named }) => named),
    ...used.filter(({ named }) => !named),
  ]) {
    let name = draft.name;
    for (let i = 2; taken.has(name); i++) name = `${draft.name}#${i}`;
    taken.add(name);
    names.set(draft, name);
  }
  return used.map((draft) => ({ name: names.get(draft) ?? draft.name, type: draft.type }));
}

class Renumbering {
  readonly #nodes: ReadonlyMap<number, number>;
  readonly #registers: ReadonlyMap<number, number>;

  constructor(nodes: ReadonlyMap<number, number>, registers: ReadonlyMap<number, number>) {
    this.#nodes = nodes;
    this.#registers = registers;
  }

  to(node: number): number {
    const number = this.#nodes.get(node);
    if (number === undefined) throw new Error('staging: a loose end');
    return number;
  }

  node(node: Node): Node {
    const rest = { site: node.site, atomic: node.atomic };
    switch (node.kind) {
      case 'done':
        return { ...node, value: this.#maybe(node.value), next: 0 };
      case 'branch': {
        const [then, otherwise] = [this.to(node.then), this.to(node.otherwise)];
        return { ...node, condition: this.expr(node.condition), then, otherwise, next: then };
      }
      default:
        return { ...this.#inner(node), ...rest, next: this.to(node.next) };
    }
  }

  #inner(node: Exclude<Node, { readonly kind: 'done' | 'branch' }>): Node {
    switch (node.kind) {
      case 'load':
        return { ...node, ...this.#received(node), until: this.#maybe(node.until) };
      case 'store':
      case 'set':
        return { ...node, address: this.#address(node.address), value: this.expr(node.value) };
      case 'rmw':
        return {
          ...node,
          ...this.#received(node),
          value: this.expr(node.value),
          condition: this.#maybe(node.condition),
          until: this.#maybe(node.until),
        };
      case 'get':
        return { ...node, ...this.#received(node) };
      case 'assign':
        return {
          ...node,
          moves: node.moves.map(([to, from]) => [this.#register(to), this.expr(from)]),
        };
      case 'choose':
        return { ...node, register: this.#register(node.register) };
      case 'wait':
      case 'assert':
        return { ...node, condition: this.expr(node.condition) };
      case 'fence':
      case 'mark':
        return node;
    }
  }

  #received(node: { readonly register: number; readonly address: Address }): {
    readonly register: number;
    readonly address: Address;
  } {
    return { register: this.#register(node.register), address: this.#address(node.address) };
  }

  #register(register: number): number {
    const number = this.#registers.get(register);
    if (number === undefined) throw new Error('staging: a register that is not used');
    return number;
  }

  #address(address: Address): Address {
    return { ...address, expr: this.expr(address.expr) };
  }

  #maybe(expr: Expr | null): Expr | null {
    return expr && this.expr(expr);
  }

  expr(expr: Expr): Expr {
    switch (expr.op) {
      case 'const':
        return expr;
      case 'reg':
        return { ...expr, register: this.#register(expr.register) };
      case 'ghost':
        return { ...expr, address: this.#address(expr.address) };
      case 'unary':
        return { ...expr, operand: this.expr(expr.operand) };
      case 'binary':
        return { ...expr, left: this.expr(expr.left), right: this.expr(expr.right) };
      case 'select':
        return {
          ...expr,
          condition: this.expr(expr.condition),
          then: this.expr(expr.then),
          otherwise: this.expr(expr.otherwise),
        };
    }
  }
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  Object.values(value).forEach(freeze);
  return value;
}
