/** Checks one machine under one memory model: search, liveness, and counterexamples that replay. */
import { at } from '../machine/graph.ts';
import { machineHash } from '../machine/hash.ts';
import type { Machine } from '../machine/machine.ts';
import { validateMachine } from '../machine/validate.ts';
import type { MemoryModel } from '../memory-models/memory-model.ts';
import { KcheckError } from '../errors.ts';
import { explore } from './explore.ts';
import { failuresOf, shortestFirst } from './failures.ts';
import { LabellingSystem } from './fairness/labels.ts';
import type { LabelledGraph } from './fairness/labels.ts';
import { requireFairSteps } from './fairness/applicable.ts';
import { starvations } from './fairness/starvation.ts';
import { searched } from './parallel/searched.ts';
import { racesBehind } from './race-search.ts';
import type { CheckOptions } from './options.ts';
import { referenceModels } from './reference/index.ts';
import type { CheckResult } from './result.ts';
import { Search } from './search.ts';
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
  const { graph, labelled } = await explored(machine, model, options);
  const races = await racesBehind(machine, model, graph, options, started);
  const limits = [...new Set([...graph.limits, ...races.limits])];
  const starved =
    fairness === null || labelled === null
      ? []
      : starvations(machine, graph, labelled, reference, fairness);
  const met = failuresOf(machine, graph, reference, races.moves);
  const failures = shortestFirst([...met, ...starved]);
  return {
    fairness,
    verdict: failures.length > 0 ? 'fail' : limits.length > 0 ? 'inconclusive' : 'pass',
    machineHash: await machineHash(machine),
    failures,
    states: graph.states.size,
    transitions: graph.transitions,
    depth: graph.levels.length - 1,
    seconds: (performance.now() - started) / 1000,
    visitedBytes: graph.states.bytes,
    peakBytes: graph.peakBytes + (labelled?.bytes ?? 0) + races.bytes,
    limits,
    unreached: unreachedSites(machine, graph),
    unevaluated: unevaluatedIn(machine, graph),
    missProbability: graph.states.missProbability,
  };
}

/** The graph, and where fairness is named who steps in it. */
async function explored(
  machine: Machine,
  model: MemoryModel,
  options: CheckOptions,
): Promise<{ readonly graph: Exploration; readonly labelled: LabelledGraph | null }> {
  return explore(machine, model, async (system) => {
    if ((options.fairness ?? null) === null) {
      return { graph: await searched(machine, system, model.name, options), labelled: null };
    }
    const labelling = new LabellingSystem(machine, system);
    return labelling.finish(await new Search(machine, labelling, options).run());
  });
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
