/**
 * Random machines of which much commutes: data behind locks, data of one context, stores into buffers; and
 * properties of every kind that look at it, contexts that share a CPU, and ones that move.
 */
import fc from 'fast-check';
import type { Context, Expr, Machine, Property } from '../../src/machine/machine.ts';
import { MachineBuilder, add, and, binary, eq, ghost, int, lt, ne } from '../machine/builder.ts';
import type { ProgramBuilder, Reg, Variable } from '../machine/builder.ts';

type Statement =
  | { readonly load: string; readonly how: 'plain' | 'relaxed' }
  | { readonly store: string; readonly how: 'plain' | 'relaxed' | 'release'; readonly value: Value }
  | { readonly rmw: string }
  | { readonly get: string }
  | { readonly set: string; readonly value: Value }
  | { readonly wait: string; readonly value: number }
  | { readonly fence: true }
  | { readonly mark: true }
  | { readonly choose: true }
  | { readonly assertNot: number }
  | { readonly locked: string; readonly body: Body }
  | { readonly if: Body }
  | { readonly atomic: Body }
  | { readonly spin: string; readonly until: number }
  | { readonly twice: Body };
type Value = 0 | 1 | 'seen';
type Body = readonly Statement[];

export interface ReducibleRecipe {
  readonly contexts: readonly {
    /** 3: the CPU that the ghost `where` names. */
    readonly cpu: 0 | 1 | 2 | 3;
    readonly guarded: boolean;
    readonly liveness: Context['liveness'];
    readonly endless: boolean;
    readonly body: Body;
  }[];
  readonly properties: readonly {
    readonly kind: Property['kind'];
    /** Two things, and the values that they are not to have, or to have some time, together. */
    readonly reads: readonly [string, string];
    readonly are: readonly [number, number];
  }[];
}

/** Who writes what by habit: `d` and `e` under the lock l, `m` under m, `own` alone, `x`, `y` anybody. */
const shared = fc.constantFrom('x', 'y');
const value = fc.constantFrom<Value>(0, 1, 'seen');
const TRUE = fc.constant(true as const);
const small = fc.constantFrom(0, 1);

const onOwn: readonly Weighted[] = [
  [3, fc.record({ store: fc.constant('own'), how: fc.constantFrom('plain', 'relaxed'), value })],
  [3, fc.record({ load: fc.constant('own'), how: fc.constantFrom('plain', 'relaxed') })],
  [1, fc.record({ rmw: fc.constant('own') })],
];
const onShared: readonly Weighted[] = [
  [3, fc.record({ store: shared, how: fc.constantFrom('relaxed', 'release'), value })],
  [3, fc.record({ load: shared, how: fc.constant('relaxed') })],
  [1, fc.record({ rmw: shared })],
  [1, fc.record({ fence: TRUE })],
];
const onGhosts: readonly Weighted[] = [
  [1, fc.record({ set: fc.constantFrom('g', 'own g', 'run', 'where'), value })],
  [1, fc.record({ get: fc.constantFrom('g', 'own g') })],
  [1, fc.record({ wait: fc.constantFrom('g', 'own g'), value: small })],
];
const others: readonly Weighted[] = [
  [1, fc.record({ mark: TRUE })],
  [1, fc.record({ choose: TRUE })],
  [1, fc.record({ assertNot: small })],
  [1, fc.record({ spin: shared, until: small })],
];
type Weighted = readonly [weight: number, statement: fc.Arbitrary<Statement>];

function protectedBy(cells: readonly string[]): readonly Weighted[] {
  const cell = fc.constantFrom(...cells);
  return [
    [4, fc.record({ store: cell, how: fc.constantFrom('plain', 'relaxed'), value })],
    [4, fc.record({ load: cell, how: fc.constantFrom('plain', 'relaxed') })],
    [1, fc.record({ rmw: cell })],
  ];
}

function sequence(weighted: readonly Weighted[], maxLength: number): fc.Arbitrary<Body> {
  const statement = fc.oneof(...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary })));
  return fc.array(statement, { minLength: 1, maxLength });
}

const underL = sequence([...protectedBy(['d', 'e']), ...onOwn, ...onShared, ...onGhosts], 3);
const underM = sequence([...protectedBy(['f']), ...onOwn, ...onGhosts, ...others], 2);
const locked: readonly Weighted[] = [
  [6, fc.record({ locked: fc.constant('l'), body: underL })],
  [3, fc.record({ locked: fc.constant('m'), body: underM })],
];
const nestedLocks = sequence([...locked, ...protectedBy(['d']), ...onOwn], 2);
const region = fc
  .tuple(
    sequence(onGhosts, 1),
    sequence([...onOwn, ...onShared.slice(0, 3), [1, fc.record({ get: fc.constant('g') })]], 1),
    fc.oneof(sequence(onGhosts, 1), fc.constant<Body>([])),
  )
  .map((parts): Body => parts.flat());
const inner = sequence([...onOwn, ...onShared, ...onGhosts, ...locked], 2);
const nesting: readonly Weighted[] = [
  [2, fc.record({ locked: fc.constant('l'), body: nestedLocks })],
  [2, fc.record({ if: inner })],
  [2, fc.record({ atomic: region })],
  [1, fc.record({ twice: inner })],
];
/** Data without its lock: races, and what only seems to be protected. */
const careless: readonly Weighted[] = [
  [1, fc.record({ load: fc.constantFrom('d', 'f'), how: fc.constantFrom('plain', 'relaxed') })],
  [
    1,
    fc.record({
      store: fc.constantFrom('d', 'f'),
      how: fc.constantFrom('plain', 'relaxed'),
      value,
    }),
  ],
];
const tidy = sequence(
  [...onOwn, ...onOwn, ...onShared, ...onGhosts, ...locked, ...locked, ...others, ...nesting],
  4,
);
/** A store, and the value that somebody else sees of it. */
const bare = sequence(
  [...onShared, ...onShared, [4, fc.record({ assertNot: small })], [2, fc.record({ if: inner })]],
  4,
);
const body = fc.oneof(
  { weight: 2, arbitrary: bare },
  { weight: 3, arbitrary: tidy },
  { weight: 1, arbitrary: sequence([...onShared, ...onOwn], 4) },
  { weight: 1, arbitrary: sequence([...careless, ...locked, ...onShared, ...nesting], 3) },
);

const observed = fc.constantFrom(
  'x',
  'd',
  'own0',
  'own0',
  'own1',
  'own1',
  'g',
  'own g0',
  'own g1',
  'l',
);

export function reducibleRecipes(): fc.Arbitrary<ReducibleRecipe> {
  const context = fc.record({
    cpu: fc.constantFrom<0 | 1 | 2 | 3>(0, 1, 1, 2, 2, 3),
    guarded: fc.nat(5).map((n) => n === 0),
    liveness: fc.constantFrom<Context['liveness']>('done', 'done', 'done', 'mark', 'none'),
    endless: fc.nat(4).map((n) => n === 0),
    body,
  });
  const property = fc.record({
    kind: fc.constantFrom<Property['kind']>('invariant', 'final', 'sometimes', 'possible'),
    reads: fc.tuple(observed, observed),
    are: fc.tuple(small, small),
  });
  return fc.record({
    contexts: fc.array(context, { minLength: 2, maxLength: 3 }),
    properties: fc.oneof(fc.constant([]), fc.array(property, { minLength: 1, maxLength: 2 })),
  });
}

export function reducibleMachine({ contexts, properties }: ReducibleRecipe): Machine {
  const b = new MachineBuilder('random, reducible', 3);
  const bit = int(0, 1);
  const cells = new Map<string, Variable>();
  for (const name of ['x', 'y', 'd', 'e', 'f']) cells.set(name, b.location(name, 0, bit));
  for (const name of ['l', 'm']) cells.set(name, b.lockWord(name));
  cells.set('g', b.ghost('g', 0, bit));
  cells.set('run', b.ghost('run', 1, bit));
  cells.set('where', b.ghost('where', 0, bit));
  contexts.forEach((_, index) => {
    cells.set(`seen${index}`, b.location(`seen${index}`, 0, int(0, 255)));
    cells.set(`own${index}`, b.location(`own${index}`, 0, bit));
    cells.set(`own g${index}`, b.ghost(`own g${index}`, 0, bit));
  });
  const cell = (name: string): Variable => found(cells, name);
  contexts.forEach(({ cpu, guarded, liveness, endless, body: statements }, index) => {
    const write = (p: ProgramBuilder): void => {
      const writer = new Writer(p, cells, index, !endless);
      if (endless) return p.loop(() => writer.write(statements));
      writer.write(statements);
      writer.tell();
    };
    const guard: { guard?: Expr } = guarded ? { guard: ne(ghost(cell('run')), 0) } : {};
    b.task(`T${index}`, cpu === 3 ? ghost(cell('where')) : cpu, write, { liveness, ...guard });
  });
  properties.forEach(({ kind, reads, are }, index) => {
    b.property(kind, `${index}: ${kind}`, (p) => {
      const [one, other] = reads.map((name, i) => {
        const [r, read] = [p.register(`r${i}`), cell(name)];
        if (read.space === 'ghost') p.get(r, read);
        else p.load(r, read);
        return eq(r, are[i] ?? 0);
      });
      const both = and(one ?? 1, other ?? 1);
      return kind === 'invariant' || kind === 'final' ? eq(both, 0) : both;
    });
  });
  return b.build();
}

function found(cells: ReadonlyMap<string, Variable>, name: string): Variable {
  const variable = cells.get(name);
  if (variable === undefined) throw new Error(`no variable ${name}`);
  return variable;
}

class Writer {
  readonly #p: ProgramBuilder;
  readonly #cells: ReadonlyMap<string, Variable>;
  readonly #index: number;
  readonly #seen: Reg;
  /** All that was read, if that has an end. */
  readonly #all: Reg | null;

  constructor(
    p: ProgramBuilder,
    cells: ReadonlyMap<string, Variable>,
    index: number,
    records: boolean,
  ) {
    this.#p = p;
    this.#cells = cells;
    this.#index = index;
    this.#seen = p.register('seen');
    this.#all = records ? p.register('all') : null;
  }

  write(statements: Body): void {
    for (const each of statements) this.#statement(each);
  }

  /** Writes down all that was read. */
  tell(): void {
    if (this.#all !== null) this.#p.store(found(this.#cells, `seen${this.#index}`), this.#all);
  }

  #statement(s: Statement): void {
    this.#execute(s);
    const reads = 'load' in s || 'rmw' in s || 'get' in s;
    if (!reads || this.#all === null) return;
    const shifted = binary('*', this.#all, 2);
    this.#p.assign([this.#all, binary('&', add(shifted, this.#seen), 255)]);
  }

  #execute(s: Statement): void {
    const [p, seen] = [this.#p, this.#seen];
    if ('load' in s) p.load(seen, this.#cell(s.load), s.how);
    else if ('store' in s) p.store(this.#cell(s.store), this.#value(s.value), s.how);
    else if ('rmw' in s) p.rmw(seen, this.#cell(s.rmw), 1, {});
    else if ('get' in s) p.get(seen, this.#cell(s.get));
    else if ('set' in s) p.set(this.#cell(s.set), this.#value(s.value));
    else if ('wait' in s) p.wait(eq(ghost(this.#cell(s.wait)), s.value));
    else if ('fence' in s) p.fence('mb');
    else if ('mark' in s) p.mark();
    else if ('choose' in s) p.choose(seen, 2);
    else if ('assertNot' in s) p.assert(ne(seen, s.assertNot), `not ${s.assertNot}`);
    else if ('if' in s) p.if(ne(seen, 0), () => this.write(s.if));
    else if ('atomic' in s) p.atomic(() => this.write(s.atomic));
    else if ('twice' in s) this.#twice(s.twice);
    else if ('locked' in s) {
      p.lock(this.#cell(s.locked));
      this.write(s.body);
      p.unlock(this.#cell(s.locked));
    } else {
      p.loop(() => {
        p.load(seen, this.#cell(s.spin));
        p.breakIf(eq(seen, s.until));
      });
    }
  }

  #twice(statements: Body): void {
    const i = this.#p.register('i', int(0, 2));
    this.#p.assign([i, 0]);
    this.#p.loop(() => {
      this.#p.breakIf(eq(lt(i, 2), 0));
      this.write(statements);
      this.#p.assign([i, add(i, 1)]);
    });
  }

  #value(v: Value): number | Reg {
    return v === 'seen' ? this.#seen : v;
  }

  #cell(name: string): Variable {
    return found(this.#cells, name.startsWith('own') ? `${name}${this.#index}` : name);
  }
}
