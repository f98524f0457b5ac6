/** Verdicts and exact state counts of well-known algorithms; the reference explorer counts alike. */
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { exploreReference } from '../../src/checker/reference/explore.ts';
import { referenceModels } from '../../src/checker/reference/index.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import { stagedMachine } from '../language/staged.ts';
import { CLASSICS } from './classics.ts';

const LIMITS = {
  maxStates: null,
  timeoutSeconds: 60,
  maxBytes: 1 << 28,
  onProgress: null,
  signal: null,
};

/** Name, memory model → states and what fails. */
const EXPECTED: readonly (readonly [string, string, string])[] = [
  ['Peterson without a barrier', 'sc', 'pass 88'],
  ['Peterson without a barrier', 'tso', 'fail 1472 mutual exclusion'],
  ['Peterson with smp_mb', 'sc', 'pass 88'],
  ['Peterson with smp_mb', 'tso', 'pass 211'],
  ['ticket lock', 'sc', 'pass 46'],
  ['ticket lock', 'tso', 'pass 52'],
  ['bounded queue', 'sc', 'pass 21'],
  ['bounded queue', 'tso', 'pass 45'],
  ['philosophers in a circle', 'sc', 'fail 87 deadlock'],
  ['philosophers in a circle', 'tso', 'fail 207 deadlock'],
  ['philosophers in order', 'sc', 'pass 72'],
  ['philosophers in order', 'tso', 'pass 170'],
  ['lost wake-up', 'sc', 'fail 13 livelock'],
  ['lost wake-up', 'tso', 'fail 32 livelock'],
  ['wake-up checked again', 'sc', 'pass 16'],
  ['wake-up checked again', 'tso', 'pass 54'],
  ['seqlock', 'sc', 'pass 49'],
  ['seqlock', 'tso', 'pass 118'],
  ['seqlock that never looks back', 'sc', 'fail 29 a consistent pair'],
  ['seqlock that never looks back', 'tso', 'fail 78 a consistent pair'],
  ['linked list', 'sc', 'pass 26'],
  ['linked list', 'tso', 'pass 56'],
  ['interrupts off', 'sc', 'pass 16'],
  ['interrupts off', 'tso', 'pass 30'],
  ['interrupts on', 'sc', 'fail 23 both counted'],
  ['interrupts on', 'tso', 'fail 46 both counted'],
];

test.each(EXPECTED)('%s under %s: %s', async (name, modelName, outcome) => {
  const model = memoryModels.get(modelName);
  if (model === undefined) throw new Error(modelName);
  const machine = stagedMachine(CLASSICS[name] ?? '');
  const result = await check(machine, model, LIMITS);
  const failing = result.failures.map(({ property }) => property).toSorted();
  expect([result.verdict, result.states, ...failing].join(' ')).toBe(outcome);
  const reference = referenceModels.get(modelName);
  if (reference === undefined) throw new Error(modelName);
  expect(exploreReference(machine, reference).states).toBe(result.states);
});
