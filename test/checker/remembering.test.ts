/** Exact and bitstate searches: what is remembered of states changes only what can be said of the result. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BitStates } from '../../src/checker/bit-states.ts';
import { check } from '../../src/checker/check.ts';
import { ExactStates } from '../../src/checker/exact-states.ts';
import type { CheckOptions } from '../../src/checker/options.ts';
import type { CheckResult, Failure } from '../../src/checker/result.ts';
import { Search } from '../../src/checker/search.ts';
import { MachineBuilder, add, eq } from '../machine/builder.ts';
import { randomMachines } from '../machine/random.ts';
import { graphOf, modelOf, systemOf } from './graphs.ts';
import { counters, failing } from './machines.ts';
import { NO_LIMITS } from './options.ts';

function exactly(fingerprintBits?: number): CheckOptions {
  const bits = fingerprintBits === undefined ? {} : { fingerprintBits };
  return { ...NO_LIMITS, remembering: { kind: 'states', ...bits } };
}

function bits(bytes: number): CheckOptions {
  return { ...NO_LIMITS, livelocks: false, remembering: { kind: 'bits', bytes } };
}

/** All but what is measured, and what is said of how sure it is. */
function lasting(result: CheckResult): unknown {
  const measured = { seconds: 0, peakBytes: 0, visitedBytes: 0 };
  return { ...result, ...measured, exact: false, missProbability: 0 };
}

test.each([
  ['sc', undefined],
  ['sc', 0],
  ['tso', 3],
  ['power', 5],
])(
  'exact: random machines under %s have the same result, whatever the hash',
  async (name, hash) => {
    const contexts = name === 'power' ? { maxContexts: 2 } : {};
    const property = fc.asyncProperty(randomMachines(contexts), async (machine) => {
      const some = { maxStates: 700 };
      const usual = await check(machine, modelOf(name), { ...NO_LIMITS, ...some });
      const exact = await check(machine, modelOf(name), { ...exactly(hash), ...some });
      expect(exact).toMatchObject({ exact: true, missProbability: 0 });
      expect(lasting(exact)).toEqual(lasting(usual));
    });
    await fc.assert(property, { numRuns: 60 });
  },
);

test('exact: the graph is the same, edge for edge, although fingerprints collide', async () => {
  const machine = counters(9);
  const usual = await new Search(machine, systemOf(machine, 'sc'), NO_LIMITS).run();
  const exact = await new Search(machine, systemOf(machine, 'sc'), exactly(6)).run();
  expect(graphOf(exact)).toEqual(graphOf(usual));
  expect(exact.states).toBeInstanceOf(ExactStates);
  expect((exact.states as ExactStates).collisions).toBeGreaterThan(9000);
});

test('exact: states with one fingerprint are told apart, and found again', () => {
  const states = new ExactStates(2, 1);
  const words = Int32Array.from({ length: 2 * 5000 }, (_, i) => (i % 2 === 0 ? i >> 1 : 7));
  for (let n = 0; n < 5000; n += 50) expect(states.insert(words, 2 * n)).toBe(n / 50);
  for (let n = 0; n < 5000; n += 50) expect(states.insert(words, 2 * n)).toBe(-1 - n / 50);
  for (let n = 0; n < 5000; n++) expect(states.find(words, 2 * n)).toBe(n % 50 === 0 ? n / 50 : -1);
  expect(states.collisions).toBeGreaterThan(1000);
});

test('bits: what is known is known, and how much is missed is foretold', () => {
  const bitStates = new BitStates(3, 4096);
  const states = 6000;
  const words = Int32Array.from({ length: 3 * states }, (_, i) => (i % 3 === 1 ? i : 5));
  let found = 0;
  for (let n = 0; n < states; n++) {
    if (bitStates.insert(words, 3 * n) === found) found++;
    expect(bitStates.insert(words, 3 * n)).toBe(-1);
  }
  expect(found).toBe(bitStates.size);
  expect(found / states).toBeLessThan(0.98);
  expect(Math.abs(bitStates.coverage - found / states)).toBeLessThan(0.01);
});

const SEEN_BY_BITS: readonly Failure['kind'][] = [
  'deadlock',
  'assertion',
  'invariant',
  'final',
  'error',
];

test.each(['sc', 'tso', 'power'])(
  'bits: failures under %s have their shortest traces',
  async (name) => {
    const contexts = name === 'power' ? { maxContexts: 2 } : {};
    let failing = 0;
    const seen = ({ failures }: CheckResult): readonly Failure[] =>
      failures.filter(({ kind }) => SEEN_BY_BITS.includes(kind));
    const property = fc.asyncProperty(randomMachines(contexts), async (machine) => {
      const usual = await check(machine, modelOf(name), { ...NO_LIMITS, maxStates: 2000 });
      fc.pre(usual.limits.length === 0);
      const sparse = await check(machine, modelOf(name), bits(1 << 20));
      expect(sparse.verdict).not.toBe('pass');
      expect(sparse.livelocks).toBe(false);
      expect(seen(sparse)).toEqual(seen(usual));
      failing += seen(usual).length;
    });
    await fc.assert(property, { numRuns: 60 });
    expect(failing).toBeGreaterThan(5);
  },
);

test('bits: too few of them miss states, and pass nothing', async () => {
  const sparse = await check(counters(31), modelOf('sc'), bits(1 << 13));
  expect(sparse.verdict).toBe('inconclusive');
  expect(sparse.states).toBeLessThan(65 ** 3);
  const [limit = ''] = sparse.limits;
  expect(limit).toMatch(/^bitstate search, which may have missed states: expected coverage /);
  const enough = await check(counters(31), modelOf('sc'), bits(1 << 20));
  expect(enough.states).toBeGreaterThan(0.97 * 65 ** 3);
  expect(enough.peakBytes).toBeLessThan(4 << 20);
});

test('bits: the search for a trace may have to assume less', async () => {
  const b = new MachineBuilder('wide', 1);
  const x = b.location('x');
  b.task('T', 0, (p) => {
    const r = p.register('r');
    [0, 1, 2].forEach(() => {
      p.load(r, x);
      p.store(x, add(r, 30_000));
    });
    p.load(r, x);
    p.assert(eq(r, 1), 'the sum is one');
  });
  const { verdict, failures } = await check(b.build(), modelOf('sc'), bits(1 << 16));
  expect([verdict, failures[0]?.trace.length]).toEqual(['fail', 7]);
});

test('bits: a trace that does not fit is said to be missing', async () => {
  const machine = failing(300, 'at the end', 2);
  const fits = await check(machine, modelOf('sc'), bits(1 << 18));
  expect(fits).toMatchObject({ verdict: 'fail' });
  const short = { ...bits(1 << 18), maxBytes: 3 << 20 };
  const { verdict, limits, failures } = await check(machine, modelOf('sc'), short);
  expect([verdict, failures]).toEqual(['inconclusive', []]);
  expect(limits[1]).toMatch(/^--max-memory 3: a failure at depth \d+ was found, not its trace$/);
});
