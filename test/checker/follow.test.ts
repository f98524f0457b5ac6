/** Following a script: a trace's own machine can, and what is left out of the search changes nothing. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { withBarriers } from '../../src/checker/explain/barriers.ts';
import { follow } from '../../src/checker/explain/follow.ts';
import { accessAfter, accessBefore, gapsOf } from '../../src/checker/explain/gaps.ts';
import { scriptOf } from '../../src/checker/explain/script.ts';
import type { Script } from '../../src/checker/explain/script.ts';
import { referenceModels } from '../../src/checker/reference/index.ts';
import { validateMachine } from '../../src/machine/validate.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import { randomMachines } from '../machine/random.ts';
import { NO_LIMITS } from './options.ts';

const RUNS = Number(process.env['KCHECK_RANDOM_RUNS'] ?? 120);
const LIMITS = { ...NO_LIMITS, maxStates: 3_000 };

test.each([
  ['sc', RUNS],
  ['tso', RUNS],
  ['power', RUNS / 3],
])('traces of random machines under %s are followed', { timeout: 120_000 }, async (name, runs) => {
  const [model, reference] = [memoryModels.get(name), referenceModels.get(name)];
  if (model === undefined || reference === undefined) throw new Error(name);
  const count = { followed: 0, possible: 0, impossible: 0, unknown: 0 };
  const property = fc.asyncProperty(randomMachines(), fc.nat(), async (machine, choice) => {
    const { failures } = await check(machine, model, LIMITS);
    for (const failure of failures.filter(({ trace }) => trace.length > 0)) {
      const script = scriptOf(machine, failure);
      expect(follow(machine, reference, script)).toBe('possible');
      count.followed++;
      for (const other of otherValues(script, choice)) {
        const answer = follow(machine, reference, other);
        count[answer]++;
        expect(follow(machine, reference, other, false)).toBe(answer);
      }
      const gaps = gapsOf(machine, failure);
      const gap = gaps[choice % Math.max(1, gaps.length)];
      if (gap === undefined) continue;
      const [first, second] = [accessBefore(gap), accessAfter(gap)];
      const fenced = withBarriers(machine, [{ barrier: 'smp_mb', before: second, first, second }]);
      validateMachine(fenced);
      expect(follow(fenced, reference, script, false)).toBe(follow(fenced, reference, script));
    }
  });
  await fc.assert(property, { numRuns: runs });
  expect(Math.min(count.followed, count.impossible)).toBeGreaterThan(runs / 10);
});

/** The same with each value read by one of the loads. */
function otherValues(script: Script, choice: number): readonly Script[] {
  const loads = script.acts.flatMap(({ event }, index) => (event.kind === 'load' ? [index] : []));
  const index = loads[choice % Math.max(1, loads.length)];
  const act = index === undefined ? undefined : script.acts[index];
  if (index === undefined || act === undefined) return [];
  return [0, 1, 2].map((before) => {
    const acts = script.acts.with(index, { ...act, event: { ...act.event, before } });
    return { ...script, acts };
  });
}
