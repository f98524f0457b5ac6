/**
 * Starvation: the explorer against the naive decision by the definitions, on random machines with
 * endless loops, and the verdicts of machines by hand.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { referenceModels } from '../../src/checker/reference/index.ts';
import { starvedReference } from '../../src/checker/reference/starvation.ts';
import type { CheckResult } from '../../src/checker/result.ts';
import type { Fairness } from '../../src/machine/fairness.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import { contendedMachines } from '../machine/random.ts';
import { NO_LIMITS } from './options.ts';

const RUNS = Number(process.env['KCHECK_RANDOM_RUNS'] ?? 300);
const MAX_STATES = 150;

test.each<[string, Fairness]>([
  ['sc', 'weak'],
  ['sc', 'strong'],
  ['tso', 'weak'],
  ['tso', 'strong'],
])(
  'the same contexts starve in random machines under %s and %s fairness',
  async (model, fairness) => {
    const count = { compared: 0, starving: 0, spared: 0 };
    const property = fc.asyncProperty(contendedMachines(), async (machine) => {
      const reference = referenceOf(machine, model, fairness);
      if (reference === null) return;
      const result = await checked(machine, model, fairness);
      if (result.limits.length > 0) return;
      count.compared++;
      count[reference.size > 0 ? 'starving' : 'spared']++;
      expect(starving(result)).toEqual([...reference].toSorted());
    });
    await fc.assert(property, { numRuns: RUNS });
    expect(Math.min(...Object.values(count))).toBeGreaterThan(RUNS / 100);
  },
  120_000,
);

function checked(machine: Machine, model: string, fairness: Fairness): Promise<CheckResult> {
  const found = memoryModels.get(model);
  if (found === undefined) throw new Error(model);
  return check(machine, found, { ...NO_LIMITS, fairness });
}

function starving({ failures }: CheckResult): readonly string[] {
  return failures.flatMap(({ context }) => context ?? []).toSorted();
}

function referenceOf(
  machine: Machine,
  name: string,
  fairness: Fairness,
): ReadonlySet<string> | null {
  const model = referenceModels.get(name);
  if (model === undefined) throw new Error(name);
  try {
    return starvedReference(machine, model, fairness, MAX_STATES);
  } catch (error) {
    if (error instanceof RangeError && error.message.startsWith('more than')) return null;
    throw error;
  }
}
