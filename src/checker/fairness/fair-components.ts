/**
 * The fair components of a part of the explored graph: strongly connected sets of states in which a
 * fair run can stay for ever. Tarjan (1972) with stacks of our own; under strong fairness a component
 * that is not fair is cut at the states in which an agent without a step is enabled, and looked at
 * again (Emerson and Lei 1987). docs/design/fairness.md argues that this finds every one.
 *
 * A *region* is a set of states that is still to be taken apart, or a component that was found: every
 * state is in one, or in none (0). The states of a component leave its region as it is closed, so an
 * edge within a region is one between states that have the same number.
 *
 * HOT CODE: the search for components runs once a state and edge for each context that must finish.
 */
import type { Fairness } from '../../machine/fairness.ts';
import type { LabelledGraph } from './labels.ts';
import { Tally, isFair, someEnabled } from './tally.ts';

/** For each state the fair component that it is in, as a number; 0: in none. */
export function fairComponents(
  graph: LabelledGraph,
  inside: Uint8Array,
  fairness: Fairness,
): Int32Array {
  return new Decomposition(graph, fairness).of(inside);
}

class Decomposition {
  readonly #from: Int32Array;
  readonly #edges: Int32Array;
  readonly #graph: LabelledGraph;
  readonly #fairness: Fairness;
  readonly #region: Int32Array;
  readonly #fair = new Set<number>();
  #regions = 0;
  /** Of Tarjan's: the order of discovery, -1 before that; the least that is reached; the open states. */
  readonly #index: Int32Array;
  readonly #low: Int32Array;
  readonly #open: Int32Array;
  #openSize = 0;
  #visited = 0;
  /** The way from the root to the state being visited, and the next edge of each state on it. */
  readonly #path: Int32Array;
  readonly #nextEdge: Int32Array;
  readonly #work: { readonly region: number; readonly states: Int32Array }[] = [];

  constructor(graph: LabelledGraph, fairness: Fairness) {
    const { size } = graph;
    this.#from = graph.edgesFrom;
    this.#edges = graph.edges;
    this.#graph = graph;
    this.#fairness = fairness;
    this.#region = new Int32Array(size);
    this.#index = new Int32Array(size).fill(-1);
    this.#low = new Int32Array(size);
    this.#open = new Int32Array(size);
    this.#path = new Int32Array(size);
    this.#nextEdge = new Int32Array(size);
  }

  of(inside: Uint8Array): Int32Array {
    this.#putOff(statesIn(inside));
    for (let item = this.#work.pop(); item !== undefined; item = this.#work.pop()) {
      for (const state of item.states) {
        if (this.#region[state] === item.region && this.#index[state] === -1) {
          this.#visitFrom(state, item.region);
        }
      }
    }
    return this.#region.map((region) => (this.#fair.has(region) ? region : 0));
  }

  /** Makes the states a region of their own, to be taken apart. */
  #putOff(states: Int32Array): void {
    const region = ++this.#regions;
    for (const state of states) {
      this.#region[state] = region;
      this.#index[state] = -1;
    }
    this.#work.push({ region, states });
  }

  #visitFrom(root: number, region: number): void {
    let depth = 0;
    this.#enter(root, depth);
    while (depth >= 0) {
      const state = this.#path[depth] as number;
      const edge = this.#nextEdge[state] as number;
      if (edge < (this.#from[state + 1] as number)) {
        this.#nextEdge[state] = edge + 1;
        const next = this.#edges[edge] as number;
        if (this.#region[next] !== region) continue;
        if (this.#index[next] === -1) this.#enter(next, ++depth);
        else this.#lower(state, this.#index[next] as number);
      } else {
        if (this.#low[state] === this.#index[state]) this.#close(state);
        if (--depth >= 0) this.#lower(this.#path[depth] as number, this.#low[state] as number);
      }
    }
  }

  #enter(state: number, depth: number): void {
    this.#path[depth] = state;
    this.#nextEdge[state] = this.#from[state] as number;
    this.#index[state] = this.#visited;
    this.#low[state] = this.#visited++;
    this.#open[this.#openSize++] = state;
  }

  #lower(state: number, to: number): void {
    if (to < (this.#low[state] as number)) this.#low[state] = to;
  }

  /** A component is complete: the open states from its root on. */
  #close(root: number): void {
    let first = this.#openSize;
    do first--;
    while (this.#open[first] !== root);
    const states = this.#open.slice(first, this.#openSize);
    this.#openSize = first;
    const component = ++this.#regions;
    for (const state of states) this.#region[state] = component;
    this.#judge(states, component);
  }

  #judge(states: Int32Array, component: number): void {
    const tally = new Tally(this.#graph, this.#fairness);
    let inner = 0;
    for (const state of states) {
      tally.addState(state);
      for (let e = this.#from[state] as number; e < (this.#from[state + 1] as number); e++) {
        if (this.#region[this.#edges[e] as number] !== component) continue;
        tally.addStep(this.#graph.movers[e] as number);
        inner++;
      }
    }
    if (inner === 0) return;
    const { lacking } = tally;
    if (isFair(lacking)) this.#fair.add(component);
    else if (this.#fairness === 'strong') {
      this.#putOff(states.filter((state) => !someEnabled(this.#graph, state, lacking)));
    }
  }
}

function statesIn(inside: Uint8Array): Int32Array {
  let count = 0;
  for (const is of inside) count += is;
  const states = new Int32Array(count);
  let next = 0;
  for (let state = 0; state < inside.length; state++)
    if (inside[state] === 1) states[next++] = state;
  return states;
}
