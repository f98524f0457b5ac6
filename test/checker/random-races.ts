/**
 * Small random machines about order: plain and marked accesses to a few locations, in every ordering,
 * fences, locks, pointers, contexts that share a CPU and one that moves. Without loops, so that
 * whole histories are finite, unless `loops` says so.
 */
import fc from 'fast-check';
import type { Fence, LoadOrder, Machine, RmwOrder, StoreOrder } from '../../src/machine/machine.ts';
import { MachineBuilder, add, element, eq, ghost, int, ne } from '../machine/builder.ts';
import type { ProgramBuilder, Reg, Variable } from '../machine/builder.ts';

type Statement =
  | { readonly load: string; readonly order: LoadOrder }
  | { readonly store: string; readonly order: StoreOrder; readonly value: 0 | 1 | 'seen' }
  /** Reads until the value is this, by a conditional load or by a loop. */
  | { readonly spin: string; readonly until: 0 | 1; readonly loop: boolean }
  | { readonly rmw: string; readonly order: RmwOrder; readonly compare: boolean }
  | { readonly fence: Fence }
  /** Loads an index, and with it from or to an array. */
  | { readonly through: LoadOrder; readonly writes: boolean; readonly order: 'plain' | 'relaxed' }
  | { readonly if: Body }
  | { readonly locked: string; readonly body: Body }
  | { readonly moves: true }
  | { readonly waits: 0 | 1 }
  | { readonly atomic: Statement; readonly waits: 0 | 1 };
type Body = readonly Statement[];

export interface RaceRecipe {
  readonly contexts: readonly Body[];
  /** The CPU of each context; 2: the CPU that the ghost names; 3: a third. */
  readonly cpus: readonly number[];
  readonly loops: boolean;
}

const data = fc.constantFrom('p', 'p', 'p', 'q');
const flags = fc.constantFrom('x', 'x', 'x', 'x', 'y', 'p');
const bit = fc.constantFrom<0 | 1>(0, 1);
const PLAIN = fc.constant('plain' as const);

const access: fc.Arbitrary<Statement> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ load: data, order: PLAIN }) },
  { weight: 3, arbitrary: fc.record({ store: data, order: PLAIN, value: bit }) },
  {
    weight: 4,
    arbitrary: fc.record({
      load: flags,
      order: fc.constantFrom<LoadOrder>('relaxed', 'acquire', 'acquire'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      store: flags,
      order: fc.constantFrom<StoreOrder>('relaxed', 'relaxed', 'release', 'release'),
      value: fc.constantFrom<0 | 1 | 'seen'>(0, 1, 'seen'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      rmw: flags,
      order: fc.constantFrom<RmwOrder>('relaxed', 'acquire', 'release', 'full'),
      compare: fc.boolean(),
    }),
  },
);
const simple: fc.Arbitrary<Statement> = fc.oneof(
  { weight: 12, arbitrary: access },
  { weight: 3, arbitrary: fc.record({ fence: fc.constantFrom<Fence>('mb', 'rmb', 'wmb') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      through: fc.constantFrom<LoadOrder>('plain', 'relaxed', 'relaxed'),
      writes: fc.boolean(),
      order: fc.constantFrom<'plain' | 'relaxed'>('plain', 'relaxed'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ spin: fc.constant('x'), until: bit, loop: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ moves: fc.constant(true as const) }) },
  { weight: 1, arbitrary: fc.record({ waits: bit }) },
  { weight: 1, arbitrary: fc.record({ atomic: access, waits: bit }) },
);
const ofData: fc.Arbitrary<Statement> = fc.oneof(
  fc.record({ load: data, order: PLAIN }),
  fc.record({ store: data, order: PLAIN, value: bit }),
);
const inner = fc
  .tuple(fc.array(simple, { maxLength: 1 }), ofData, fc.array(simple, { maxLength: 1 }))
  .map(([before, middle, after]): Body => [...before, middle, ...after]);
const statement: fc.Arbitrary<Statement> = fc.oneof(
  { weight: 8, arbitrary: simple },
  { weight: 5, arbitrary: fc.record({ if: inner }) },
  { weight: 3, arbitrary: fc.record({ locked: fc.constantFrom('l', 'l', 'm'), body: inner }) },
);

const ofY: Statement = { store: 'y', order: 'relaxed', value: 1 };
const fence = fc.record({ fence: fc.constantFrom<Fence>('mb', 'rmb', 'wmb', 'barrier') });
const optional = fc.oneof(fc.constant([]), fc.tuple(fence));
const publish = fc
  .record({
    what: ofData,
    fence: optional,
    how: fc.oneof(
      fc.record({
        store: fc.constant('x'),
        order: fc.constantFrom<StoreOrder>('relaxed', 'release', 'release'),
        value: fc.constant(1 as const),
      }),
      fc.record({
        rmw: fc.constant('x'),
        order: fc.constantFrom<RmwOrder>('relaxed', 'acquire', 'release', 'full'),
        compare: fc.constant(false),
      }),
    ),
  })
  .map((parts): Body => [parts.what, ...parts.fence, parts.how]);
const consume = fc
  .record({
    how: fc.oneof(
      fc.record({
        load: fc.constant('x'),
        order: fc.constantFrom<LoadOrder>('relaxed', 'acquire', 'acquire'),
      }),
      fc.record({
        rmw: fc.constant('x'),
        order: fc.constantFrom<RmwOrder>('relaxed', 'acquire', 'release', 'full'),
        compare: fc.boolean(),
      }),
    ),
    fence: optional,
    what: inner,
  })
  .map((parts): Body => [parts.how, { if: [...parts.fence, ...parts.what] }]);

/** One publishes by x, one that has read x writes y, and one reads y before it does something. */
const relay: fc.Arbitrary<RaceRecipe> = fc.record({
  contexts: fc.tuple(
    publish,
    fc
      .record({
        fence: optional,
        order: fc.constantFrom<LoadOrder>('relaxed', 'relaxed', 'acquire'),
        store: fc.constantFrom<Body>(
          [{ if: [{ store: 'y', order: 'relaxed', value: 1 }] }],
          [{ store: 'y', order: 'relaxed', value: 'seen' }],
          [{ if: [{ rmw: 'y', order: 'relaxed', compare: false }] }],
          [{ if: [{ store: 'q', order: 'relaxed', value: 1 }] }, { fence: 'wmb' }, ofY],
          [ofY],
        ),
      })
      .map(({ fence: before, order, store }): Body => [{ load: 'x', order }, ...before, ...store]),
    inner.map((body): Body => [{ load: 'y', order: 'acquire' }, { if: body }]),
  ),
  cpus: fc.constant([0, 1, 3]),
  loops: fc.constant(false),
});

export function raceRecipes(loops = false): fc.Arbitrary<RaceRecipe> {
  const one = fc.tuple(statement);
  const body = (...first: readonly fc.Arbitrary<Body>[]): fc.Arbitrary<Body> =>
    fc
      .tuple(...first, fc.oneof(one, one, publish, consume, fc.constant([])))
      .map((parts) => parts.flat());
  const others = fc.array(fc.oneof(body(consume), body(consume, publish), body(one)), {
    minLength: 1,
    maxLength: 2,
  });
  const contexts = fc
    .tuple(fc.oneof(body(publish), body(publish), body(one)), others)
    .map(([first, rest]) => [first, ...rest]);
  const cpus = fc.array(fc.constantFrom(0, 1, 1, 1, 2), { minLength: 3, maxLength: 3 });
  const any = fc.record({ contexts, cpus, loops: fc.constant(loops) });
  return loops ? any : fc.oneof({ weight: 2, arbitrary: any }, { weight: 1, arbitrary: relay });
}

/** The first context is on CPU0, so that there is something to race with. */
export function raceMachine({ contexts, cpus, loops }: RaceRecipe): Machine {
  const b = new MachineBuilder('random races', cpus.includes(3) ? 3 : 2);
  const small = int(0, 1);
  const cells = new Map<string, Variable>();
  for (const name of ['p', 'q', 'x', 'y', 'index']) cells.set(name, b.location(name, 0, small));
  const [first] = [b.location('a[0]', 0, small), b.location('a[1]', 0, small)];
  cells.set('a', first);
  for (const name of ['l', 'm']) cells.set(name, b.lockWord(name));
  const [where, g] = [b.ghost('where', 0, small), b.ghost('g', 0, small)];
  contexts.forEach((body, index) => {
    const cpu = index === 0 ? 0 : (cpus[index] ?? 1);
    const liveness = loops ? 'mark' : 'done';
    const write = (p: ProgramBuilder): void => new Writer(p, cells, where, g).write(body);
    const whole = (p: ProgramBuilder): void => {
      if (!loops) return write(p);
      p.loop(() => {
        p.mark();
        write(p);
      });
    };
    b.task(`T${index}`, cpu === 2 ? ghost(where) : Math.min(cpu, 2), whole, { liveness });
  });
  return b.build();
}

class Writer {
  readonly #p: ProgramBuilder;
  readonly #cells: ReadonlyMap<string, Variable>;
  readonly #where: Variable;
  readonly #ghost: Variable;
  readonly #seen: Reg;
  readonly #index: Reg;

  constructor(
    p: ProgramBuilder,
    cells: ReadonlyMap<string, Variable>,
    where: Variable,
    g: Variable,
  ) {
    this.#p = p;
    this.#cells = cells;
    this.#where = where;
    this.#ghost = g;
    this.#seen = p.register('seen');
    this.#index = p.register('index');
  }

  write(body: Body): void {
    for (const each of body) this.#statement(each);
  }

  #statement(s: Statement): void {
    const p = this.#p;
    if ('load' in s) p.load(this.#seen, this.#at(s.load), s.order);
    else if ('store' in s) {
      p.store(this.#at(s.store), s.value === 'seen' ? this.#seen : s.value, s.order);
    } else if ('spin' in s) this.#spin(s);
    else if ('rmw' in s) this.#rmw(s);
    else if ('fence' in s) p.fence(s.fence);
    else if ('through' in s) this.#through(s);
    else if ('if' in s) p.if(ne(this.#seen, 0), () => this.write(s.if));
    else if ('locked' in s) {
      p.lock(this.#at(s.locked));
      this.write(s.body);
      p.unlock(this.#at(s.locked));
    } else if ('moves' in s) p.set(this.#where, 1);
    else if ('atomic' in s) {
      p.atomic(() => {
        p.set(this.#ghost, 1);
        this.#statement(s.atomic);
        p.wait(eq(ghost(this.#ghost), s.waits));
      });
    } else {
      p.set(this.#ghost, s.waits);
      p.wait(eq(ghost(this.#ghost), s.waits));
    }
  }

  #spin({ spin, until, loop }: Extract<Statement, { spin: string }>): void {
    const p = this.#p;
    const seen = eq(this.#seen, until);
    if (!loop) return p.load(this.#seen, this.#at(spin), 'relaxed', { until: seen });
    p.loop(() => {
      p.load(this.#seen, this.#at(spin), 'relaxed');
      p.breakIf(seen);
    });
  }

  #rmw({ rmw, order, compare }: Extract<Statement, { rmw: string }>): void {
    const options = compare ? { condition: eq(this.#seen, 0) } : {};
    this.#p.rmw(this.#seen, this.#at(rmw), 1, { order, ...options });
  }

  #through({ through, writes, order }: Extract<Statement, { through: LoadOrder }>): void {
    const p = this.#p;
    p.load(this.#index, this.#at('index'), through);
    p.assign([this.#index, add(this.#index, 0)]);
    const address = element(this.#at('a'), this.#index, 2);
    if (writes) {
      p.store(address, 1, order);
      p.store(this.#at('index'), 1, 'release');
    } else p.load(this.#seen, address, order);
  }

  #at(name: string): Variable {
    const found = this.#cells.get(name);
    if (found === undefined) throw new Error(`no variable ${name}`);
    return found;
  }
}
