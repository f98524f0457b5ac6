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
import type { OwnInterpreter } from '../../src/checker/reference/interpreting.ts';
import type { ReferenceModel } from '../../src/checker/reference/memory.ts';
import type { Failure } from '../../src/checker/result.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { validateMachine } from '../../src/machine/validate.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import type { MemoryModel } from '../../src/memory-models/memory-model.ts';
import { randomMachines } from '../machine/random.ts';
import { NO_LIMITS } from './options.ts';

const RUNS = Number(process.env['KCHECK_RANDOM_RUNS'] ?? 120);
const LIMITS = { ...NO_LIMITS, maxStates: 3_000 };

test.each([
  ['sc', RUNS],
  ['tso', RUNS],
  ['power', RUNS / 4],
])('a trace under %s is followed', async (name, runs) => {
  const { model, reference } = modelOf(name);
  let count = 0;
  const property = fc.asyncProperty(randomMachines(), async (machine) => {
    for (const failure of await tracesOf(machine, model)) {
      expect(follow(machine, reference, scriptOf(machine, failure))).not.toBe('impossible');
      count++;
    }
  });
  await fc.assert(property, { numRuns: runs });
  expect(count).toBeGreaterThan(runs / 10);
});

test.each(['sc', 'tso'])('steps taken alone leave every answer under %s as it is', async (name) => {
  const { model, reference } = modelOf(name);
  const count = { possible: 0, impossible: 0, unknown: 0 };
  const property = fc.asyncProperty(randomMachines(), fc.nat(), async (machine, choice) => {
    for (const failure of await tracesOf(machine, model)) {
      for (const script of otherValues(scriptOf(machine, failure), choice)) {
        const whole = follow(machine, reference, script, undefined, false);
        if (whole !== 'unknown') expect(follow(machine, reference, script)).toBe(whole);
        count[whole]++;
      }
    }
  });
  await fc.assert(property, { numRuns: RUNS });
  expect(Math.min(count.possible, count.impossible)).toBeGreaterThan(RUNS / 20);
});

const PRIMITIVES = [
  'smp_mb',
  'smp_rmb',
  'smp_wmb',
  'smp_load_acquire',
  'smp_store_release',
  'control dependency',
  'address dependency',
] as const;

test.each(PRIMITIVES)('a machine with %s in a gap is one', async (barrier) => {
  const { model } = modelOf('power');
  let count = 0;
  const property = fc.asyncProperty(randomMachines(), fc.nat(), async (machine, choice) => {
    for (const failure of await tracesOf(machine, model)) {
      const gaps = gapsOf(machine, failure);
      const gap = gaps[choice % Math.max(1, gaps.length)];
      if (gap === undefined) continue;
      const [first, second] = [accessBefore(gap), accessAfter(gap)];
      if (first.context !== second.context) continue;
      const fenced = withBarriers(machine, [{ barrier, before: second, first, second }]);
      validateMachine(fenced);
      // Counterexamples are replayed, or this throws.
      await check(fenced, model, LIMITS);
      count++;
    }
  });
  await fc.assert(property, { numRuns: RUNS });
  expect(count).toBeGreaterThan(0);
});

function modelOf(name: string): {
  readonly model: MemoryModel;
  readonly reference: ReferenceModel | OwnInterpreter;
} {
  const [model, reference] = [memoryModels.get(name), referenceModels.get(name)];
  if (model === undefined || reference === undefined) throw new Error(name);
  return { model, reference };
}

async function tracesOf(machine: Machine, model: MemoryModel): Promise<readonly Failure[]> {
  const { failures } = await check(machine, model, LIMITS);
  return failures.filter(({ trace }) => trace.length > 0);
}

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
