/**
 * The path to show: among all shortest paths from the initial state to one of the given states, one
 * with the fewest context switches.
 *
 * A sweep over the levels, deepest first, marks the states that lie on a shortest path; then a dynamic
 * program walks those from the initial state, expanding each again to learn which context takes which
 * edge, and keeps for each state and last context the cheapest way.
 */
import type { Successors } from '../memory-models/memory-model.ts';
import type { Exploration } from './search.ts';
import { successorsOf } from './livelock.ts';

/** One step of a path: who stepped (as in Successors.context), and the state after it, in words. */
export interface Move {
  readonly context: number;
  readonly state: number;
  readonly words: Int32Array;
}

export interface Path {
  readonly moves: readonly Move[];
  readonly end: number;
}

export function shortestPath(graph: Exploration, ends: readonly number[]): Path {
  const depth = levelOf(graph, Math.min(...ends));
  const layers = onShortestPaths(graph, ends, depth);
  let ways = new Map<string, Way>();
  ways.set('start', {
    state: 0,
    words: graph.system.initial(),
    last: null,
    switches: 0,
    from: null,
  });
  for (let level = 0; level < depth; level++) {
    ways = advance(graph, ways, layers[level + 1] ?? new Set());
  }
  return unwind(cheapest(ways));
}

/** The moves along given states, the first of which has the given words. */
export function movesAlong(
  graph: Exploration,
  words: Int32Array,
  states: readonly number[],
): readonly Move[] {
  let way: Way = { state: states[0] ?? 0, words, last: null, switches: 0, from: null };
  for (const state of states.slice(1)) {
    const ways = advance(graph, new Map([['', way]]), new Set([state]));
    way = cheapest(ways);
  }
  return unwind(way).moves;
}

interface Way {
  readonly state: number;
  readonly words: Int32Array;
  readonly last: number | null;
  readonly switches: number;
  readonly from: Way | null;
}

function levelOf(graph: Exploration, state: number): number {
  const next = graph.levels.findIndex((first) => first > state);
  return (next < 0 ? graph.levels.length : next) - 1;
}

/** For each level the states on some shortest path to an end. */
function onShortestPaths(
  graph: Exploration,
  ends: readonly number[],
  depth: number,
): readonly ReadonlySet<number>[] {
  const layers: Set<number>[] = [];
  layers[depth] = new Set(ends);
  for (let level = depth - 1; level >= 0; level--) {
    const wanted = layers[level + 1] ?? new Set();
    const layer = new Set<number>();
    const end = graph.levels[level + 1] ?? graph.states.size;
    for (let state = graph.levels[level] ?? 0; state < end; state++) {
      if (successorsOf(graph, state).some((successor) => wanted.has(successor))) layer.add(state);
    }
    layers[level] = layer;
  }
  return layers;
}

/** One step further along every way, within the given states; the cheapest way to each survives. */
function advance(
  graph: Exploration,
  ways: ReadonlyMap<string, Way>,
  within: ReadonlySet<number>,
): Map<string, Way> {
  const next = new Map<string, Way>();
  for (const way of ways.values()) {
    for (const move of movesFrom(graph, way.words, within)) {
      const switches = way.switches + (move.context === way.last ? 0 : 1);
      const key = `${move.state} ${move.context}`;
      if ((next.get(key)?.switches ?? Infinity) <= switches) continue;
      next.set(key, { ...move, last: move.context, switches, from: way });
    }
  }
  return next;
}

function movesFrom(
  graph: Exploration,
  words: Int32Array,
  within: ReadonlySet<number>,
): readonly Move[] {
  const size = graph.system.words;
  const out: Successors = {
    count: 0,
    states: new Int32Array(64 * size),
    context: new Int32Array(64),
    failedAt: new Int32Array(64),
    race: -1,
  };
  graph.system.expand(words, 0, out);
  const moves: Move[] = [];
  for (let k = 0; k < out.count; k++) {
    if (out.failedAt[k] !== 0) continue;
    const state = graph.states.find(out.states, k * size);
    if (!within.has(state)) continue;
    const copy = out.states.slice(k * size, (k + 1) * size);
    moves.push({ context: out.context[k] ?? 0, state, words: copy });
  }
  return moves;
}

function cheapest(ways: ReadonlyMap<string, Way>): Way {
  let best: Way | null = null;
  for (const way of ways.values()) if (best === null || way.switches < best.switches) best = way;
  if (best === null) throw new Error('a path of the explored graph cannot be walked again');
  return best;
}

function unwind(end: Way): Path {
  const moves: Move[] = [];
  for (let way: Way | null = end; way !== null && way.from !== null; way = way.from) {
    moves.unshift({ context: way.last ?? 0, state: way.state, words: way.words });
  }
  return { moves, end: end.state };
}
