/**
 * Checks one machine under one memory model: search, liveness, and counterexamples that replay. What a
 * reduced search lets pass does pass. What fails in it is explored again as a whole, so that traces are the
 * shortest and the figures those of all states.
 */
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
import { reductionsFor, without, withoutFor } from './reductions.ts';
import type { AppliedReductions } from './reductions.ts';
import { referenceModels } from './reference/index.ts';
import type { OwnInterpreter } from './reference/interpreting.ts';
import type { ReferenceModel } from './reference/memory.ts';
import type { CheckResult } from './result.ts';
import { fails } from './symmetry.ts';
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
  const once = async (how: AppliedReductions): Promise<CheckResult | null> => {
    const before = (performance.now() - started) / 1000;
    const rest = { ...options, secondsSpent: before };
    const result = await checkOnce(machine, model, reference, rest, how);
    return result === null ? null : { ...result, seconds: before + result.seconds };
  };
  const asked = reductionsFor(options.reductions ?? [], model, fairness);
  const found = (await once(asked)) ?? (await once(without(asked, 'symmetry', FAILS)));
  if (found === null) throw new Error('only where states stand for others is a failure not shown');
  const isWhole = found.verdict !== 'fail' || found.reductions.applied.length === 0;
  const whole = isWhole ? found : await once(withoutFor(found.reductions, FAILS));
  if (whole === null) return found;
  // A limit is no reason to be silent about what fails.
  const { verdict, limits, seconds } = whole;
  return verdict === 'inconclusive' ? { ...found, limits, seconds } : whole;
}

const FAILS = 'something fails, so all was explored again';

/** null: something fails in a graph in which a state stands for others, so that no trace can be shown. */
async function checkOnce(
  machine: Machine,
  model: MemoryModel,
  reference: ReferenceModel | OwnInterpreter,
  options: CheckOptions,
  asked: AppliedReductions,
): Promise<CheckResult | null> {
  const started = performance.now();
  const fairness = options.fairness ?? null;
  const continued = await continuedOf(machine, model, options);
  const { graph, labelled, traced, reductions } = await explored(
    machine,
    model,
    options,
    continued,
    asked,
  );
  if (graph.quotient !== null && fails(graph)) return null;
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
    reductions,
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
