/**
 * The path to show: among all shortest paths from the initial state to one of the given states, one
 * with the fewest context switches.
 *
 * A sweep over the levels, deepest first, marks the states that lie on a shortest path; then a dynamic
 * program walks those from the initial state, expanding each again to learn which context takes which
 * edge, and keeps for each state and last context the cheapest way.
 */
import { newSuccessors } from '../memory-models/memory-model.ts';
import type { Successors } from '../memory-models/memory-model.ts';
import type { Exploration } from './search.ts';

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

export function shortestPath(whole: Exploration, ends: readonly number[]): Path {
  const depth = levelOf(whole, Math.min(...ends));
  const graph = whole.upTo?.(depth) ?? whole;
  const layers = onShortestPaths(graph, ends, depth);
  const walk = new Walk(graph, 0, graph.system.initial());
  for (const layer of layers.slice(1)) walk.advance(layer);
  return walk.cheapest();
}

/** The moves along given states, the first of which has the given words. */
export function movesAlong(
  graph: Exploration,
  words: Int32Array,
  states: readonly number[],
): readonly Move[] {
  const walk = new Walk(graph, states[0] ?? 0, words);
  for (const state of states.slice(1)) walk.advance(new Set([state]));
  return walk.cheapest().moves;
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
      if (leadsTo(graph, state, wanted)) layer.add(state);
    }
    layers[level] = layer;
  }
  return layers;
}

function leadsTo(graph: Exploration, state: number, wanted: ReadonlySet<number>): boolean {
  return graph.edges.reader.leadsInto(state, wanted);
}

/** The cheapest way to a state whose last step is of one context. */
interface Way {
  readonly last: number | null;
  readonly switches: number;
  readonly from: Way | null;
  readonly place: Place;
}

/** A state reached, with the cheapest way to it for each last context. */
interface Place {
  readonly state: number;
  readonly words: Int32Array;
  readonly ways: Map<number | null, Way>;
}

/** All shortest ways at once, level by level. */
class Walk {
  readonly #graph: Exploration;
  readonly #out: Successors;
  #places: Map<number, Place>;

  constructor(graph: Exploration, state: number, words: Int32Array) {
    this.#graph = graph;
    this.#out = newSuccessors(graph.system.words);
    const start: Place = { state, words, ways: new Map() };
    start.ways.set(null, { last: null, switches: 0, from: null, place: start });
    this.#places = new Map([[state, start]]);
  }

  /** One step further along every way, within the given states. */
  advance(within: ReadonlySet<number>): void {
    const next = new Map<number, Place>();
    for (const place of this.#places.values()) this.#expand(place, within, next);
    this.#places = next;
  }

  cheapest(): Path {
    const ways = [...this.#places.values()].flatMap((place) => [...place.ways.values()]);
    const best = cheapestOf(ways);
    if (best === null) throw new Error('a path of the explored graph cannot be walked again');
    const moves: Move[] = [];
    for (let way = best; way.from !== null; way = way.from) {
      moves.unshift({ context: way.last ?? 0, state: way.place.state, words: way.place.words });
    }
    return { moves, end: best.place.state };
  }

  #expand(place: Place, within: ReadonlySet<number>, next: Map<number, Place>): void {
    const out = this.#out;
    const size = this.#graph.system.words;
    const cheapest = cheapestOf([...place.ways.values()]);
    if (cheapest === null) return;
    this.#graph.system.expand(place.words, 0, out);
    for (let k = 0; k < out.count; k++) {
      if (out.failedAt[k] !== 0) continue;
      const state = this.#graph.states.find(out.states, k * size);
      if (!within.has(state)) continue;
      let there = next.get(state);
      if (there === undefined) {
        const words = out.states.slice(k * size, (k + 1) * size);
        there = { state, words, ways: new Map() };
        next.set(state, there);
      }
      improve(there, out.context[k] ?? 0, place.ways.get(out.context[k] ?? 0), cheapest);
    }
  }
}

/** Goes on with the same context, or from the cheapest way with a switch. */
function improve(place: Place, context: number, same: Way | undefined, cheapest: Way): void {
  const first = cheapest.last === null;
  const switching = cheapest.switches + (first ? 0 : 1);
  const stay = same !== undefined && same.switches <= switching;
  const switches = stay ? same.switches : switching;
  const known = place.ways.get(context);
  if (known !== undefined && known.switches <= switches) return;
  place.ways.set(context, { last: context, switches, from: stay ? same : cheapest, place });
}

function cheapestOf(ways: readonly Way[]): Way | null {
  return ways.reduce<Way | null>(
    (best, way) => (best === null || way.switches < best.switches ? way : best),
    null,
  );
}
