/**
 * The explorer, with its generated successor functions and its fingerprints, against the naive
 * exploration by the plain interpreter: the same states, transitions and verdicts on random machines.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { exploreReference } from '../../src/checker/reference/explore.ts';
import type { ReferenceResult } from '../../src/checker/reference/explore.ts';
import type { StateView } from '../../src/checker/reference/interpreting.ts';
import { outcomesOf } from '../../src/checker/outcomes.ts';
import { referenceModels } from '../../src/checker/reference/index.ts';
import type { CheckResult } from '../../src/checker/result.ts';
import { cycles } from '../../src/machine/graph.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import { randomMachines } from '../machine/random.ts';
import { NO_LIMITS } from './options.ts';

const RUNS = Number(process.env['KCHECK_RANDOM_RUNS'] ?? 300);
const MAX_STATES = 3_000;

test.each(['sc', 'tso'])(
  'random machines have the same graph and verdicts under %s',
  async (name) => {
    const count = { compared: 0, passing: 0, failing: 0 };
    const property = fc.asyncProperty(randomMachines(), async (machine) => {
      const reference = referenceOf(machine, name);
      const model = memoryModels.get(name);
      if (reference === null || model === undefined) return;
      const result = await check(machine, model, NO_LIMITS);
      count.compared++;
      if (result.verdict === 'pass') count.passing++;
      else count.failing++;
      expect(figures(result)).toEqual(figures(reference));
      expect(failing(result)).toEqual(violatedIn(reference));
      compareLiveness(result, reference);
    });
    await fc.assert(property, { numRuns: RUNS });
    expect(Math.min(...Object.values(count))).toBeGreaterThan(RUNS / 50);
  },
);

function referenceOf(machine: Machine, name: string): ReferenceResult<StateView> | null {
  const model = referenceModels.get(name);
  if (model === undefined) throw new Error(name);
  try {
    return exploreReference(machine, model, { maxStates: MAX_STATES });
  } catch (error) {
    if (error instanceof RangeError && error.message.startsWith('more than')) return null;
    throw error;
  }
}

function figures({
  states,
  transitions,
  depth,
}: ReferenceResult<StateView> | CheckResult): unknown {
  return { states, transitions, depth };
}

/** The properties that a state or a step violates by itself. */
function failing({ failures }: CheckResult): readonly string[] {
  const here = failures.filter(({ kind }) => kind !== 'livelock');
  return [...new Set(here.map(({ property }) => property))].toSorted();
}

function violatedIn(reference: ReferenceResult<StateView>): readonly string[] {
  const names = new Set([...reference.failures, ...reference.violated]);
  if (reference.deadlocks.length > 0) names.add('deadlock');
  if (reference.races.length > 0) names.add('race');
  return [...names].toSorted();
}

/**
 * The reference knows who can be kept from its goal, and who is kept without any deadlock in sight; a
 * livelock is a trap with a cycle, so it lies between the two. A failing step hides what follows it.
 */
function compareLiveness(result: CheckResult, reference: ReferenceResult<StateView>): void {
  if (reference.failures.size > 0) return;
  const livelock = result.failures.some(({ property }) => property === 'livelock');
  if (reference.livelocked.size > 0) expect(livelock).toBe(true);
  if (livelock) expect(reference.doomed.size).toBeGreaterThan(0);
  const stuck = livelock || reference.deadlocks.length > 0;
  if (reference.doomed.size > 0) expect(stuck).toBe(true);
}

/**
 * Under `power` the two do not step alike: the reference forgets nothing, and may put off every load.
 * So only verdicts and ends are compared, of machines that do not spin. A failing assertion ends the
 * explorer's run where the reference may have put off what it looks at.
 */
test('random machines have the same ends and verdicts under power', async () => {
  const model = memoryModels.get('power');
  if (model === undefined) throw new Error('no power');
  const count = { compared: 0, passing: 0, failing: 0 };
  const property = fc.asyncProperty(randomMachines({ maxContexts: 2 }), async (machine) => {
    fc.pre(!spins(machine));
    const reference = referenceOf(machine, 'power');
    if (reference === null) return;
    const result = await check(machine, model, NO_LIMITS);
    count.compared++;
    if (result.verdict === 'pass') count.passing++;
    else count.failing++;
    const expected = violatedIn(reference);
    if (reference.failures.size > 0)
      expect(expected).toEqual(expect.arrayContaining(failing(result) as string[]));
    else expect(failing(result)).toEqual(expected);
    const { finals } = await outcomesOf(machine, model, NO_LIMITS);
    expect(ends(machine, finals)).toEqual(
      ends(
        machine,
        reference.finals.map(({ nodes, ghosts, memory }) => ({
          nodes,
          ghosts,
          memory: machine.locations.map((_, location) => memory.latest(location)),
        })),
      ),
    );
    compareLiveness(result, reference);
  });
  await fc.assert(property, { numRuns: RUNS });
  expect(Math.min(...Object.values(count))).toBeGreaterThan(RUNS / 50);
}, 180_000);

interface End {
  readonly nodes: readonly number[];
  readonly ghosts: readonly number[];
  readonly memory: readonly number[];
}

/** What is left where every context is at its end. */
function ends({ contexts }: Machine, finals: readonly End[]): readonly string[] {
  const done = finals.filter(({ nodes }) =>
    nodes.every((node, context) => contexts[context]?.nodes[node]?.kind === 'done'),
  );
  const spelt = done.map(({ ghosts, memory }) => JSON.stringify([ghosts, memory]));
  return [...new Set(spelt)].toSorted();
}

/** Loops that read memory: the reference's histories of them have no end. */
function spins({ contexts }: Machine): boolean {
  return contexts.some((context) =>
    cycles(context, () => true).some((cycle) =>
      cycle.every((node) => context.nodes[node]?.kind !== 'assign'),
    ),
  );
}
