/**
 * Partial-order reduction against the whole search: the same verdicts, coverage and accesses seen, from fewer states; and the same
 * reduced graph from both engines. KCHECK_RANDOM_RUNS makes it longer.
 */
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { plainEdges } from '../../src/checker/edges/plain.ts';
import { reachableGoals } from '../../src/checker/livelock.ts';
import { MODEL_BOUND } from '../../src/checker/result.ts';
import type { CheckResult } from '../../src/checker/result.ts';
import { Search } from '../../src/checker/search.ts';
import type { Exploration, SearchOptions } from '../../src/checker/search.ts';
import { loadSpec } from '../../src/language/loader.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { validateMachine } from '../../src/machine/validate.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import type { MemoryModel } from '../../src/memory-models/memory-model.ts';
import { MachineBuilder, eq, int } from '../machine/builder.ts';
import { contendedMachines, randomMachines } from '../machine/random.ts';
import { NO_LIMITS } from './options.ts';
import { raceMachine, raceRecipes } from './random-races.ts';
import { reducibleMachine, reducibleRecipes } from './random-reducible.ts';

const RUNS = Number(process.env['KCHECK_RANDOM_RUNS'] ?? 60);
const MAX_STATES = 20_000;
const ROOT = join(import.meta.dirname, '../..');

function modelOf(name: string): MemoryModel {
  const model = memoryModels.get(name);
  if (model === undefined) throw new Error(name);
  return model;
}

async function searched(
  machine: Machine,
  name: string,
  options: SearchOptions,
): Promise<Exploration> {
  const system = modelOf(name).compile(machine);
  return new Search(machine, system, { ...NO_LIMITS, maxStates: MAX_STATES }, options).run();
}

/**
 * The same, and what is left where all has come to its end: nothing may be missing there. Who only has assignments before it counts as
 * there already, so where the contexts stand is left out.
 */
async function searchedToEnds(
  machine: Machine,
  name: string,
  reduces: boolean,
): Promise<readonly [Exploration, readonly string[]]> {
  const { contexts } = machine;
  const system = modelOf(name).compile(machine);
  const ends = new Set<string>();
  const onFinal = contexts.every(({ liveness }) => liveness === 'done')
    ? (states: Int32Array, from: number): unknown =>
        ends.add(states.slice(from + contexts.length, from + system.words).join())
    : null;
  const limits = { ...NO_LIMITS, maxStates: MAX_STATES };
  const graph = await new Search(machine, system, limits, { reduces, onFinal }).run();
  return [graph, [...ends].toSorted()];
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

function graphOf({ edges, met, states, transitions, levels }: Exploration): unknown {
  return {
    states: states.size,
    transitions,
    levels,
    ...plainEdges(edges),
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
      const [whole, ends] = await searchedToEnds(machine, name, false);
      if (!isWhole(whole)) return;
      const [reduced, reducedEnds] = await searchedToEnds(machine, name, true);
      expect(reducedEnds).toEqual(ends);
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

/** Two tasks, each with data of its own before it takes the lock; one may forget to. */
function mutualExclusion(locked: boolean): Machine {
  const b = new MachineBuilder('mutual exclusion');
  const [lock, inside] = [b.lockWord('lock'), b.ghost('inside', 0, int(0, 1))];
  for (const cpu of [0, 1]) {
    const own = b.location(`own${cpu}`);
    b.task(`T${cpu}`, cpu, (p) => {
      const r = p.register('r');
      for (const value of [1, 2]) p.store(own, value);
      if (locked) p.lock(lock);
      p.get(r, inside);
      p.assert(eq(r, 0), 'one at a time');
      p.set(inside, 1);
      p.set(inside, 0);
      if (locked) p.unlock(lock);
    });
  }
  return b.build();
}

const REDUCED = { ...NO_LIMITS, reductions: ['por'] as const };

/** What does not depend on the clock. */
function timeless(result: CheckResult): unknown {
  return { ...result, seconds: 0, reductions: null };
}

test.each([
  ['sc', 48, 24],
  ['tso', 119, 32],
])('a pass has the figures of the reduced search: %s', async (name, states, reduced) => {
  const machine = mutualExclusion(true);
  expect(await check(machine, modelOf(name), NO_LIMITS)).toMatchObject({ verdict: 'pass', states });
  expect(await check(machine, modelOf(name), REDUCED)).toMatchObject({
    verdict: 'pass',
    states: reduced,
    reductions: { applied: ['por'], off: [] },
  });
});

test('what fails is explored again, and is what it is without reduction', async () => {
  const machine = mutualExclusion(false);
  const whole = await check(machine, modelOf('tso'), NO_LIMITS);
  const reduced = await check(machine, modelOf('tso'), REDUCED);
  expect(timeless(reduced)).toEqual(timeless(whole));
  const reason = 'something fails, so all was explored again';
  expect(reduced.reductions).toEqual({ applied: [], off: [{ name: 'por', reason }] });
});

test('a failure is shown where a limit stops the whole search before it finds one', async () => {
  const machine = mutualExclusion(false);
  const limits = { maxStates: 20 };
  const whole = await check(machine, modelOf('sc'), { ...NO_LIMITS, ...limits });
  expect(whole.verdict).toBe('inconclusive');
  const reduced = await check(machine, modelOf('sc'), { ...REDUCED, ...limits });
  expect(reduced).toMatchObject({
    verdict: 'fail',
    limits: ['--max-states 20'],
    reductions: { applied: ['por'], off: [] },
  });
  expect(reduced.failures.map(({ property }) => property)).toEqual(['one at a time']);
});

test('where it does not apply the result says why', async () => {
  const machine = mutualExclusion(true);
  const offUnder = async (name: string, fairness: 'weak' | null): Promise<unknown> => {
    const { reductions } = await check(machine, modelOf(name), { ...REDUCED, fairness });
    return [reductions.applied, ...reductions.off.map(({ reason }) => reason)];
  };
  expect(await offUnder('sc', 'weak')).toEqual([[], 'fairness asks who could have stepped']);
  expect(await offUnder('power', null)).toEqual([[], 'there is none under power']);
});

/** The specs of the benchmark: who uses what is known there. */
test.each([
  ['filter-lock', 'fenced', { n: 3 }, 'tso', 11_067, 3_609],
  ['philosophers', 'deadlock', { n: 9 }, 'sc', 19_682, 2_816],
  ['philosophers', 'deadlock', { n: 6 }, 'tso', 5_714, 448],
  ['cid-pool', 'pool', { n: 4 }, 'sc', 92_367, 25_964],
  ['cid-pool', 'pool', { n: 3 }, 'tso', 19_055, 1_850],
])('%s %s %o under %s', async (file, version, parameters, name, states, reduced) => {
  const spec = loadSpec(join(ROOT, `bench/specs/${file}.ts`));
  const machine = spec.machine(spec.parameters(version, '', parameters));
  const system = modelOf(name).compile(machine);
  const sizeOf = async (reduces: boolean): Promise<number> =>
    (await new Search(machine, system, NO_LIMITS, { reduces }).run()).states.size;
  expect([await sizeOf(false), await sizeOf(true)]).toEqual([states, reduced]);
});

/** By spec, each of so many quick runs. */
const SHIPPED: readonly (readonly [file: string, each: number])[] = [
  ['specs/mm-cid/spec.ts', 40],
  ['specs/membarrier/spec.ts', 6],
  ['specs/page-table-walk/spec.ts', 3],
  ['specs/smp-call/spec.ts', 8],
];

test.each(SHIPPED)('%s has the same verdicts', { timeout: 120_000 }, async (file, each) => {
  const spec = loadSpec(join(ROOT, file));
  const quick = spec.versions
    .flatMap((version) => spec.configurations.map((configuration) => ({ version, configuration })))
    .flatMap((run) => ['sc', 'tso'].map((model) => ({ ...run, model })))
    .filter(
      (run) => spec.wants(run) && spec.quick(run) && (spec.models?.includes(run.model) ?? true),
    );
  let smaller = 0;
  for (const { version, configuration, model } of quick.filter((_, index) => index % each === 0)) {
    const machine = spec.machine(spec.parameters(version, configuration, {}));
    const whole = await searched(machine, model, { reduces: false });
    const reduced = await searched(machine, model, { reduces: true });
    if (!isWhole(whole)) continue;
    expect(found(reduced)).toEqual(found(whole));
    if (reduced.states.size < whole.states.size) smaller++;
  }
  expect(smaller).toBeGreaterThan(0);
});
