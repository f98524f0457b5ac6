/**
 * Machines by hand, readably, for tests:
 *
 *   const b = new MachineBuilder('message passing', 2);
 *   const flag = b.location('flag');
 *   b.task('writer', 0, (p) => p.store(flag, 1));
 *   b.task('reader', 1, (p) => {
 *     const r = p.register('r');
 *     p.loop(() => {
 *       p.load(r, flag);
 *       p.breakIf(eq(r, 1));
 *     });
 *   });
 *   const machine = b.build();
 *
 * Every statement is a node and has a site of its own: file `test.ts`, the statement's number as the line.
 */
import type {
  Address,
  BinaryOperator,
  Cell,
  Context,
  Expr,
  Fence,
  LoadOrder,
  Machine,
  Node,
  Program,
  Property,
  Register,
  RmwOrder,
  Site,
  StoreOrder,
  ValueType,
} from '../../src/machine/machine.ts';

export interface Variable {
  readonly space: 'location' | 'ghost';
  readonly index: number;
}
export interface Reg {
  readonly register: number;
}
/** A number is a constant, a register is its value. */
export type Operand = number | Reg | Expr;

export const INT: ValueType = {
  kind: 'int',
  min: -(2 ** 31),
  max: 2 ** 31 - 1,
  display: { kind: 'decimal' },
};

export function int(min: number, max: number): ValueType {
  return { kind: 'int', min, max, display: { kind: 'decimal' } };
}

export function value(operand: Operand): Expr {
  if (typeof operand === 'number') return { op: 'const', value: operand };
  return 'op' in operand ? operand : { op: 'reg', register: operand.register };
}

export function binary(operator: BinaryOperator, left: Operand, right: Operand): Expr {
  return { op: 'binary', operator, left: value(left), right: value(right) };
}
export const eq = (left: Operand, right: Operand): Expr => binary('==', left, right);
export const ne = (left: Operand, right: Operand): Expr => binary('!=', left, right);
export const lt = (left: Operand, right: Operand): Expr => binary('<', left, right);
export const add = (left: Operand, right: Operand): Expr => binary('+', left, right);
export const and = (left: Operand, right: Operand): Expr => binary('and', left, right);
export const or = (left: Operand, right: Operand): Expr => binary('or', left, right);
export const not = (operand: Operand): Expr => ({
  op: 'unary',
  operator: '!',
  operand: value(operand),
});
/** A ghost's value, for guards, CPU bindings and waits. */
export const ghost = (g: Variable): Expr => ({ op: 'ghost', address: addressOf(g) });

export interface AccessOptions {
  readonly primitive?: string;
  readonly until?: Expr;
}
export interface RmwOptions extends AccessOptions {
  readonly condition?: Expr;
  readonly order?: RmwOrder;
  readonly orderOnFailure?: RmwOrder;
}
export interface ContextOptions {
  readonly guard?: Expr;
  readonly liveness?: Context['liveness'];
  readonly livenessName?: string;
}

export class MachineBuilder {
  readonly title: string;
  private readonly cpus: readonly string[];
  private readonly locations: Cell[] = [];
  private readonly ghosts: Cell[] = [];
  private readonly contexts: Context[] = [];
  private readonly properties: Property[] = [];
  private readonly sites: Site[] = [];

  constructor(title: string, cpus = 2) {
    this.title = title;
    this.cpus = Array.from({ length: cpus }, (_, index) => `CPU${index}`);
  }

  location(name: string, initial = 0, type: ValueType = INT): Variable {
    this.locations.push({ name, initial, type, lock: false });
    return { space: 'location', index: this.locations.length - 1 };
  }

  /** A lock word, for `lock` and `unlock`. */
  lockWord(name: string): Variable {
    this.locations.push({ name, initial: 0, type: int(0, 31), lock: true });
    return { space: 'location', index: this.locations.length - 1 };
  }

  ghost(name: string, initial = 0, type: ValueType = INT): Variable {
    this.ghosts.push({ name, initial, type, lock: false });
    return { space: 'ghost', index: this.ghosts.length - 1 };
  }

  task(
    name: string,
    cpu: Operand,
    body: (p: ProgramBuilder) => void,
    options: ContextOptions = {},
  ): void {
    const site = this.site(name);
    this.contexts.push({
      ...this.program(body, this.contexts.length),
      name,
      cpu: value(cpu),
      guard: options.guard ?? null,
      liveness: options.liveness ?? 'done',
      ...(options.livenessName === undefined ? {} : { livenessName: options.livenessName }),
      site,
    });
  }

  /** `formula` emits the loads and returns the verdict. */
  property(kind: Property['kind'], name: string, formula: (p: ProgramBuilder) => Operand): void {
    const site = this.site(name);
    const program = this.program((p) => p.done(formula(p)), -1);
    this.properties.push({ ...program, kind, name, site });
  }

  build(): Machine {
    const { title, locations, ghosts, cpus, contexts, properties, sites } = this;
    return { title, locations, ghosts, cpus, contexts, properties, sites };
  }

  private program(body: (p: ProgramBuilder) => void, context: number): Program {
    const builder = new ProgramBuilder((text) => this.site(text), context);
    body(builder);
    return builder.finish();
  }

  private site(text: string): number {
    const line = this.sites.length + 1;
    this.sites.push({ file: 'test.ts', line, column: 1, text, functionName: '', caller: null });
    return line - 1;
  }
}

/** A place in a program that is known once the next node is emitted. */
interface Label {
  position: number;
}
type Emitted = (resolve: (label: Label) => number) => Node;

export class ProgramBuilder {
  private readonly registers: Register[] = [];
  private readonly nodes: Emitted[] = [];
  private readonly newSite: (text: string) => number;
  /** 1 + the index of the program's context: what it writes into a lock word. */
  private readonly self: number;
  /** Labels of the next node. */
  private pending: Label[] = [];
  private breaks: Label[] = [];
  private atomicity: 'none' | 'first' | 'rest' = 'none';

  constructor(newSite: (text: string) => number, context: number) {
    this.newSite = newSite;
    this.self = context + 1;
  }

  register(name: string, type: ValueType = INT): Reg {
    this.registers.push({ name, type });
    return { register: this.registers.length - 1 };
  }

  load(
    { register }: Reg,
    from: Variable | Address,
    order: LoadOrder = 'relaxed',
    options: AccessOptions = {},
  ): void {
    const { primitive = order === 'plain' ? '' : 'READ_ONCE', until = null } = options;
    const address = addressOf(from);
    this.emit('load', { kind: 'load', register, address, order, until, primitive });
  }

  store(
    to: Variable | Address,
    what: Operand,
    order: StoreOrder = 'relaxed',
    options: Pick<AccessOptions, 'primitive'> = {},
  ): void {
    const { primitive = order === 'plain' ? '' : 'WRITE_ONCE' } = options;
    const address = addressOf(to);
    this.emit('store', { kind: 'store', address, value: value(what), order, primitive });
  }

  rmw({ register }: Reg, at: Variable | Address, what: Operand, options: RmwOptions = {}): void {
    this.emit('rmw', {
      kind: 'rmw',
      register,
      address: addressOf(at),
      value: value(what),
      condition: options.condition ?? null,
      order: options.order ?? 'full',
      orderOnFailure: options.orderOnFailure ?? 'relaxed',
      until: options.until ?? null,
      primitive: options.primitive ?? 'xchg',
    });
  }

  /** spin_lock: blocks while the word is not 0. */
  lock(word: Variable): void {
    const old = this.register('old');
    const until = eq(old, 0);
    this.rmw(old, word, this.self, { until, order: 'acquire', primitive: 'spin_lock' });
  }

  unlock(word: Variable): void {
    this.store(word, 0, 'release', { primitive: 'spin_unlock' });
  }

  fence(fence: Fence): void {
    this.emit(fence, { kind: 'fence', fence });
  }

  get({ register }: Reg, from: Variable | Address): void {
    this.emit('get', { kind: 'get', register, address: addressOf(from) });
  }

  set(to: Variable | Address, what: Operand): void {
    this.emit('set', { kind: 'set', address: addressOf(to), value: value(what) });
  }

  assign(...moves: readonly (readonly [Reg, Operand])[]): void {
    const pairs = moves.map(([to, from]) => [to.register, value(from)] as const);
    this.emit('assign', { kind: 'assign', moves: pairs });
  }

  choose({ register }: Reg, count: number): void {
    this.emit('choose', { kind: 'choose', register, count });
  }

  wait(condition: Expr): void {
    this.emit('wait', { kind: 'wait', condition });
  }

  assert(condition: Expr, name = 'assertion'): void {
    this.emit(name, { kind: 'assert', condition, name });
  }

  mark(): void {
    this.emit('mark', { kind: 'mark' });
  }

  done(verdict: Operand | null = null): void {
    this.emit('done', { kind: 'done', value: verdict === null ? null : value(verdict) });
    this.pending = [];
  }

  if(condition: Expr, then: () => void, otherwise: () => void = () => {}): void {
    const [first, second, join] = [label(), label(), label()];
    this.branch(condition, first, second, join);
    this.pending = [first];
    then();
    const ends = this.pending;
    this.pending = [second];
    otherwise();
    this.pending.push(...ends, join);
  }

  /** Repeats until a `breakIf` of its body leaves. */
  loop(body: () => void): void {
    const outer = this.breaks;
    this.breaks = [];
    const head = this.nodes.length;
    body();
    for (const back of this.pending) back.position = head;
    this.pending = this.breaks;
    this.breaks = outer;
  }

  breakIf(condition: Expr): void {
    const [leave, stay] = [label(), label()];
    this.branch(condition, leave, stay, null);
    this.breaks.push(leave);
    this.pending = [stay];
  }

  /** One step for others, from its first node on. */
  atomic(body: () => void): void {
    this.atomicity = 'first';
    body();
    this.atomicity = 'none';
  }

  finish(): Program {
    if (this.pending.length > 0 || this.nodes.length === 0) this.done();
    const end = this.nodes.length - 1;
    const resolve = ({ position }: Label): number => (position < 0 ? end : position);
    return { registers: this.registers, nodes: this.nodes.map((n) => n(resolve)), entry: 0 };
  }

  private branch(condition: Expr, then: Label, otherwise: Label, join: Label | null): void {
    this.emit('if', (resolve, base) => ({
      ...base,
      kind: 'branch',
      condition,
      // oxlint-disable-next-line unicorn/no-thenable -- a branch's arm is no promise
      then: resolve(then),
      otherwise: resolve(otherwise),
      join: join === null ? null : resolve(join),
      next: resolve(then),
    }));
  }

  private emit(text: string, made: Bare | Made): void {
    const [index, after] = [this.nodes.length, label()];
    for (const waiting of this.pending) waiting.position = index;
    this.pending = [after];
    const base = { site: this.newSite(text), atomic: this.atomicity === 'rest' };
    if (this.atomicity === 'first') this.atomicity = 'rest';
    this.nodes.push((resolve) =>
      typeof made === 'function'
        ? made(resolve, { ...base, next: resolve(after) })
        : { ...base, next: resolve(after), ...made },
    );
  }
}

type Base = Pick<Node, 'site' | 'next' | 'atomic'>;
type Made = (resolve: (label: Label) => number, base: Base) => Node;
type Bare = Node extends infer N ? (N extends Node ? Omit<N, keyof Base> : never) : never;

function label(): Label {
  return { position: -1 };
}

function addressOf(target: Variable | Address): Address {
  if ('expr' in target) return target;
  const { index } = target;
  return { expr: { op: 'const', value: index }, candidates: [index], fault: null };
}

/** `first[index]` of a run of `count` neighbours. */
export function element(first: Variable, index: Operand, count: number): Address {
  const candidates = Array.from({ length: count }, (_, offset) => first.index + offset);
  return { expr: add(first.index, index), candidates, fault: 'index-out-of-bounds' };
}
