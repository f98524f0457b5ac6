/**
 * Reads successors, a block of states at a time, and of a block one column after the other, as they are asked
 * for: who looks for a successor of some kind finds it among the first ones of most states.
 *
 * HOT CODE: sweeps for livelocks read `words` themselves.
 */
import type { EdgeBlocks } from './blocks.ts';
import { Codec } from './codec.ts';
import { BLOCK } from './format.ts';

/** States that are in no block yet, as words. */
export interface Waiting {
  readonly base: number;
  readonly count: number;
  /** What the counter of edges was before the first, and before each. */
  readonly counter: number;
  readonly counters: Int32Array;
  /** All their successors, which end here. */
  readonly words: Int32Array;
  readonly end: number;
}

const NONE: Waiting = {
  base: 0,
  count: 0,
  counter: 0,
  counters: new Int32Array(0),
  words: new Int32Array(0),
  end: 0,
};

export class EdgeReader {
  /**
   * Of the block that is open: the degree of its i-th state is `words[i]`, and its k-th successor, if k is less
   * than `read`, `words[columns + k * BLOCK + i]`.
   */
  words: Int32Array = new Int32Array(0);
  columns = 0;
  read = 0;
  readonly #blocks: EdgeBlocks;
  readonly #waiting: () => Waiting;
  #codec: Codec | null = null;
  #open = -1;

  constructor(blocks: EdgeBlocks, waiting: () => Waiting = () => NONE) {
    this.#blocks = blocks;
    this.#waiting = waiting;
  }

  /** How many blocks there are. */
  get length(): number {
    return this.#blocks.length;
  }

  /** Behind the blocks; it lasts until more is appended. */
  get waiting(): Waiting {
    return this.#waiting();
  }

  /** The first state's number. */
  base(block: number): number {
    return this.#blocks.base(block);
  }

  /** How many states. */
  count(block: number): number {
    return this.#blocks.count(block);
  }

  /** What the counter of edges was before the first state. */
  counter(block: number): number {
    return this.#blocks.counter(block);
  }

  /** Its degrees are there, and those columns that have been asked for. */
  open(block: number): void {
    if (block === this.#open) return;
    this.#open = block;
    const codec = (this.#codec ??= new Codec());
    codec.begin(this.base(block), this.count(block), this.#blocks.contents(block));
    this.words = codec.words;
    this.columns = codec.columns;
    this.read = 0;
  }

  /** The k-th successors of the states of the open block are there from here on. Returns `read`. */
  readTo(k: number): number {
    for (; this.read <= k; this.read++) this.#codec?.readColumn(this.read);
    return this.read;
  }

  /** A copy, of the i-th state of a block. */
  successors(block: number, i: number): number[] {
    this.open(block);
    const degree = this.words[i] as number;
    if (degree > this.read) this.readTo(degree - 1);
    const successors: number[] = [];
    for (let k = 0; k < degree; k++) {
      successors.push(this.words[this.columns + k * BLOCK + i] as number);
    }
    return successors;
  }

  /** The same, where the first state is 0 and none is left out; it lasts until more is appended. */
  successorsOf(state: number): readonly number[] | Int32Array {
    const { waiting } = this;
    if (state >= waiting.base) return edgesOf(waiting, state - waiting.base);
    const block = Math.floor(state / BLOCK);
    return this.successors(block, state - block * BLOCK);
  }

  /** Whether one of those is among these states. */
  leadsInto(state: number, states: ReadonlySet<number>): boolean {
    const { waiting } = this;
    if (state >= waiting.base) {
      return edgesOf(waiting, state - waiting.base).some((each) => states.has(each));
    }
    const block = Math.floor(state / BLOCK);
    const i = state - block * BLOCK;
    this.open(block);
    const degree = this.words[i] as number;
    for (let k = 0; k < degree; k++) {
      if (k >= this.read) this.readTo(k);
      if (states.has(this.words[this.columns + k * BLOCK + i] as number)) return true;
    }
    return false;
  }
}

function edgesOf({ count, counter, counters, words, end }: Waiting, i: number): Int32Array {
  const begin = (at: number): number => ((counters[at] as number) - counter) >>> 0;
  return words.subarray(begin(i), i + 1 < count ? begin(i + 1) : end);
}
