/**
 * What a search has found in which threads went together: what one thread alone found at first, whose
 * numbers are those of a search by one thread, and the shares of all from then on.
 */
import { at } from '../../machine/graph.ts';
import { BLOCK } from '../../memory-models/wasm/shared/space.ts';
import { EdgeBlocks } from '../edges/blocks.ts';
import { EdgeReader } from '../edges/reader.ts';
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
}

/** The segments of a share in the order in which they were expanded. */
export function segmentsOf({ segments }: Pick<SentShare, 'segments'>): readonly Segment[] {
  const words = wordsOf(segments);
  return Array.from({ length: words.length / SEGMENT }, (_, i) => ({
    first: words.get(SEGMENT * i),
    count: words.get(SEGMENT * i + 1),
    level: words.get(SEGMENT * i + 2),
  }));
}

export function readerOf({ edges }: Pick<SentShare, 'edges'>): EdgeReader {
  return new EdgeReader(new EdgeBlocks(edges));
}

/** Where the states that shares have expanded stand, by number. */
export class Places {
  readonly #readers: readonly EdgeReader[];
  /** Blocks of shares stand one behind the other. */
  readonly #firsts: readonly number[];
  readonly #where: Int32Array;

  constructor({ shares, numbers }: Found) {
    this.#readers = shares.map(readerOf);
    let first = 0;
    this.#firsts = this.#readers.map(({ length }) => (first += length) - length);
    this.#where = new Int32Array(numbers).fill(-1);
    this.#readers.forEach((reader, share) => {
      const before = at(this.#firsts, share);
      for (let block = 0; block < reader.length; block++) {
        const base = reader.base(block);
        this.#where.fill(before + block, base, base + reader.count(block));
      }
    });
  }

  /** None where no share has expanded the state. */
  successorsOf(number: number): number[] {
    const share = this.#shareOf(number);
    if (share < 0) return [];
    const reader = at(this.#readers, share);
    const block = this.#blockOf(number, share);
    return reader.successors(block, number - reader.base(block));
  }

  /** How many edges of the state's own there were when the counter of edges was this; in 30 bits. */
  edgesBefore(number: number, counter: number): number {
    const share = this.#shareOf(number);
    const reader = at(this.#readers, share);
    const block = this.#blockOf(number, share);
    reader.open(block);
    const before = reader.words.subarray(0, number - reader.base(block));
    const own = before.reduce((sum, degree) => sum + degree, reader.counter(block));
    return (counter - own) & (2 ** 30 - 1);
  }

  #shareOf(number: number): number {
    const where = this.#where[number] as number;
    let share = where < 0 ? -1 : this.#firsts.length - 1;
    while (share > 0 && at(this.#firsts, share) > where) share--;
    return share;
  }

  #blockOf(number: number, share: number): number {
    return (this.#where[number] as number) - at(this.#firsts, share);
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
