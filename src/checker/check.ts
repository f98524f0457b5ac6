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
import { explore } from './explore.ts';
import { failuresOf, shortestFirst } from './failures.ts';
import { LabellingSystem } from './fairness/labels.ts';
import type { LabelledGraph } from './fairness/labels.ts';
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
import { fails, imagesFor, unfolded } from './symmetry.ts';
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
  const once = async (how: AppliedReductions): Promise<CheckResult | null> => {
    const spent = (performance.now() - started) / 1000;
    const { timeoutSeconds } = options;
    const left = timeoutSeconds === null ? null : Math.max(0, timeoutSeconds - spent);
    return checkOnce(machine, model, reference, { ...options, timeoutSeconds: left }, how);
  };
  const asked = reductionsFor(options.reductions ?? [], model, fairness);
  const found = (await once(asked)) ?? (await once(without(asked, 'symmetry', FAILS)));
  if (found === null) throw new Error('only where states stand for others is a failure not shown');
  const isWhole = found.verdict !== 'fail' || found.reductions.applied.length === 0;
  const whole = isWhole ? found : await once(withoutFor(found.reductions, FAILS));
  const seconds = (performance.now() - started) / 1000;
  if (whole === null || whole === found) return { ...found, seconds };
  // A limit is no reason to be silent about what fails.
  return whole.verdict === 'inconclusive'
    ? { ...found, limits: whole.limits, seconds }
    : { ...whole, seconds };
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
  const { graph, labelled, reductions } = await explored(machine, model, options, asked);
  if (graph.quotient !== null && fails(graph)) return null;
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
    reductions,
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

interface Explored {
  readonly graph: Exploration;
  /** Who steps in it, where fairness is named. */
  readonly labelled: LabelledGraph | null;
  /** Those that could be made. */
  readonly reductions: AppliedReductions;
}

async function explored(
  machine: Machine,
  model: MemoryModel,
  options: CheckOptions,
  asked: AppliedReductions,
): Promise<Explored> {
  return explore(machine, model, async (system) => {
    if ((options.fairness ?? null) !== null) {
      const labelling = new LabellingSystem(machine, system);
      const graph = await new Search(machine, labelling, options).run();
      return { ...labelling.finish(graph), reductions: asked };
    }
    const reduces = asked.applied.includes('por');
    if (!asked.applied.includes('symmetry')) {
      const graph = await new Search(machine, system, options, { reduces }).run();
      return { graph, labelled: null, reductions: asked };
    }
    const found = imagesFor(machine, system, reduces);
    const images = typeof found === 'string' ? null : found;
    const reductions = typeof found === 'string' ? without(asked, 'symmetry', found) : asked;
    const graph = await new Search(machine, system, options, { reduces, images }).run();
    const whole = images === null ? graph : unfolded(machine, graph, images);
    return { graph: whole, labelled: null, reductions };
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
