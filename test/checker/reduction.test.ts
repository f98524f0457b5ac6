/**
 * Partial-order reduction against the whole search: the same verdicts, coverage and accesses seen, from fewer states; and the same
 * reduced graph from both engines. KCHECK_RANDOM_RUNS makes it longer.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reachableGoals } from '../../src/checker/livelock.ts';
import { MODEL_BOUND } from '../../src/checker/result.ts';
import { Search } from '../../src/checker/search.ts';
import type { Exploration } from '../../src/checker/search.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { validateMachine } from '../../src/machine/validate.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import type { MemoryModel } from '../../src/memory-models/memory-model.ts';
import { contendedMachines, randomMachines } from '../machine/random.ts';
import { NO_LIMITS } from './options.ts';
import { raceMachine, raceRecipes } from './random-races.ts';
import { reducibleMachine, reducibleRecipes } from './random-reducible.ts';

const RUNS = Number(process.env['KCHECK_RANDOM_RUNS'] ?? 150);
const MAX_STATES = 20_000;

function modelOf(name: string): MemoryModel {
  const model = memoryModels.get(name);
  if (model === undefined) throw new Error(name);
  return model;
}

async function searched(
  machine: Machine,
  name: string,
  options: { readonly reduces: boolean; readonly inBatches?: boolean },
): Promise<Exploration> {
  const system = modelOf(name).compile(machine);
  return new Search(machine, system, { ...NO_LIMITS, maxStates: MAX_STATES }, options).run();
}

/** Whatever a verdict is made of. */
function found(graph: Exploration): unknown {
  const { violations, goals, never, finalSeen, system } = graph;
  const can = reachableGoals(graph);
  const trapped = goals.filter((_, goal) => can.some((word) => (word & (1 << goal)) === 0));
  return {
    violations: violations.all.map(({ kind, property }) => `${kind} ${property}`).toSorted(),
    trapped,
    never,
    finalSeen,
    coverage: system.coverage,
    seen: system.seen,
  };
}

function isWhole({ limits }: Exploration): boolean {
  return limits.every((limit) => limit === MODEL_BOUND);
}

function graphOf({ edges, edgesFrom, met, states, transitions, levels }: Exploration): unknown {
  return {
    states: states.size,
    transitions,
    levels,
    edges: edges.words.subarray(0, edges.length),
    edgesFrom: edgesFrom.words.subarray(0, edgesFrom.length),
    met: met.words.subarray(0, met.length),
  };
}

const MACHINES: readonly (readonly [string, fc.Arbitrary<Machine>])[] = [
  ['reducible', reducibleRecipes().map(reducibleMachine)],
  ['any', randomMachines()],
  ['racy', randomMachines({ racy: true })],
  ['contended', contendedMachines()],
  ['races', raceRecipes().map(raceMachine)],
  ['races in loops', raceRecipes(true).map(raceMachine)],
];

const CASES = MACHINES.flatMap(([kind, machines]) =>
  ['sc', 'tso'].map((model) => [kind, model, machines] as const),
);

test.each(CASES)(
  'random machines (%s) under %s: what a reduced search finds is what there is',
  { timeout: 60_000 + RUNS * 100 },
  async (kind, name, machines) => {
    const count = { compared: 0, smaller: 0, states: 0, reduced: 0 };
    const property = fc.asyncProperty(machines, async (machine) => {
      validateMachine(machine);
      const whole = await searched(machine, name, { reduces: false });
      if (!isWhole(whole)) return;
      const reduced = await searched(machine, name, { reduces: true });
      expect(found(reduced)).toEqual(found(whole));
      expect(whole.limits).toEqual(expect.arrayContaining([...reduced.limits]));
      expect(reduced.states.size).toBeLessThanOrEqual(whole.states.size);
      const single = await searched(machine, name, { reduces: true, inBatches: false });
      expect(graphOf(single)).toEqual(graphOf(reduced));
      count.compared++;
      count.states += whole.states.size;
      count.reduced += reduced.states.size;
      if (reduced.states.size < whole.states.size) count.smaller++;
    });
    await fc.assert(property, { numRuns: RUNS });
    if (process.env['KCHECK_RANDOM_RUNS'] !== undefined) console.log(kind, name, count);
    expect(count.smaller).toBeGreaterThan(count.compared / 10);
  },
);
