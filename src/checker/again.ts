/**
 * Traces of a search that has kept no edges: the same search again, with edges, as deep as the failures lie.
 * States are found in the same order, so they have the same numbers.
 */
import { MODEL_BOUND } from './result.ts';
import type { CheckOptions } from './options.ts';
import type { Exploration, SearchOptions } from './search.ts';
import type { VisitedStates } from './state-set.ts';

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

/** The graph that paths to the failures can be taken from, and the failures that it reaches. */
export async function withEdges(
  graph: Exploration,
  options: CheckOptions,
  search: (options: CheckOptions, how: SearchOptions) => Promise<Exploration>,
): Promise<Exploration> {
  const { violations } = graph;
  if (violations.all.length === 0) return graph;
  // It takes no longer than the search before, and what that has found has to be shown.
  const limits = { ...options, maxStates: null, timeoutSeconds: null, signal: null };
  const how = { keepsEdges: true, seeksLivelocks: false, mostDepth: violations.depth };
  const again = await search(limits, how);
  const met = again.limits.filter((limit) => limit !== MODEL_BOUND);
  const shown = met.length === 0 ? violations : violations.within(again.levels.length - 2);
  const untold = met.map(
    (limit) => `${limit}: a failure at depth ${violations.depth} was found, not its trace`,
  );
  return {
    ...again,
    violations: shown,
    limits: [...graph.limits, ...(shown.all.length < violations.all.length ? untold : [])],
    never: graph.never,
  };
}
