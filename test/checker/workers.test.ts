/** Several threads in one search: what they find is what one thread finds, to the number of each state. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainEdges } from '../../src/checker/edges/plain.ts';
import type { CheckOptions } from '../../src/checker/options.ts';
import type { Sharing } from '../../src/checker/parallel/together.ts';
import type { Exploration } from '../../src/checker/search.ts';
import type { Machine } from '../../src/machine/machine.ts';
import type { MemoryModel } from '../../src/memory-models/memory-model.ts';
import type * as CheckerParallelSearched from '../../src/checker/parallel/searched.ts';
import type * as CheckerCheck from '../../src/checker/check.ts';
import type * as CheckerExplore from '../../src/checker/explore.ts';
import type * as CheckerFailures from '../../src/checker/failures.ts';
import type * as CheckerReferenceIndex from '../../src/checker/reference/index.ts';
import type * as MemoryModelsIndex from '../../src/memory-models/index.ts';
import type * as LanguageLoader from '../../src/language/loader.ts';
import { randomMachines } from '../machine/random.ts';
import { counters, failing, wide } from './machines.ts';
import { NO_LIMITS } from './options.ts';
import { raceMachine, raceRecipes } from './random-races.ts';

/** A thread runs built files alone. */
const DIST = pathToFileURL(join(import.meta.dirname, '../../dist/')).href;
const { searched } = (await import(
  `${DIST}checker/parallel/searched.js`
)) as typeof CheckerParallelSearched;
const { explore } = (await import(`${DIST}checker/explore.js`)) as typeof CheckerExplore;
const { check } = (await import(`${DIST}checker/check.js`)) as typeof CheckerCheck;
const { failuresOf } = (await import(`${DIST}checker/failures.js`)) as typeof CheckerFailures;
const { referenceModels } = (await import(
  `${DIST}checker/reference/index.js`
)) as typeof CheckerReferenceIndex;
const { memoryModels } = (await import(
  `${DIST}memory-models/index.js`
)) as typeof MemoryModelsIndex;
const { loadSpec } = (await import(`${DIST}language/loader.js`)) as typeof LanguageLoader;

/** Every level is for all, however small. */
function sharing(threads: number): Sharing {
  return { threads, known: 0, waiting: 1, waits: true };
}

function modelOf(name: string): MemoryModel {
  const model = memoryModels.get(name);
  if (model === undefined) throw new Error(name);
  return model;
}

async function explored(
  machine: Machine,
  name: string,
  threads: number,
  options: CheckOptions = NO_LIMITS,
  how: Sharing = sharing(threads),
): Promise<Exploration> {
  return explore(machine, modelOf(name), (system) =>
    searched(machine, system, name, options, {}, how),
  );
}

function digest(words: Int32Array): string {
  return createHash('sha256').update(words).digest('hex');
}

/** All that is asked of an exploration. */
function contentOf(machine: Machine, name: string, graph: Exploration): unknown {
  const reference = referenceModels.get(name);
  if (reference === undefined) throw new Error(name);
  const { states, transitions, levels, violations, limits, never, finalSeen, system, met } = graph;
  const { edges, edgesFrom } = plainEdges(graph.edges);
  return {
    failures: failuresOf(machine, graph, reference),
    figures: [states.size, transitions, limits, never, finalSeen],
    levels,
    violations: violations.all,
    graph: [digest(edges), digest(edgesFrom), digest(met.words.subarray(0, met.length))],
    seen: [system.seen, system.coverage],
    initial: states.find(system.initial(), 0),
  };
}

test.each(['sc', 'tso'])(
  'random machines have the same graph: %s',
  { timeout: 300_000 },
  async (name) => {
    const count = { passing: 0, failing: 0 };
    const machines = fc.oneof(randomMachines(), raceRecipes(true).map(raceMachine));
    const property = fc.asyncProperty(machines, fc.constantFrom(2, 3), async (machine, threads) => {
      const alone = contentOf(machine, name, await explored(machine, name, 1));
      const together = await explored(machine, name, threads);
      if (together.states.size > 1) expect(together.upTo, 'it was shared').toBeDefined();
      if (together.violations.all.length === 0) count.passing++;
      else count.failing++;
      expect(contentOf(machine, name, together)).toEqual(alone);
    });
    await fc.assert(property, { numRuns: 60 });
    expect(Math.min(...Object.values(count))).toBeGreaterThan(4);
  },
);

function shipped(file: string, version: string, configuration: string): Machine {
  const spec = loadSpec(join(import.meta.dirname, '../..', file));
  return spec.machine(spec.parameters(version, configuration, {}));
}

const SHIPPED = [
  ['specs/mm-cid/spec.ts', 'V0', 'fork', 'sc'],
  ['specs/mm-cid/spec.ts', 'V2', 'fork', 'tso'],
  ['specs/mm-cid/spec.ts', 'V0', 'fork3', 'sc'],
] as const;

test.each(SHIPPED)(
  '%s %s %s %s',
  { timeout: 120_000 },
  async (file, version, configuration, name) => {
    const machine = shipped(file, version, configuration);
    const alone = contentOf(machine, name, await explored(machine, name, 1));
    for (const threads of [2, 3, 2]) {
      expect(contentOf(machine, name, await explored(machine, name, threads))).toEqual(alone);
    }
  },
);

test('the table grows while all fill it', { timeout: 120_000 }, async () => {
  const machine = counters(31);
  const alone = contentOf(machine, 'sc', await explored(machine, 'sc', 1));
  for (const threads of [2, 3]) {
    const together = await explored(machine, 'sc', threads);
    expect(together.states.bytes / together.states.size).toBeLessThan(13);
    expect(contentOf(machine, 'sc', together)).toEqual(alone);
  }
});

test('threads join while one explores already', { timeout: 120_000 }, async () => {
  const machine = counters(31);
  const alone = contentOf(machine, 'sc', await explored(machine, 'sc', 1));
  const late = { threads: 2, known: 50_000, waiting: 2_000, waits: true };
  const together = await explored(machine, 'sc', 2, NO_LIMITS, late);
  expect(together.upTo).toBeDefined();
  expect(contentOf(machine, 'sc', together)).toEqual(alone);
});

test('an assumption that a thread refutes is given up by all', { timeout: 120_000 }, async () => {
  const machine = wide();
  const alone = contentOf(machine, 'sc', await explored(machine, 'sc', 1));
  for (let round = 0; round < 5; round++) {
    expect(contentOf(machine, 'sc', await explored(machine, 'sc', 3))).toEqual(alone);
  }
});

test('a limit on states is met where one thread meets it', { timeout: 120_000 }, async () => {
  const machine = counters(31);
  const options = { ...NO_LIMITS, maxStates: 100_000 };
  const alone = await explored(machine, 'sc', 1, options);
  const together = await explored(machine, 'sc', 2, options);
  expect(alone.limits).toEqual(['--max-states 100000']);
  expect(contentOf(machine, 'sc', together)).toEqual(contentOf(machine, 'sc', alone));
});

test.each([
  ['on the way', 40, 81],
  ['at the end', 30, 183],
] as const)(
  'what fails %s has the same trace without edges',
  { timeout: 120_000 },
  async (where, most, steps) => {
    const machine = failing(most, where);
    const options = { ...NO_LIMITS, livelocks: false };
    const alone = await check(machine, modelOf('sc'), { ...options, workers: 1 });
    expect(alone.failures[0]?.trace).toHaveLength(steps);
    for (const workers of [2, 3]) {
      const together = await check(machine, modelOf('sc'), { ...options, workers });
      const rest = { seconds: 0, peakBytes: 0, visitedBytes: 0 };
      expect({ ...together, ...rest }).toEqual({ ...alone, ...rest });
    }
  },
);

/** More states than there is memory for. */
const ENDLESS = counters(2000);

test('a time limit and an interrupt stop all threads', { timeout: 120_000 }, async () => {
  const controller = new AbortController();
  const progress: number[] = [];
  const timed = await explored(ENDLESS, 'sc', 2, { ...NO_LIMITS, timeoutSeconds: 2 });
  const soon = setTimeout(() => controller.abort(), 2000);
  const interrupted = await explored(ENDLESS, 'sc', 3, {
    ...NO_LIMITS,
    signal: controller.signal,
    onProgress: ({ states }) => progress.push(states),
  });
  clearTimeout(soon);
  expect([timed.limits, interrupted.limits]).toEqual([['--timeout 2'], ['interrupted']]);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  for (const graph of [timed, interrupted]) {
    expect(graph.upTo).toBeDefined();
    // What was not expanded counts as meeting every goal: nothing fails.
    expect(contentOf(ENDLESS, 'sc', graph)).toMatchObject({ failures: [] });
    expect(graph.edges.states).toBe(graph.states.size);
    expect(graph.edges.length).toBe(graph.transitions);
  }
});

test('a thread that dies ends the search with an error', { timeout: 120_000 }, async () => {
  const kill = (thread: Worker): void => {
    setTimeout(() => void thread.terminate(), 1500);
  };
  process.once('worker', kill);
  await expect(explored(ENDLESS, 'sc', 2)).rejects.toMatchObject({ code: 'KC0404' });
});
