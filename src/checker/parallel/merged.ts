/** What threads have found together as one thread would have told it. */
import type { TransitionSystem } from '../../memory-models/memory-model.ts';
import type { Edges } from '../edges/edges.ts';
import type { Goal } from '../goals.ts';
import type { GrowableWords } from '../growable.ts';
import { MODEL_BOUND } from '../result.ts';
import type { Exploration } from '../search.ts';
import type { VisitedStates } from '../state-set.ts';
import type { Violations } from '../violations.ts';
import { Canonical } from './canonical.ts';
import type { Found } from './found.ts';
import { hasLivelock } from './reach.ts';
import type { Told } from './share.ts';

/**
 * Of a search without edges: there is no order to be found. What fails, and how deep, is known; where, a search
 * by one thread has to say.
 */
export function mergedWithoutEdges(found: Found): Exploration {
  for (const { kind, property, depth, state, context, node } of nearest(found)) {
    found.first.violations.add(kind, property, depth, { state, context, node });
  }
  return new Merged(found, null, null, found.known);
}

/** `can`: by number the goals that can be reached; null: from everywhere all of them. */
export function merged(found: Found, can: Int32Array | null): Exploration {
  let made: Canonical | null = null;
  const graph = (): Canonical => (made ??= new Canonical(found));
  tellInOrder(found, graph);
  return new Merged(found, can, graph, found.known);
}

/** The graph is put together as it is asked for: a search that passes needs none. */
class Merged implements Exploration {
  readonly system: TransitionSystem;
  readonly states: VisitedStates;
  readonly goals: readonly Goal[];
  readonly levels: readonly number[];
  readonly violations: Violations;
  readonly limits: readonly string[];
  readonly transitions: number;
  readonly peakBytes: number;
  readonly never: readonly number[];
  readonly finalSeen: boolean;
  readonly quotient = null;
  readonly hasOtherNumbers: boolean;
  readonly secondsBefore = 0;
  readonly #found: Found;
  readonly #can: Int32Array | null;
  readonly #graph: (() => Canonical) | null;
  /** Of so many states the successors are numbered. */
  readonly #reached: number;

  /** `graph`: null of a search without edges. */
  constructor(
    found: Found,
    can: Int32Array | null,
    graph: (() => Canonical) | null,
    reached: number,
  ) {
    const { first, shares } = found;
    const bounded = shares.some((share) => share.bounded);
    this.#found = found;
    this.#can = can;
    this.#graph = graph;
    this.hasOtherNumbers = graph === null;
    this.#reached = reached;
    this.system = first.system;
    this.goals = first.goals;
    this.levels = first.levels;
    this.violations = first.violations;
    this.limits = [...new Set([...first.limits, ...(bounded ? [MODEL_BOUND] : [])])];
    this.transitions = first.transitions;
    this.peakBytes = first.peakBytes;
    this.never = first.never.filter((p) => shares.every(({ never }) => never.includes(p)));
    this.finalSeen = first.finalSeen || shares.some((share) => share.finalSeen);
    const { size, bytes, missProbability } = first.states;
    const find = (states: Int32Array, at: number): number => this.#find(states, at);
    this.states = { size, bytes, missProbability, find };
  }

  get edges(): Edges {
    return this.#isFirst ? this.#found.first.edges : this.#numbered.edges;
  }

  get met(): GrowableWords {
    return this.#numbered.met;
  }

  upTo(level: number): Exploration {
    const reached = this.levels[level] ?? this.#found.known;
    return new Merged(this.#found, this.#can, this.#graph, reached);
  }

  hasNoLivelock(): boolean {
    return this.#can === null || !hasLivelock(this.#found, this.#can);
  }

  get #isFirst(): boolean {
    return this.#reached <= this.#found.firstExpanded;
  }

  get #numbered(): Canonical {
    if (this.#graph === null) throw new Error('this search has kept no edges');
    const graph = this.#graph();
    if (this.#reached === this.#found.known) graph.complete();
    else graph.reach(this.#reached);
    return graph;
  }

  #find(states: Int32Array, at: number): number {
    const number = this.#found.find(states, at);
    if (number < 0) return -1;
    if (!this.#isFirst) return this.#numbered.rankOf(number);
    return number < this.#found.firstKnown ? number : -1;
  }
}

/** When it would have been told: while which state was expanded, and behind how many of its edges. */
interface Timed {
  readonly told: Told;
  readonly state: number;
  readonly parent: number;
  readonly place: number;
}

/** What is told at the same time is of one share, and in order already. */
function tellInOrder(found: Found, graph: () => Canonical): void {
  const { first } = found;
  const wanted = nearest(found);
  if (wanted.length === 0) return;
  const deepest = wanted.reduce((most, { depth }) => Math.max(most, depth), 0);
  graph().reach(first.levels[deepest] ?? 0);
  const timed = wanted.map((told) => timeOf(graph(), told));
  for (const { told, state } of timed.toSorted(
    (a, b) => a.parent - b.parent || Math.sign(a.place - b.place),
  )) {
    const { kind, property, depth, context, node } = told;
    first.violations.add(kind, property, depth, { state, context, node });
  }
}

/** Of each property the violations that lie as near as any. */
function nearest({ first, shares }: Found): readonly Told[] {
  const depths = new Map<string, number>();
  const all = shares.flatMap(({ told }) => told);
  for (const { kind, property, depth } of all) {
    const key = `${kind} ${property}`;
    depths.set(key, Math.min(depth, depths.get(key) ?? Infinity));
  }
  return all.filter(
    ({ kind, property, depth }) =>
      depth === depths.get(`${kind} ${property}`) && first.violations.wants(kind, property, depth),
  );
}

/** Behind all edges that a state may have. */
const LAST = 2 ** 31;

function timeOf(graph: Canonical, told: Told): Timed {
  const state = graph.rankOf(told.state);
  const { when } = told;
  if (when === 'found') {
    const { state: parent, index } = graph.parentOf(state);
    return { told, state, parent, place: index + 0.5 };
  }
  if (when === 'before its steps') return { told, state, parent: state, place: -1 };
  if (when === 'after its steps') return { told, state, parent: state, place: LAST };
  const place = graph.edgesBefore(told.state, when.edges);
  return { told, state, parent: state, place };
}
