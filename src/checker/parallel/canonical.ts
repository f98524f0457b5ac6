/**
 * The graph with the numbers that one thread would have given. Such a thread numbers states as it meets
 * them, breadth first, each state's successors in order; so a walk along the edges that were kept, from the
 * first states that have their numbers already, gives the same numbers, edge for edge.
 */
import { GrowableWords } from '../growable.ts';
import { goalsMet, segmentsOf, wordsOf } from './found.ts';
import type { Found } from './found.ts';
import type { SharedWords } from './shared-words.ts';

export interface Canonical {
  readonly edges: GrowableWords;
  readonly edgesFrom: GrowableWords;
  readonly met: GrowableWords;
  /** The state of a number. */
  rankOf(number: number): number;
  /** The state from which another one was found, and as how many-th of its successors. */
  parentOf(state: number): { readonly state: number; readonly index: number };
  /** How many edges a counter of them is beyond those before the ones of a state, in 30 bits. */
  edgesBefore(number: number, counter: number): number;
}

export function canonical(found: Found): Canonical {
  const walk = new Walk(found);
  walk.run();
  return walk;
}

class Walk implements Canonical {
  readonly edges = new GrowableWords();
  readonly edgesFrom = new GrowableWords();
  readonly met = new GrowableWords();
  readonly #found: Found;
  readonly #edges: readonly SharedWords[];
  readonly #starts: readonly SharedWords[];
  /** By number where it stands among what its share has expanded, shares one behind the other; -1: nowhere. */
  readonly #where: Int32Array;
  readonly #firsts: readonly number[];
  readonly #order: Int32Array;
  readonly #rank: Int32Array;
  readonly #parent: Int32Array;
  readonly #index: Int32Array;
  #next: number;

  constructor(found: Found) {
    this.#found = found;
    this.#edges = found.shares.map(({ edges }) => wordsOf(edges));
    this.#starts = found.shares.map(({ starts }) => wordsOf(starts));
    let first = 0;
    this.#firsts = this.#starts.map(({ length }) => (first += length) - length);
    this.#where = this.#places();
    this.#next = found.firstKnown;
    this.#rank = new Int32Array(found.numbers).fill(-1);
    this.#order = new Int32Array(found.known);
    for (let state = 0; state < found.firstKnown; state++) {
      this.#rank[state] = state;
      this.#order[state] = state;
    }
    this.#parent = new Int32Array(found.known).fill(-1);
    this.#index = new Int32Array(found.known);
  }

  run(): void {
    const { first, firstExpanded, known } = this.#found;
    this.edges.appendAll(first.edges.words, 0, first.edges.length);
    this.edgesFrom.appendAll(first.edgesFrom.words, 0, firstExpanded);
    for (let state = firstExpanded; state < known; state++) this.#visit(state);
    this.edgesFrom.append(this.edges.length);
    if (first.goals.length > 0) this.#setMet();
  }

  rankOf(number: number): number {
    return this.#rank[number] as number;
  }

  parentOf(state: number): { readonly state: number; readonly index: number } {
    return { state: this.#parent[state] as number, index: this.#index[state] as number };
  }

  edgesBefore(number: number, counter: number): number {
    const where = this.#where[number] as number;
    const share = this.#shareOf(where);
    const start = this.#starts[share]?.get(where - (this.#firsts[share] ?? 0)) ?? 0;
    return (counter - start) & (2 ** 30 - 1);
  }

  #places(): Int32Array {
    const where = new Int32Array(this.#found.numbers).fill(-1);
    this.#found.shares.forEach((share, index) => {
      const before = this.#firsts[index] ?? 0;
      for (const { first, count, at } of segmentsOf(index, share)) {
        for (let i = 0; i < count; i++) where[first + i] = before + at + i;
      }
    });
    return where;
  }

  #shareOf(where: number): number {
    let share = this.#firsts.length - 1;
    while (share > 0 && (this.#firsts[share] ?? 0) > where) share--;
    return share;
  }

  #visit(state: number): void {
    this.edgesFrom.append(this.edges.length);
    const where = this.#where[this.#order[state] as number] as number;
    if (where < 0) return;
    const share = this.#shareOf(where);
    const edges = this.#edges[share] as SharedWords;
    const starts = this.#starts[share] as SharedWords;
    const { firstEdge } = this.#found.shares[share] ?? { firstEdge: 0 };
    const at = where - (this.#firsts[share] ?? 0);
    const from = (starts.get(at) - firstEdge) >>> 0;
    const end = at + 1 < starts.length ? (starts.get(at + 1) - firstEdge) >>> 0 : edges.length;
    for (let e = from; e < end; e++) {
      const number = edges.get(e);
      if ((this.#rank[number] as number) < 0) this.#meet(number, state, e - from);
      this.edges.append(this.#rank[number] as number);
    }
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
    const { firstExpanded, known } = this.#found;
    for (let state = 0; state < known; state++) {
      const number = this.#order[state] as number;
      const isExpanded = state < firstExpanded || (this.#where[number] as number) >= 0;
      this.met.append(isExpanded ? (met[number] as number) : -1);
    }
  }
}
