/** The WebAssembly engine against the generated JavaScript: the same graph, and JavaScript's numbers. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import type { GrowableWords } from '../../src/checker/growable.ts';
import { evaluate } from '../../src/checker/reference/evaluate.ts';
import { Search } from '../../src/checker/search.ts';
import type { Exploration } from '../../src/checker/search.ts';
import { at } from '../../src/machine/graph.ts';
import type { BinaryOperator, Expr, Machine } from '../../src/machine/machine.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import { RefutedAssumption } from '../../src/memory-models/memory-model.ts';
import type { TransitionSystem } from '../../src/memory-models/memory-model.ts';
import { INT, MachineBuilder, eq } from '../machine/builder.ts';
import { counters, wide } from './machines.ts';
import { NO_LIMITS } from './options.ts';
import { raceMachine, raceRecipes } from './random-races.ts';

function systemOf(machine: Machine, name: string): TransitionSystem {
  const model = memoryModels.get(name);
  if (model === undefined) throw new Error(name);
  return model.compile(machine);
}

function graphOf({ edges, edgesFrom, met, levels, states, transitions }: Exploration): unknown {
  const digest = ({ words, length }: GrowableWords): string =>
    createHash('sha256').update(words.subarray(0, length)).digest('hex');
  return {
    edges: digest(edges),
    edgesFrom: digest(edgesFrom),
    met: digest(met),
    levels,
    states: states.size,
    transitions,
  };
}

test.each([
  ['sc', 9, 21 ** 3],
  ['tso', 2, 16 ** 3],
  ['sc', 31, 65 ** 3],
])('counters under %s to %i have the same graph, edge for edge', async (name, most, states) => {
  const machine = counters(most);
  const system = systemOf(machine, name);
  const batches = await new Search(machine, system, NO_LIMITS).run();
  const single = await new Search(machine, system, NO_LIMITS, { inBatches: false }).run();
  expect(batches.states.size).toBe(states);
  expect(graphOf(batches)).toEqual(graphOf(single));
  expect(batches.states.bytes / states).toBeLessThan(states > 230_000 ? 12 : 15);
});

/** Whatever the search for races, coverage and traces take from an exploration. */
async function everythingOf(machine: Machine, name: string, batches: boolean): Promise<unknown> {
  const system = systemOf(machine, name);
  const explored = await new Search(machine, system, NO_LIMITS, { inBatches: batches }).run();
  return [graphOf(explored), system.seen, system.coverage];
}

test.each(['sc', 'tso'])(
  'random machines have the same graph, and the same is seen: %s',
  async (name) => {
    const count = { moving: 0 };
    const property = fc.asyncProperty(raceRecipes(true), async (recipe) => {
      const machine = raceMachine(recipe);
      const batches = await everythingOf(machine, name, true);
      expect(batches).toEqual(await everythingOf(machine, name, false));
      if (machine.contexts.some(({ cpu }) => cpu.op !== 'const')) count.moving++;
    });
    await fc.assert(property, { numRuns: 100 });
    expect(count.moving).toBeGreaterThan(4);
  },
);

test('states are found again, and others are not', async () => {
  const machine = counters(9);
  const system = systemOf(machine, 'sc');
  const { states } = await new Search(machine, system, NO_LIMITS).run();
  const initial = system.initial();
  expect(states.find(initial, 0)).toBe(0);
  const other = initial.map((word, i) => (i === 0 ? 99 : word));
  expect(states.find(other, 0)).toBe(-1);
});

test('values that need more bytes than was assumed are kept', async () => {
  const machine = wide();
  const system = systemOf(machine, 'sc');
  await expect(new Search(machine, system, NO_LIMITS).run()).rejects.toThrow(RefutedAssumption);
  const sc = memoryModels.get('sc');
  if (sc === undefined) throw new Error('no SC');
  const { verdict, states } = await check(machine, sc, NO_LIMITS);
  expect([verdict, states]).toEqual(['pass', 10]);
});

const OPERATORS: readonly BinaryOperator[] = [
  ...(['+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>', '>>>'] as const),
  ...(['==', '!=', '<', '<=', '>', '>=', 'and', 'or'] as const),
];
const MOST = 2 ** 31 - 1;
const number = fc.oneof(
  fc.constantFrom(0, 1, -1, 2, 31, 32, 255, 256, 65_536, MOST, -MOST - 1),
  fc.integer(),
);
const UNARY = ['-', '~', '!', 'bool', 'trunc'] as const;

const leaf: fc.Arbitrary<Expr> = fc.oneof(
  fc.constantFrom(0, 1).map((register): Expr => ({ op: 'reg', register })),
  number.map((value): Expr => ({ op: 'const', value })),
);

function nested(parts: fc.Arbitrary<Expr>): fc.Arbitrary<Expr> {
  const binaries = fc.record({
    op: fc.constant('binary' as const),
    operator: fc.constantFrom(...OPERATORS),
    left: parts,
    right: parts,
  });
  const unaries = fc.record({
    op: fc.constant('unary' as const),
    operator: fc.constantFrom(...UNARY),
    operand: parts,
  });
  const selections = fc.record({
    op: fc.constant('select' as const),
    condition: parts,
    then: parts,
    otherwise: parts,
  });
  return fc.oneof({ weight: 4, arbitrary: binaries }, unaries, selections);
}

const expression = nested(fc.oneof(leaf, nested(fc.oneof(leaf, nested(leaf)))));

test('expressions are what they are in JavaScript', async () => {
  const count = { whole: 0, failing: 0 };
  const property = fc.asyncProperty(expression, number, number, async (expr, a, b) => {
    const value = evaluate(expr, { registers: [a, b], ghosts: [] });
    const isWhole = value === (value | 0);
    if (isWhole) count.whole++;
    else count.failing++;
    const { failures } = await check(assigning(expr, a, b, value | 0), scModel(), NO_LIMITS);
    expect(failures.map(({ property: name }) => name)).toEqual(isWhole ? [] : ['error']);
  });
  await fc.assert(property, { numRuns: 400 });
  expect(Math.min(count.whole, count.failing)).toBeGreaterThan(4);
});

function scModel(): NonNullable<ReturnType<typeof memoryModels.get>> {
  return at(
    [...memoryModels.values()].filter(({ name }) => name === 'sc'),
    0,
  );
}

/** The value is assigned, and compared with what it should be. */
function assigning(expr: Expr, a: number, b: number, expected: number): Machine {
  const builder = new MachineBuilder('an expression', 1);
  const [x, y] = [builder.location('x', a), builder.location('y', b)];
  builder.task('T', 0, (p) => {
    const [r0, r1, result] = [p.register('a', INT), p.register('b', INT), p.register('c', INT)];
    p.load(r0, x);
    p.load(r1, y);
    p.assign([result, expr]);
    p.assert(eq(result, expected), 'as in JavaScript');
  });
  return builder.build();
}
