/**
 * Traces of a search that has kept no edges: the same search again, with edges, as deep as the failures lie.
 * States are found in the same order, so they have the same numbers.
 */
import { MODEL_BOUND } from './result.ts';
import type { CheckOptions } from './options.ts';
import type { Exploration, SearchOptions } from './search.ts';
import type { VisitedStates } from './state-set.ts';
import type { Violations } from './violations.ts';

/** What the search that led to failures was, without all that it takes to find a state in it again. */
export function forgetful(graph: Exploration): Exploration {
  const { size, bytes, missProbability } = graph.states;
  const states: VisitedStates = {
    size,
    bytes,
    missProbability,
    find: () => {
      throw new Error('this search is over, and its states are no longer there');
    },
  };
  return { ...graph, states };
}

export type SearchAgain = (options: CheckOptions, how: SearchOptions) => Promise<Exploration>;

/** The graph that paths to the failures can be taken from, and the failures that it reaches. */
export async function withEdges(
  graph: Exploration,
  options: CheckOptions,
  search: SearchAgain,
): Promise<Exploration> {
  const { violations } = graph;
  if (violations.all.length === 0) return graph;
  const again = await searchTo(violations.depth, options, search);
  return told(graph, again, violations);
}

/**
 * The same for a search that has missed states, or given them other numbers: failures are found anew, one
 * level deeper, because a state shows only when it is expanded that nobody can step.
 */
export async function anew(
  graph: Exploration,
  options: CheckOptions,
  search: SearchAgain,
): Promise<Exploration> {
  const { violations } = graph;
  if (violations.all.length === 0) return graph;
  const again = await searchTo(violations.depth + 1, options, search);
  return told(graph, again, again.violations);
}

/** It takes no longer than the search before did, and what that has found has to be shown. */
function searchTo(
  mostDepth: number,
  options: CheckOptions,
  search: SearchAgain,
): Promise<Exploration> {
  const limits = { ...options, maxStates: null, timeoutSeconds: null, signal: null };
  return search(limits, { keepsEdges: true, seeksLivelocks: false, mostDepth });
}

/** What a limit keeps from being told is a limit of the whole. */
function told(before: Exploration, again: Exploration, found: Violations): Exploration {
  const met = again.limits.filter((limit) => limit !== MODEL_BOUND);
  const violations = met.length === 0 ? found : found.within(again.levels.length - 2);
  const { depth } = before.violations;
  const untold = met.map(
    (limit) => `${limit}: a failure at depth ${depth} was found, not its trace`,
  );
  const isAll = before.violations.all.every((each) => violations.includes(each));
  return {
    ...again,
    violations,
    limits: [...before.limits, ...(isAll ? [] : untold)],
    never: before.never,
  };
}
