/**
 * Small random machines that always validate. A test takes a recipe, so that fast-check prints and
 * shrinks something a reader can follow, and makes the machine of it:
 *
 *   fc.assert(fc.property(recipes(), (recipe) => { const machine = machineOf(recipe); … }));
 *
 * Shared by the contexts: marked locations x, y; plain ones p, q; locks l0, l1; ghosts g, h; a ghost
 * `run` that guards ask for. Each context has registers a, b and a plain location of its own. All values
 * are 0 to 2, so the machines are finite.
 */
import fc from 'fast-check';
import type { Context, Machine } from '../../src/machine/machine.ts';
import { MachineBuilder, add, and, eq, ghost, int, lt, ne } from './builder.ts';
import type { ProgramBuilder, Reg, Variable } from './builder.ts';

export interface Recipe {
  readonly contexts: readonly ContextRecipe[];
  readonly invariants: readonly string[];
}
export interface ContextRecipe {
  readonly guarded: boolean;
  readonly liveness: Context['liveness'];
  /** The body is repeated for ever. */
  readonly endless?: boolean;
  readonly body: readonly Statement[];
}

type RegisterName = 'a' | 'b';
type Value = 0 | 1 | 2 | RegisterName;
type Statement =
  | { readonly load: string; readonly to: RegisterName; readonly plain?: true }
  | { readonly store: string; readonly value: Value; readonly plain?: true }
  | { readonly cmpxchg: string; readonly to: RegisterName; readonly value: Value }
  | { readonly get: string; readonly to: RegisterName }
  | { readonly set: string; readonly value: Value }
  | { readonly choose: RegisterName }
  | { readonly assign: RegisterName; readonly value: Value }
  | { readonly assert: RegisterName; readonly isNot: number }
  | { readonly wait: string; readonly value: number }
  | { readonly spin: string; readonly until: number }
  | { readonly await: string; readonly until: number }
  | { readonly fence: 'mb' | 'wmb' }
  | { readonly mark: true }
  | { readonly if: RegisterName; readonly yes: Body; readonly no: Body }
  | { readonly twice: Body }
  | { readonly locked: string; readonly body: Body }
  | { readonly atomic: Body };
type Body = readonly Statement[];

const register = fc.constantFrom<RegisterName>('a', 'b');
const number = fc.constantFrom<0 | 1 | 2>(0, 1, 2);
const value = fc.constantFrom<Value>(0, 1, 2, 'a', 'b');
const marked = fc.constantFrom('x', 'y');
const plain = fc.constantFrom('p', 'q');
const ghosts = fc.constantFrom('g', 'h', 'run');
const TRUE = fc.constant(true as const);

const LOCAL: readonly Weighted[] = [
  [2, fc.record({ choose: register })],
  [2, fc.record({ assign: register, value })],
  [1, fc.record({ assert: register, isNot: number })],
];
const GHOST: readonly Weighted[] = [
  [3, fc.record({ get: ghosts, to: register })],
  [4, fc.record({ set: ghosts, value })],
];
const PLAIN: readonly Weighted[] = [
  [3, fc.record({ load: plain, to: register, plain: TRUE })],
  [4, fc.record({ store: plain, value, plain: TRUE })],
];
const OWN: readonly Weighted[] = [
  [2, fc.record({ load: fc.constant('own'), to: register, plain: TRUE })],
  [2, fc.record({ store: fc.constant('own'), value, plain: TRUE })],
];
const MARKED: readonly Weighted[] = [
  [6, fc.record({ load: marked, to: register })],
  [6, fc.record({ store: marked, value })],
  [2, fc.record({ cmpxchg: marked, to: register, value })],
  [1, fc.record({ fence: fc.constantFrom<'mb' | 'wmb'>('mb', 'wmb') })],
];
const BLOCKING: readonly Weighted[] = [
  [1, fc.record({ wait: ghosts, value: number })],
  [1, fc.record({ spin: marked, until: number })],
  [1, fc.record({ await: marked, until: number })],
  [1, fc.record({ mark: TRUE })],
];
/** What others wait for, made true and false. */
const CHANGING: readonly Weighted[] = [
  [4, fc.record({ store: marked, value })],
  [4, fc.record({ set: ghosts, value })],
  [2, fc.record({ cmpxchg: marked, to: register, value })],
  [4, fc.record({ locked: fc.constant('l0'), body: fc.constant<Body>([]) })],
  [2, fc.record({ locked: fc.constant('l0'), body: fc.constant<Body>([{ mark: true }]) })],
];
const CHOOSING: readonly Weighted[] = [
  [1, fc.record({ choose: register })],
  [1, fc.record({ assert: register, isNot: number })],
];
/** What blocks and is one access. */
const BLOCKED: readonly Weighted[] = [[1, fc.record({ await: marked, until: number })]];
type Weighted = readonly [weight: number, statement: fc.Arbitrary<Statement>];

export interface RecipeOptions {
  /** Whether plain accesses to shared locations may stand outside the locks, and race. */
  readonly racy?: boolean;
  readonly maxContexts?: number;
}

export function recipes({
  racy = false,
  maxContexts = 3,
}: RecipeOptions = {}): fc.Arbitrary<Recipe> {
  const context = fc.record({
    guarded: fc.nat(3).map((n) => n === 0),
    liveness: fc.constantFrom<Context['liveness']>('done', 'done', 'done', 'mark', 'none'),
    body: bodies(racy, 2, 5),
  });
  return fc.record({
    contexts: fc.array(context, { minLength: 2, maxLength: maxContexts }),
    invariants: fc.subarray(['x', 'p', 'g'], { maxLength: 1 }),
  });
}

/** Contexts that wait, and at least one that changes for ever what others wait for. */
export function contendedMachines(): fc.Arbitrary<Machine> {
  const guarded = fc.nat(3).map((n) => n === 0);
  const spin = fc.record({ spin: marked, until: number });
  const merged: readonly Weighted[] = [
    ...OWN,
    [3, fc.record({ locked: fc.constantFrom('l0', 'l1'), body: sequences(PLAIN, 2) })],
    [3, fc.record({ atomic: regions(false) })],
  ];
  const mixed = sequences([[9, spin], ...BLOCKING, ...CHANGING, ...CHOOSING, ...merged], 3);
  const waiting = fc.oneof(mixed, fc.tuple(spin));
  const pulse = fc
    .record({ store: marked, value: number, then: number })
    .map(({ store, value: first, then }): Body => [
      { store, value: first },
      { store, value: then },
    ]);
  const others = sequences([...CHANGING, ...BLOCKING, ...CHOOSING, ...merged], 2);
  // Without a barrier most rounds would leave one store more in a store buffer.
  const barrier = fc.constant<Body>([{ fence: 'mb' }]);
  const pulses = fc.tuple(pulse, fc.oneof(others, barrier), barrier).map(flat);
  const changing = fc.oneof(others, pulses, pulses);
  const liveness = fc.constantFrom<Context['liveness']>('done', 'mark', 'none');
  const waiter = fc.record({
    guarded,
    liveness: fc.constantFrom<Context['liveness']>('done', 'done', 'mark'),
    endless: fc.nat(3).map((n) => n === 0),
    body: waiting,
  });
  const changer = fc.record({ guarded, liveness, endless: fc.constant(true), body: changing });
  return fc
    .record({ waiter, changer, other: fc.option(fc.oneof(waiter, changer)) })
    .map(({ waiter: first, changer: second, other }) => {
      const contexts = other === null ? [first, second] : [first, second, other];
      return machineOf({ contexts, invariants: [] });
    });
}

export function randomMachines(options?: RecipeOptions): fc.Arbitrary<Machine> {
  return recipes(options).map(machineOf);
}

export function machineOf(recipe: Recipe): Machine {
  const b = new MachineBuilder('random', recipe.contexts.length);
  const small = int(0, 2);
  const cells = new Map<string, Variable>();
  for (const name of ['x', 'y', 'p', 'q']) cells.set(name, b.location(name, 0, small));
  for (const name of ['l0', 'l1']) cells.set(name, b.lockWord(name));
  for (const name of ['g', 'h']) cells.set(name, b.ghost(name, 0, small));
  cells.set('run', b.ghost('run', 1, small));
  recipe.contexts.forEach(({ guarded, liveness, endless = false, body }, index) => {
    const own = new Map([...cells, ['own', b.location(`own${index}`, 0, small)] as const]);
    const guard = guarded ? { guard: ne(ghost(cell(cells, 'run')), 0) } : {};
    const write = (p: ProgramBuilder): void => new Writer(p, own).write(body);
    const program = (p: ProgramBuilder): void => (endless ? p.loop(() => write(p)) : write(p));
    b.task(`T${index}`, index, program, { liveness, ...guard });
  });
  for (const name of recipe.invariants) {
    b.property('invariant', `${name} < 2`, (p) => {
      const r = p.register('r');
      if (name === 'g') p.get(r, cell(cells, name));
      else p.load(r, cell(cells, name));
      return lt(r, 2);
    });
  }
  return b.build();
}

function flat(parts: readonly Body[]): Body {
  return parts.flat();
}

function bodies(racy: boolean, depth: number, maxLength: number): fc.Arbitrary<Body> {
  const nested = depth === 0 ? [] : nesting(racy, depth - 1);
  const weighted = [...LOCAL, ...GHOST, ...OWN, ...MARKED, ...BLOCKING, ...nested];
  return sequences(racy ? [...weighted, ...PLAIN] : weighted, maxLength);
}

function nesting(racy: boolean, depth: number): readonly Weighted[] {
  const inner = bodies(racy, depth, 2);
  const locked = sequences([...LOCAL, ...PLAIN, ...OWN, ...MARKED, ...GHOST, ...BLOCKING], 3);
  const lock = fc.constantFrom('l0', 'l0', 'l1');
  return [
    [3, fc.record({ if: register, yes: inner, no: inner })],
    [1, fc.record({ twice: inner })],
    [4, fc.record({ locked: lock, body: locked })],
    [4, fc.record({ atomic: regions(racy) })],
  ];
}

/** Ghosts and waits around at most one access to memory, some of it in one arm of an `if`. */
function regions(racy: boolean): fc.Arbitrary<Body> {
  const around = sequences(
    [...LOCAL, ...GHOST, [2, fc.record({ wait: ghosts, value: number })]],
    2,
  );
  const accesses = [...OWN, ...MARKED.filter((_, i) => i < 3), ...BLOCKED, ...(racy ? PLAIN : [])];
  const access = sequences(accesses, 1);
  const arms = fc.record({ if: register, yes: fc.oneof(access, around), no: access });
  const middle = fc.oneof(access, access, fc.tuple(arms), fc.constant([]));
  return fc.tuple(fc.oneof(around, fc.constant([])), middle, around).map(flat);
}

function sequences(weighted: readonly Weighted[], maxLength: number): fc.Arbitrary<Body> {
  const statement = fc.oneof(...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary })));
  return fc.array(statement, { minLength: 1, maxLength });
}

function cell(cells: ReadonlyMap<string, Variable>, name: string): Variable {
  const found = cells.get(name);
  if (found === undefined) throw new Error(`no variable ${name}`);
  return found;
}

/** Writes a body into a program. */
class Writer {
  readonly #p: ProgramBuilder;
  readonly #cells: ReadonlyMap<string, Variable>;
  readonly #registers: { readonly a: Reg; readonly b: Reg };
  readonly #scratch: Reg;

  constructor(p: ProgramBuilder, cells: ReadonlyMap<string, Variable>) {
    this.#p = p;
    this.#cells = cells;
    this.#registers = { a: p.register('a'), b: p.register('b') };
    this.#scratch = p.register('s');
  }

  write(body: Body): void {
    for (const statement of body) this.#statement(statement);
  }

  #statement(s: Statement): void {
    const p = this.#p;
    if ('load' in s) p.load(this.#at(s.to), this.#cell(s.load), s.plain ? 'plain' : 'relaxed');
    else if ('store' in s) {
      p.store(this.#cell(s.store), this.#value(s.value), s.plain ? 'plain' : 'relaxed');
    } else if ('cmpxchg' in s) {
      const to = this.#at(s.to);
      p.rmw(to, this.#cell(s.cmpxchg), this.#value(s.value), { condition: eq(to, 0) });
    } else if ('get' in s) p.get(this.#at(s.to), this.#cell(s.get));
    else if ('set' in s) p.set(this.#cell(s.set), this.#value(s.value));
    else if ('choose' in s) p.choose(this.#at(s.choose), 2);
    else if ('assign' in s) p.assign([this.#at(s.assign), this.#value(s.value)]);
    else if ('assert' in s) p.assert(ne(this.#at(s.assert), s.isNot), `not ${s.isNot}`);
    else if ('wait' in s) p.wait(eq(ghost(this.#cell(s.wait)), s.value));
    else if ('fence' in s) p.fence(s.fence);
    else if ('mark' in s) p.mark();
    else this.#compound(s);
  }

  #compound(s: Exclude<Statement, Simple>): void {
    const [p, scratch] = [this.#p, this.#scratch];
    if ('if' in s) {
      p.if(
        ne(this.#at(s.if), 0),
        () => this.write(s.yes),
        () => this.write(s.no),
      );
    } else if ('twice' in s) this.#twice(s.twice);
    else if ('locked' in s) {
      p.lock(this.#cell(s.locked));
      this.write(s.body);
      p.unlock(this.#cell(s.locked));
    } else if ('atomic' in s) p.atomic(() => this.write(s.atomic));
    else if ('await' in s) {
      p.load(scratch, this.#cell(s.await), 'acquire', { until: eq(scratch, s.until) });
    } else {
      p.loop(() => {
        p.load(scratch, this.#cell(s.spin));
        p.breakIf(eq(scratch, s.until));
      });
    }
  }

  #twice(body: Body): void {
    const i = this.#p.register('i', int(0, 2));
    this.#p.assign([i, 0]);
    this.#p.loop(() => {
      this.#p.breakIf(and(eq(i, 2), 1));
      this.write(body);
      this.#p.assign([i, add(i, 1)]);
    });
  }

  #at(name: RegisterName): Reg {
    return this.#registers[name];
  }

  #value(v: Value): number | Reg {
    return typeof v === 'number' ? v : this.#at(v);
  }

  #cell(name: string): Variable {
    return cell(this.#cells, name);
  }
}

type Simple = Extract<
  Statement,
  | { readonly load: string }
  | { readonly store: string }
  | { readonly cmpxchg: string }
  | { readonly get: string }
  | { readonly set: string }
  | { readonly choose: RegisterName }
  | { readonly assign: RegisterName }
  | { readonly assert: RegisterName }
  | { readonly wait: string }
  | { readonly fence: 'mb' | 'wmb' }
  | { readonly mark: true }
>;
