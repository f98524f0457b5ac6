/**
 * Reads successors, a block of states at a time, and of a block one column after the other, as they are asked
 * for: who looks for a successor of some kind finds it among the first ones of most states.
 *
 * HOT CODE: sweeps for livelocks read `words` themselves.
 */
import type { EdgeBlocks } from './blocks.ts';
import { Codec } from './codec.ts';
import { BLOCK } from './format.ts';

/** States that are in no block yet; what is read of them stands behind the last block. */
export interface Waiting {
  readonly waitingBase: number;
  readonly waiting: number;
  readonly waitingCounter: number;
  /** The successors of the i-th; they may be read until more are appended. */
  waitingEdges(i: number): Int32Array;
}

const NONE: Waiting = {
  waitingBase: 0,
  waiting: 0,
  waitingCounter: 0,
  waitingEdges: () => new Int32Array(0),
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
  readonly #tail: Waiting;
  #codec: Codec | null = null;
  #open = -1;

  constructor(blocks: EdgeBlocks, waiting: Waiting = NONE) {
    this.#blocks = blocks;
    this.#tail = waiting;
  }

  /** How many blocks there are, with that of the states that wait. */
  get length(): number {
    return this.#blocks.length + (this.#tail.waiting > 0 ? 1 : 0);
  }

  /** The first state's number. */
  base(block: number): number {
    return this.#isWaiting(block) ? this.#tail.waitingBase : this.#blocks.base(block);
  }

  /** How many states. */
  count(block: number): number {
    return this.#isWaiting(block) ? this.#tail.waiting : this.#blocks.count(block);
  }

  /** What the counter of edges was before the first state. */
  counter(block: number): number {
    return this.#isWaiting(block) ? this.#tail.waitingCounter : this.#blocks.counter(block);
  }

  /** Its degrees are there, and those columns that have been asked for. */
  open(block: number): void {
    if (block === this.#open) return;
    if (this.#isWaiting(block)) {
      // There may be more of them the next time.
      this.#open = -1;
      this.#openWaiting();
      return;
    }
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
    if (this.#isWaiting(block)) return [...this.#tail.waitingEdges(i)];
    this.open(block);
    const degree = this.words[i] as number;
    if (degree > this.read) this.readTo(degree - 1);
    const successors: number[] = [];
    for (let k = 0; k < degree; k++) {
      successors.push(this.words[this.columns + k * BLOCK + i] as number);
    }
    return successors;
  }

  /** The same, where the first state is 0 and none is left out. */
  successorsOf(state: number): number[] {
    const block = Math.floor(state / BLOCK);
    return this.successors(block, state - block * BLOCK);
  }

  /** The same of one of them, without a copy. */
  leadsInto(state: number, states: ReadonlySet<number>): boolean {
    const block = Math.floor(state / BLOCK);
    const i = state - block * BLOCK;
    if (this.#isWaiting(block)) return this.#tail.waitingEdges(i).some((each) => states.has(each));
    this.open(block);
    const degree = this.words[i] as number;
    for (let k = 0; k < degree; k++) {
      if (k >= this.read) this.readTo(k);
      if (states.has(this.words[this.columns + k * BLOCK + i] as number)) return true;
    }
    return false;
  }

  #isWaiting(block: number): boolean {
    return block === this.#blocks.length;
  }

  #openWaiting(): void {
    const all = Array.from({ length: this.#tail.waiting }, (_, i) => this.#tail.waitingEdges(i));
    this.read = all.reduce((most, { length }) => Math.max(most, length), 0);
    this.columns = BLOCK;
    this.words = new Int32Array((1 + this.read) * BLOCK);
    all.forEach((edges, i) => {
      this.words[i] = edges.length;
      edges.forEach((successor, k) => {
        this.words[this.columns + k * BLOCK + i] = successor;
      });
    });
  }
}
