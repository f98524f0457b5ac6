/** Searches without edges: failures have the traces that they have with edges. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import type { CheckOptions } from '../../src/checker/options.ts';
import type { CheckResult } from '../../src/checker/result.ts';
import { randomMachines } from '../machine/random.ts';
import { modelOf } from './graphs.ts';
import { counters, failing } from './machines.ts';
import { NO_LIMITS } from './options.ts';

const WITHOUT: CheckOptions = { ...NO_LIMITS, livelocks: false };

/** All but livelocks, and what a search without edges says of itself. */
function lasting(whole: CheckResult): unknown {
  const { livelocks, ...result } = whole;
  if (livelocks === false)
    expect(result.failures.every(({ kind }) => kind !== 'livelock')).toBe(true);
  const failures = result.failures.filter(({ kind }) => kind !== 'livelock');
  return { ...result, failures, seconds: 0, peakBytes: 0, visitedBytes: 0 };
}

test.each([
  ['sc', null],
  ['tso', null],
  ['power', null],
  ['tso', 25],
])('random machines have the same traces: %s, at most %s states', async (name, maxStates) => {
  const model = modelOf(name);
  const contexts = name === 'power' ? { maxContexts: 2 } : {};
  let traces = 0;
  const property = fc.asyncProperty(randomMachines(contexts), async (machine) => {
    const some = { maxStates: maxStates ?? 2000 };
    const kept = await check(machine, model, { ...NO_LIMITS, ...some });
    fc.pre(!kept.failures.some(({ kind }) => kind === 'livelock'));
    expect(lasting(await check(machine, model, { ...WITHOUT, ...some }))).toEqual(lasting(kept));
    traces += kept.failures.filter(({ trace }) => trace.length > 0).length;
  });
  await fc.assert(property, { numRuns: 100 });
  expect(traces).toBeGreaterThan(10);
});

test('what is not looked for is said, and takes no memory', async () => {
  const machine = counters(31);
  const kept = await check(machine, modelOf('sc'), NO_LIMITS);
  const without = await check(machine, modelOf('sc'), WITHOUT);
  expect(kept.livelocks).toBeUndefined();
  expect(without).toMatchObject({ livelocks: false, verdict: 'pass', states: kept.states });
  expect(kept.peakBytes / kept.states).toBeGreaterThan(25);
  expect(without.peakBytes / kept.states).toBeLessThan(17);
});

test('a failure is shown although all states and their edges would not fit', async () => {
  const machine = failing(40, 'on the way');
  const { states } = await check(machine, modelOf('sc'), WITHOUT);
  const shown = await check(machine, modelOf('sc'), { ...WITHOUT, maxBytes: 18 * states });
  expect(shown).toMatchObject({ verdict: 'fail', limits: [], states });
  expect(shown.failures[0]?.trace).toHaveLength(81);
});

test('a failure whose trace does not fit is no pass, and is told', async () => {
  const machine = failing(30, 'at the end');
  const { states, failures } = await check(machine, modelOf('sc'), WITHOUT);
  expect(failures[0]?.trace).toHaveLength(183);
  const short = await check(machine, modelOf('sc'), { ...WITHOUT, maxBytes: 20 * states });
  expect(short).toMatchObject({ verdict: 'inconclusive', failures: [], states });
  expect(short.limits).toEqual([
    expect.stringMatching(/^--max-memory \d+: a failure at depth 183 was found, not its trace$/),
  ]);
});
