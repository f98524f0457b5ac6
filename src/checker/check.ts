/** Checks one machine under one memory model: search, liveness, and counterexamples that replay. */
import { at } from '../machine/graph.ts';
import { machineHash } from '../machine/hash.ts';
import type { Machine } from '../machine/machine.ts';
import { validateMachine } from '../machine/validate.ts';
import type { MemoryModel } from '../memory-models/memory-model.ts';
import { KcheckError } from '../errors.ts';
import { continuedOf } from './checkpoint/checkpoint.ts';
import { explored } from './explored.ts';
import { failuresOf, shortestFirst } from './failures.ts';
import { requireFairSteps } from './fairness/applicable.ts';
import { starvations } from './fairness/starvation.ts';
import { racesBehind } from './race-search.ts';
import type { CheckOptions } from './options.ts';
import { referenceModels } from './reference/index.ts';
import type { CheckResult } from './result.ts';
import type { Exploration } from './search.ts';
import { unevaluatedIn } from './unevaluated.ts';

export async function check(
  machine: Machine,
  model: MemoryModel,
  options: CheckOptions,
): Promise<CheckResult> {
  const started = performance.now();
  validateMachine(machine);
  const reference = referenceModels.get(model.name);
  if (reference === undefined) {
    throw new KcheckError('KC0402', `the memory model ${model.name} has no plain interpreter`);
  }
  const fairness = options.fairness ?? null;
  if (fairness !== null) requireFairSteps(model);
  const continued = await continuedOf(machine, model, options);
  const { graph, labelled, traced } = await explored(machine, model, options, continued);
  const races = await racesBehind(machine, model, graph, options, started);
  const paths = await traced();
  const limits = [...new Set([...paths.limits, ...races.limits])];
  const starved =
    fairness === null || labelled === null
      ? []
      : starvations(machine, graph, labelled, reference, fairness);
  const met = failuresOf(machine, paths, reference, races.moves);
  const failures = shortestFirst([...met, ...starved]);
  return {
    fairness,
    ...(options.livelocks === false ? { livelocks: false } : {}),
    ...(options.remembering?.kind === 'states' ? { exact: true } : {}),
    verdict: failures.length > 0 ? 'fail' : limits.length > 0 ? 'inconclusive' : 'pass',
    machineHash: await machineHash(machine),
    failures,
    states: graph.states.size,
    transitions: graph.transitions,
    depth: graph.levels.length - 1,
    seconds: graph.secondsBefore + (performance.now() - started) / 1000,
    visitedBytes: graph.states.bytes,
    peakBytes: Math.max(graph.peakBytes, paths.peakBytes) + (labelled?.bytes ?? 0) + races.bytes,
    limits,
    unreached: unreachedSites(machine, graph),
    unevaluated: unevaluatedIn(machine, graph),
    missProbability: graph.states.missProbability,
  };
}

/** Sites that no executed node has; one source place may stand in several contexts and calls. */
export function unreachedSites(
  machine: Machine,
  { system }: Pick<Exploration, 'system'>,
): readonly number[] {
  const reached = new Set<string>();
  const seen = new Map<string, number>();
  machine.contexts.forEach(({ nodes }, context) => {
    const covered = at(system.coverage, context);
    nodes.forEach(({ kind, site }, node) => {
      if (kind === 'done' || kind === 'assign') return;
      const { file, line, column } = at(machine.sites, site);
      const place = `${file}:${line}:${column}`;
      if (covered[node] === 1) reached.add(place);
      else seen.set(place, site);
    });
  });
  return [...seen].flatMap(([place, site]) => (reached.has(place) ? [] : [site]));
}
