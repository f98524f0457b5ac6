/**
 * Small random machines whose contexts all run one program: each names itself by its number, its own
 * location, its neighbour's, or all others' in turn. What is random is whether that makes them alike.
 *
 * Shared: locations x, last (a context's number), mask (a set of contexts), a lock; ghosts g, owner (a
 * number). Of each context: a location flag and a ghost mine.
 */
import fc from 'fast-check';
import type { Context, Machine, Property } from '../../src/machine/machine.ts';
import { MachineBuilder, binary, element, eq, int, lt, ne } from './builder.ts';
import type { ProgramBuilder, Reg, Variable } from './builder.ts';

export interface SymmetricRecipe {
  readonly count: number;
  readonly liveness: Context['liveness'];
  readonly endless: boolean;
  readonly body: readonly Statement[];
  readonly properties: readonly PropertyRecipe[];
  /** What `last` and `owner` are before anybody has written them: nobody's number, or the first one's. */
  readonly nobody: boolean;
  /** Of one context alone: its program has a constant of its own. */
  readonly odd: boolean;
}

type Place = 'x' | 'last' | 'flag' | 'next';
type Statement =
  | { readonly load: Place; readonly to: 'a' | 'who' }
  | { readonly store: 'x' | 'flag' | 'next'; readonly value: 0 | 1 | 2 }
  | { readonly sign: 'last' | 'owner' }
  | { readonly pass: 'last' }
  | { readonly join: 'mask' }
  | { readonly scan: 0 | 1 }
  | { readonly visit: 0 | 1 }
  | { readonly count: 'g' | 'mine' }
  | { readonly mine: readonly Statement[]; readonly of: 'last' | 'owner' }
  | { readonly if: readonly Statement[] }
  | { readonly locked: readonly Statement[] }
  | { readonly await: 'x' | 'next'; readonly until: 0 | 1 }
  | { readonly spin: 'last' }
  | { readonly choose: true }
  | { readonly mark: true }
  | { readonly fence: true }
  | { readonly assert: 'a' | 'owner' };

export interface PropertyRecipe {
  readonly kind: Exclude<Property['kind'], 'final'>;
  readonly of: 'each' | 'first' | 'sum' | 'x';
}

const bit = fc.constantFrom<0 | 1>(0, 1);
const simple: fc.Arbitrary<Statement> = fc.oneof(
  fc.record({ load: fc.constantFrom<Place>('x', 'flag', 'next'), to: fc.constant<'a'>('a') }),
  fc.record({ load: fc.constant<Place>('last'), to: fc.constant<'who'>('who') }),
  fc.record({
    store: fc.constantFrom<'x' | 'flag' | 'next'>('x', 'flag', 'next'),
    value: fc.constantFrom<0 | 1 | 2>(0, 1, 2),
  }),
  fc.record({ sign: fc.constantFrom<'last' | 'owner'>('last', 'owner') }),
  fc.record({ pass: fc.constant<'last'>('last') }),
  fc.record({ join: fc.constant<'mask'>('mask') }),
  fc.record({ scan: bit }),
  fc.record({ visit: bit }),
  fc.record({ count: fc.constantFrom<'g' | 'mine'>('g', 'mine') }),
  fc.record({ await: fc.constantFrom<'x' | 'next'>('x', 'next'), until: bit }),
  fc.record({ spin: fc.constant<'last'>('last') }),
  fc.record({ choose: fc.constant<true>(true) }),
  fc.record({ mark: fc.constant<true>(true) }),
  fc.record({ fence: fc.constant<true>(true) }),
  fc.record({ assert: fc.constantFrom<'a' | 'owner'>('a', 'owner') }),
);
const some = fc.array(simple, { minLength: 1, maxLength: 2 });
const statement: fc.Arbitrary<Statement> = fc.oneof(
  { weight: 6, arbitrary: simple },
  {
    weight: 1,
    arbitrary: fc.record({ mine: some, of: fc.constantFrom<'last' | 'owner'>('last', 'owner') }),
  },
  { weight: 1, arbitrary: fc.record({ if: some }) },
  { weight: 1, arbitrary: fc.record({ locked: some }) },
);

export function symmetricRecipes(): fc.Arbitrary<SymmetricRecipe> {
  return fc.record({
    count: fc.constantFrom(2, 2, 3),
    liveness: fc.constantFrom<Context['liveness']>('done', 'mark', 'none'),
    endless: fc.nat(2).map((n) => n === 0),
    body: fc.array(statement, { minLength: 1, maxLength: 4 }),
    properties: fc.array(
      fc.record({
        kind: fc.constantFrom<PropertyRecipe['kind']>('invariant', 'sometimes', 'possible'),
        of: fc.constantFrom<PropertyRecipe['of']>('each', 'each', 'first', 'sum', 'x'),
      }),
      { maxLength: 2 },
    ),
    nobody: fc.boolean(),
    odd: fc.nat(9).map((n) => n === 0),
  });
}

interface Cells {
  readonly x: Variable;
  readonly last: Variable;
  readonly mask: Variable;
  readonly lock: Variable;
  readonly g: Variable;
  readonly owner: Variable;
  readonly flags: readonly Variable[];
  readonly mine: readonly Variable[];
}

export function symmetricMachine(recipe: SymmetricRecipe): Machine {
  const { count, properties, nobody } = recipe;
  const b = new MachineBuilder('alike', count);
  const all = Array.from({ length: count }, (_, context) => context);
  const numbers = int(0, count);
  const cells: Cells = {
    x: b.location('x', 0, int(0, 2)),
    last: b.location('last', nobody ? count : 0, numbers),
    mask: b.location('mask', 0, int(0, 2 ** count - 1)),
    lock: b.lockWord('lock'),
    flags: all.map((c) => b.location(`flag${c}`, 0, int(0, 2))),
    g: b.ghost('g', 0, int(0, 2)),
    owner: b.ghost('owner', nobody ? count : 0, numbers),
    mine: all.map((c) => b.ghost(`mine${c}`, 0, int(0, 2))),
  };
  for (const me of all) {
    b.task(
      `T${me}`,
      me,
      (p) => {
        const writer = new Writer(p, recipe, cells, me);
        if (recipe.endless) p.loop(() => writer.write(recipe.body));
        else writer.write(recipe.body);
      },
      { liveness: recipe.liveness },
    );
  }
  properties.forEach((property, index) => addProperties(b, property, index, cells));
  return atOnePlace(b.build());
}

/** As inlined calls are: nodes of different contexts have one place in the source. */
function atOnePlace(machine: Machine): Machine {
  return {
    ...machine,
    contexts: machine.contexts.map((context) => ({
      ...context,
      nodes: context.nodes.map((node) => ({ ...node, site: 0 })),
    })),
  };
}

function addProperties(
  b: MachineBuilder,
  { kind, of }: PropertyRecipe,
  index: number,
  { x, flags }: Cells,
): void {
  const name = `${kind} ${of} ${index}`;
  if (of === 'sum') {
    b.property(kind, name, (p) => {
      const registers = flags.map((flag, i) => {
        const r = p.register(`r${i}`);
        p.load(r, flag);
        return r;
      });
      const [first, ...rest] = registers;
      const sum = rest.reduce<Parameters<typeof lt>[0]>(
        (all, r) => binary('+', all, r),
        first ?? 0,
      );
      return lt(sum, 2);
    });
    return;
  }
  const cells = of === 'each' ? flags : of === 'x' ? [x] : flags.slice(0, 1);
  cells.forEach((cell, i) => {
    b.property(kind, `${name}.${i}`, (p) => {
      const r = p.register('r');
      p.load(r, cell);
      return kind === 'invariant' ? lt(r, 2) : eq(r, 1);
    });
  });
}

class Writer {
  readonly #p: ProgramBuilder;
  readonly #recipe: SymmetricRecipe;
  readonly #cells: Cells;
  readonly #me: number;
  readonly #a: Reg;
  readonly #who: Reg;
  readonly #scratch: Reg;

  constructor(p: ProgramBuilder, recipe: SymmetricRecipe, cells: Cells, me: number) {
    this.#p = p;
    this.#recipe = recipe;
    this.#cells = cells;
    this.#me = me;
    this.#a = p.register('a', int(0, 2));
    this.#who = p.register('who', int(0, recipe.count));
    this.#scratch = p.register('s');
  }

  write(body: readonly Statement[]): void {
    for (const statement of body) this.#statement(statement);
  }

  #flag(of: number): Variable {
    const { flags, x } = this.#cells;
    return flags[of % flags.length] ?? x;
  }

  #place(place: Place): Variable {
    if (place === 'x') return this.#cells.x;
    if (place === 'last') return this.#cells.last;
    return this.#flag(place === 'flag' ? this.#me : this.#me + 1);
  }

  #own(): Variable {
    return this.#cells.mine[this.#me] ?? this.#cells.g;
  }

  #statement(s: Statement): void {
    const [p, cells, me, scratch] = [this.#p, this.#cells, this.#me, this.#scratch];
    if ('load' in s) p.load(s.to === 'a' ? this.#a : this.#who, this.#place(s.load));
    else if ('store' in s) {
      const odd = this.#recipe.odd && me === 0 ? 1 : 0;
      p.store(this.#place(s.store), (s.value + odd) % 3);
    } else if ('sign' in s) {
      if (s.sign === 'last') p.store(cells.last, me);
      else p.set(cells.owner, me);
    } else if ('pass' in s) p.store(cells.last, this.#who);
    else if ('join' in s) {
      p.rmw(scratch, cells.mask, binary('|', scratch, 1 << me), { order: 'relaxed' });
    } else if ('scan' in s) this.#scan(s.scan);
    else if ('visit' in s) this.#visit(s.visit);
    else if ('count' in s) {
      const ghost = s.count === 'g' ? cells.g : this.#own();
      p.get(scratch, ghost);
      p.set(ghost, binary('%', binary('+', scratch, 1), 3));
    } else if ('mine' in s) {
      if (s.of === 'last') p.load(scratch, cells.last);
      else p.get(scratch, cells.owner);
      p.if(eq(scratch, me), () => this.write(s.mine));
    } else if ('if' in s) p.if(ne(this.#a, 0), () => this.write(s.if));
    else if ('locked' in s) {
      p.lock(cells.lock);
      this.write(s.locked);
      p.unlock(cells.lock);
    } else this.#waiting(s);
  }

  #waiting(
    s: Extract<
      Statement,
      | { readonly await: unknown }
      | { readonly spin: unknown }
      | { readonly choose: unknown }
      | { readonly mark: unknown }
      | { readonly fence: unknown }
      | { readonly assert: unknown }
    >,
  ): void {
    const [p, cells, scratch] = [this.#p, this.#cells, this.#scratch];
    if ('await' in s) {
      p.load(scratch, this.#place(s.await), 'acquire', { until: eq(scratch, s.until) });
    } else if ('spin' in s) {
      p.loop(() => {
        p.load(scratch, cells.last);
        p.breakIf(ne(scratch, this.#me));
      });
    } else if ('choose' in s) p.choose(this.#a, 2);
    else if ('mark' in s) p.mark();
    else if ('fence' in s) p.fence('mb');
    else if (s.assert === 'a') p.assert(ne(this.#a, 2), 'not 2');
    else {
      p.get(scratch, cells.owner);
      p.assert(eq(scratch, this.#me), 'still the owner');
    }
  }

  /** All others in turn, from the next one on, or from the first one on. */
  #scan(from: 0 | 1): void {
    const { count } = this.#recipe;
    for (let k = 0; k < count; k++) {
      const other = (from === 0 ? this.#me + k : k) % count;
      if (other === this.#me) continue;
      this.#p.load(this.#scratch, this.#flag(other));
      this.#p.if(ne(this.#scratch, 0), () => this.#p.assign([this.#a, 1]));
    }
  }

  /** The flag of the one whose number is known. */
  #visit(value: 0 | 1): void {
    const { count } = this.#recipe;
    this.#p.if(ne(this.#who, count), () => {
      this.#p.store(element(this.#flag(0), this.#who, count), value);
    });
  }
}
