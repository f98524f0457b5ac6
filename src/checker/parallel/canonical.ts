/**
 * The graph with the numbers that one thread would have given. Such a thread numbers states as it meets
 * them, breadth first, each state's successors in order; so a walk along the edges that were kept, from the
 * first states that have their numbers already, gives the same numbers, edge for edge.
 *
 * It goes as far as is asked for: a short trace needs the first levels alone.
 */
import { Edges } from '../edges/edges.ts';
import { GrowableWords } from '../growable.ts';
import { Places, goalsMet } from './found.ts';
import type { Found } from './found.ts';

export class Canonical {
  /** Of each state of which the successors are numbered. */
  readonly edges: Edges = new Edges();
  readonly met: GrowableWords = new GrowableWords();
  readonly #found: Found;
  readonly #places: Places;
  readonly #order: Int32Array;
  readonly #rank: Int32Array;
  readonly #parent: Int32Array;
  readonly #index: Int32Array;
  #visited: number;
  #next: number;

  constructor(found: Found) {
    const { first, firstExpanded, firstKnown, known, numbers } = found;
    this.#found = found;
    this.#places = new Places(found);
    this.#rank = new Int32Array(numbers).fill(-1);
    this.#order = new Int32Array(known);
    this.#parent = new Int32Array(known).fill(-1);
    this.#index = new Int32Array(known);
    for (let state = 0; state < firstKnown; state++) {
      this.#rank[state] = state;
      this.#order[state] = state;
    }
    this.#visited = firstExpanded;
    this.#next = firstKnown;
    for (let state = 0; state < firstExpanded; state++) {
      this.edges.appendState();
      for (const successor of first.edges.reader.successorsOf(state)) this.edges.append(successor);
    }
  }

  /** So many states get their successors numbered. */
  reach(states: number): void {
    while (this.#visited < states) this.#visit(this.#visited++);
  }

  /** All states. */
  complete(): void {
    const { first, known } = this.#found;
    this.reach(known);
    if (first.goals.length > 0 && this.met.length === 0) this.#setMet();
  }

  /** The state of a number; -1: it is not known yet. */
  rankOf(number: number): number {
    return this.#rank[number] as number;
  }

  /** The state from which another one was found, and as how many-th of its successors. */
  parentOf(state: number): { readonly state: number; readonly index: number } {
    return { state: this.#parent[state] as number, index: this.#index[state] as number };
  }

  /** How many edges of a state's own there were when the counter of edges was this. */
  edgesBefore(number: number, counter: number): number {
    return this.#places.edgesBefore(number, counter);
  }

  #visit(state: number): void {
    this.edges.appendState();
    this.#places.successorsOf(this.#order[state] as number).forEach((number, index) => {
      if ((this.#rank[number] as number) < 0) this.#meet(number, state, index);
      this.edges.append(this.#rank[number] as number);
    });
  }

  #meet(number: number, parent: number, index: number): void {
    const state = this.#next++;
    this.#rank[number] = state;
    this.#order[state] = number;
    this.#parent[state] = parent;
    this.#index[state] = index;
  }

  #setMet(): void {
    const met = goalsMet(this.#found);
    for (const number of this.#order) this.met.append(met[number] as number);
  }
}
