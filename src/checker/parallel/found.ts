/**
 * What a search has found in which threads went together: what one thread alone found at first, whose
 * numbers are those of a search by one thread, and the shares of all from then on.
 */
import { BLOCK } from '../../memory-models/wasm/shared/space.ts';
import type { Exploration } from '../search.ts';
import { SEGMENT } from './share.ts';
import type { SentShare, SentWords } from './share.ts';
import { SharedWords } from './shared-words.ts';

export interface Found {
  /** What was found at first; its graph has the states that were expanded, and knows more. */
  readonly first: Exploration;
  readonly firstExpanded: number;
  readonly firstKnown: number;
  readonly shares: readonly SentShare[];
  /** All numbers are below; some stand for no state. */
  readonly numbers: number;
  readonly known: number;
  /** The number of a state, or -1 when it was never found. */
  find(states: Int32Array, at: number): number;
}

/** A segment of states that one thread has expanded. */
export interface Segment {
  readonly first: number;
  readonly count: number;
  readonly level: number;
  /** Where its first state stands among those that the share has expanded. */
  readonly at: number;
}

/** The segments of a share in the order in which they were expanded. */
export function segmentsOf({ segments }: Pick<SentShare, 'segments'>): readonly Segment[] {
  const words = wordsOf(segments);
  let at = 0;
  return Array.from({ length: words.length / SEGMENT }, (_, i) => {
    const [first, count] = [words.get(SEGMENT * i), words.get(SEGMENT * i + 1)];
    at += count;
    return { first, count, level: words.get(SEGMENT * i + 2), at: at - count };
  });
}

/** The successors of what one share has expanded, by where it stands there. HOT CODE. */
export class ShareEdges {
  readonly words: SharedWords;
  readonly #starts: SharedWords;
  readonly #firstEdge: number;

  constructor({ starts, edges, firstEdge }: SentShare) {
    this.words = wordsOf(edges);
    this.#starts = wordsOf(starts);
    this.#firstEdge = firstEdge;
  }

  /** How many states were expanded. */
  get length(): number {
    return this.#starts.length;
  }

  from(at: number): number {
    return (this.#starts.get(at) - this.#firstEdge) >>> 0;
  }

  end(at: number): number {
    return at + 1 < this.#starts.length ? this.from(at + 1) : this.words.length;
  }

  /** How far a counter of edges was behind the one before the state at this place; in 30 bits. */
  since(at: number, counter: number): number {
    return (counter - this.#starts.get(at)) & (2 ** 30 - 1);
  }
}

/** Where the states that shares have expanded stand, by number. */
export class Places {
  readonly edges: readonly ShareEdges[];
  /** Shares stand one behind the other. */
  readonly #firsts: readonly number[];
  readonly #where: Int32Array;

  constructor({ shares, numbers }: Found) {
    this.edges = shares.map((share) => new ShareEdges(share));
    let first = 0;
    this.#firsts = this.edges.map(({ length }) => (first += length) - length);
    this.#where = new Int32Array(numbers).fill(-1);
    shares.forEach((share, index) => {
      const before = this.#firsts[index] as number;
      for (const segment of segmentsOf(share)) {
        const place = before + segment.at;
        for (let i = 0; i < segment.count; i++) this.#where[segment.first + i] = place + i;
      }
    });
  }

  /** -1: no share has expanded the state. */
  shareOf(number: number): number {
    const where = this.#where[number] as number;
    let share = where < 0 ? -1 : this.#firsts.length - 1;
    while (share > 0 && (this.#firsts[share] as number) > where) share--;
    return share;
  }

  /** Where the state stands in its share. */
  placeOf(number: number, share: number): number {
    return (this.#where[number] as number) - (this.#firsts[share] as number);
  }
}

/** By number the goals that the state meets by itself; all where not everything that follows is known. */
export function goalsMet({ first, firstExpanded, firstKnown, shares, numbers }: Found): Int32Array {
  const met = new Int32Array(new SharedArrayBuffer(4 * numbers)).fill(-1);
  for (const share of shares) {
    const words = wordsOf(share.met);
    share.blocks.forEach((block, ordinal) => {
      const from = BLOCK * ordinal;
      const count = Math.min(BLOCK, words.length - from);
      words.copyTo(met, block, from, count);
    });
  }
  met.set(first.met.words.subarray(0, firstKnown));
  for (const { failed } of shares) for (const state of failed) met[state] = -1;
  if (first.limits.length > 0) {
    const expanded = new Uint8Array(numbers).fill(1, 0, firstExpanded);
    for (const { first: from, count } of shares.flatMap(segmentsOf)) {
      expanded.fill(1, from, from + count);
    }
    for (let state = 0; state < numbers; state++) if (expanded[state] === 0) met[state] = -1;
  }
  return met;
}

function wordsOf({ chunks, length }: SentWords): SharedWords {
  return new SharedWords(chunks, length);
}
