/** The WebAssembly engine against the generated JavaScript: the same graph, and JavaScript's numbers. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { evaluate } from '../../src/checker/reference/evaluate.ts';
import { Search } from '../../src/checker/search.ts';
import { at } from '../../src/machine/graph.ts';
import type { BinaryOperator, Expr, Machine, ValueType } from '../../src/machine/machine.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import { RefutedAssumption } from '../../src/memory-models/memory-model.ts';
import { INT, MachineBuilder, add, binary, element, eq, int, value } from '../machine/builder.ts';
import { everythingOf, graphOf, systemOf } from './graphs.ts';
import { counters, wide } from './machines.ts';
import { NO_LIMITS } from './options.ts';
import { raceMachine, raceRecipes } from './random-races.ts';

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

test.each(['sc', 'tso'])(
  'random machines have the same graph, and the same is seen: %s',
  async (name) => {
    const count = { moving: 0 };
    const property = fc.asyncProperty(raceRecipes(true), async (recipe) => {
      const machine = raceMachine(recipe);
      const batches = await everythingOf(machine, name, { inBatches: true });
      expect(batches).toEqual(await everythingOf(machine, name, { inBatches: false }));
      if (machine.contexts.some(({ cpu }) => cpu.op !== 'const')) count.moving++;
    });
    await fc.assert(property, { numRuns: 100 });
    expect(count.moving).toBeGreaterThan(4);
  },
);

/** What a step does to ghosts, all within it: named ones, and those that an index names. */
const ghostAction = fc.record({
  how: fc.constantFrom('get', 'set', 'get one', 'set one'),
  which: fc.nat(4),
  step: fc.integer({ min: -3, max: 70_000 }),
});
type GhostAction = typeof ghostAction extends fc.Arbitrary<infer Action> ? Action : never;
const GHOST_TYPES = [int(0, 1), int(-9, 300), int(0, 200), int(-70_000, 70_000)];

/** Rounds of such actions, one step each, that keep what they read within the type. */
function ghostMachine(types: readonly number[], rounds: readonly GhostAction[][]): Machine {
  const b = new MachineBuilder('ghosts', 2);
  const cells = types.map((type, i) => b.ghost(`g${i}`, 0, at(GHOST_TYPES, type)));
  const [first] = cells;
  if (first === undefined) throw new Error('no ghosts');
  for (const cpu of [0, 1]) {
    b.task(`T${cpu}`, cpu, (p) => {
      const [r, i] = [p.register('r'), p.register('i', int(0, cells.length - 1))];
      const bounded = (type: ValueType): Expr =>
        type.kind === 'int' ? binary('%', r, type.max + 1) : value(r);
      for (const actions of rounds) {
        p.atomic(() => {
          for (const { how, which, step } of actions) {
            const index = which % cells.length;
            p.assign([i, index]);
            const one = element(first, i, cells.length);
            if (how === 'get') p.get(r, at(cells, index));
            else if (how === 'get one') p.get(r, one);
            else {
              p.assign([r, binary('&', add(binary('*', r, 5), step), 0x1ffff)]);
              const kept = bounded(at(GHOST_TYPES, at(types, index)));
              p.set(how === 'set' ? at(cells, index) : one, kept);
            }
          }
        });
        p.mark();
      }
    });
  }
  return b.build();
}

test.each(['sc', 'tso'])('what one step writes, it reads: %s', async (name) => {
  const types = fc.array(fc.nat(GHOST_TYPES.length - 1), { minLength: 2, maxLength: 12 });
  const rounds = fc.array(fc.array(ghostAction, { minLength: 1, maxLength: 6 }), { maxLength: 3 });
  const property = fc.asyncProperty(types, rounds, async (cells, actions) => {
    const machine = ghostMachine(cells, actions);
    expect(await everythingOf(machine, name, { inBatches: true })).toEqual(
      await everythingOf(machine, name, { inBatches: false }),
    );
  });
  await fc.assert(property, { numRuns: 200 });
});

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
