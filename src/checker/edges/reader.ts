/**
 * Reads successors, a block of states at a time, and of a block one column after the other, as they are asked
 * for: who looks for a successor of some kind finds it among the first ones of most states.
 *
 * HOT CODE: sweeps for livelocks read `degrees` and `columns` themselves.
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
  /** Of the states of the block that is open. */
  readonly degrees: Int32Array = new Int32Array(BLOCK);
  /** The k-th successor of its i-th state is `columns[k * BLOCK + i]`, if k is less than `read`. */
  columns: Int32Array = new Int32Array(8 * BLOCK);
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
    this.read = 0;
    if (this.#isWaiting(block)) {
      // There may be more of them the next time.
      this.#open = -1;
      this.#openWaiting();
      return;
    }
    this.#open = block;
    this.#codec ??= new Codec();
    const count = this.#blocks.count(block);
    this.#codec.begin(this.#blocks.base(block), count, this.#blocks.contents(block));
    this.#codec.degreesTo(this.degrees);
  }

  /** The k-th successors of the states of the open block are in `columns` from here on. */
  readTo(k: number): void {
    if ((k + 1) * BLOCK > this.columns.length) {
      const more = new Int32Array(2 * (k + 1) * BLOCK);
      more.set(this.columns);
      this.columns = more;
    }
    for (; this.read <= k; this.read++) {
      if (this.#open >= 0) this.#codec?.columnTo(this.read, this.columns);
    }
  }

  /** A copy, of the i-th state of a block. */
  successors(block: number, i: number): number[] {
    if (this.#isWaiting(block)) return [...this.#tail.waitingEdges(i)];
    this.open(block);
    const degree = this.degrees[i] as number;
    if (degree > this.read) this.readTo(degree - 1);
    const successors: number[] = [];
    for (let k = 0; k < degree; k++) successors.push(this.columns[k * BLOCK + i] as number);
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
    const degree = this.degrees[i] as number;
    for (let k = 0; k < degree; k++) {
      if (k >= this.read) this.readTo(k);
      if (states.has(this.columns[k * BLOCK + i] as number)) return true;
    }
    return false;
  }

  #isWaiting(block: number): boolean {
    return block === this.#blocks.length;
  }

  #openWaiting(): void {
    for (let i = 0; i < this.#tail.waiting; i++) {
      const edges = this.#tail.waitingEdges(i);
      this.degrees[i] = edges.length;
      if (edges.length > this.read) this.readTo(edges.length - 1);
      edges.forEach((successor, k) => (this.columns[k * BLOCK + i] = successor));
    }
  }
}
