/**
 * The successors of states, in the order in which these are expanded, in a few bytes a state. States with
 * successive numbers make blocks, which are written as bytes (format.ts); the last ones, which are no block
 * yet, wait as words.
 *
 * HOT CODE: what is told of batches is copied, and written a block at a time.
 */
import { EdgeBlocks } from './blocks.ts';
import type { SentBlocks } from './blocks.ts';
import { Codec } from './codec.ts';
import { BLOCK } from './format.ts';
import { EdgeReader } from './reader.ts';
import type { Waiting } from './reader.ts';

export interface HeldEdges {
  readonly base: number;
  readonly counter: number;
  readonly length: number;
  readonly counters: Int32Array;
  readonly words: Int32Array;
  readonly blocks: SentBlocks;
}

/** Below this a loop is quicker than a view of what is to be copied. */
const FEW = 32;
const ONE = new Int32Array(1);

/** One for all that is written in this thread: nothing is left in it between two calls. */
let writer: Codec | null = null;

export class Edges implements Waiting {
  blocks: EdgeBlocks = new EdgeBlocks();
  /** By state that waits what the counter of edges was before its own, and one place more. */
  #counters: Int32Array = new Int32Array(BLOCK);
  #words: Int32Array = new Int32Array(2 * BLOCK);
  #count = 0;
  #wordCount = 0;
  #base = 0;
  /** What the counter of edges was before the first state that waits. */
  #counter: number;
  #length = 0;
  #reader: EdgeReader | null = null;

  /** `counter`: what the counter of edges is at first; it may wrap around. */
  constructor(counter = 0) {
    this.#counter = counter | 0;
  }

  /** How many edges there are. */
  get length(): number {
    return this.#length;
  }

  /** How many states, where the first is 0 and none is left out. */
  get states(): number {
    return this.#base + this.#count;
  }

  get bytes(): number {
    return this.blocks.bytes + this.#counters.byteLength + this.#words.byteLength;
  }

  /** Reads what has come until it is asked for; all edges of the states have. */
  get reader(): EdgeReader {
    this.settle();
    return (this.#reader ??= new EdgeReader(this.blocks, this));
  }

  /** States from this one on are expanded next. */
  startAt(state: number): void {
    if (state === this.states) return;
    this.finish();
    this.#base = state;
  }

  /** What a counter of edges was before each of so many states; their edges come before this or after it. */
  appendStates(counters: Int32Array, from: number, count: number): void {
    if (count === 0) return;
    if (this.#count >= BLOCK) this.#writeBlocks(counters[from] as number);
    const needed = this.#count + count;
    if (needed >= this.#counters.length) this.#counters = grown(this.#counters, needed + 1);
    copy(counters, from, count, this.#counters, this.#count);
    this.#count = needed;
  }

  /** The state whose edges come next. */
  appendState(): void {
    ONE[0] = this.#end;
    this.appendStates(ONE, 0, 1);
  }

  /** Successors in order. */
  appendAll(words: Int32Array, from: number, count: number): void {
    const needed = this.#wordCount + count;
    if (needed > this.#words.length) this.#words = grown(this.#words, needed);
    copy(words, from, count, this.#words, this.#wordCount);
    this.#wordCount = needed;
    this.#length += count;
  }

  append(successor: number): void {
    ONE[0] = successor;
    this.appendAll(ONE, 0, 1);
  }

  /** Once all edges of the states have come: less than a block waits. */
  settle(): void {
    if (this.#count > 0) this.#writeBlocks(this.#end);
  }

  /** Once all edges of the states have come: nothing waits. */
  finish(): void {
    this.settle();
    if (this.#count === 0) return;
    this.#write(0, this.#count, 0);
    this.#leave(this.#count, this.#wordCount);
  }

  /** Everything, between two batches. */
  get held(): HeldEdges {
    return {
      base: this.#base,
      counter: this.#counter,
      length: this.#length,
      counters: this.#counters.subarray(0, this.#count),
      words: this.#words.subarray(0, this.#wordCount),
      blocks: this.blocks.sent,
    };
  }

  /** In place of what is held, which is nothing. */
  restore({ base, counter, length, counters, words, blocks }: HeldEdges): void {
    this.blocks = new EdgeBlocks(blocks);
    this.#base = base;
    this.#counter = counter;
    this.appendStates(counters, 0, counters.length);
    this.appendAll(words, 0, words.length);
    this.#length = length;
  }

  get waitingBase(): number {
    return this.#base;
  }

  get waiting(): number {
    return this.#count;
  }

  get waitingCounter(): number {
    return this.#counter;
  }

  waitingEdges(state: number): Int32Array {
    const begin = (i: number): number => ((this.#counters[i] as number) - this.#counter) >>> 0;
    const end = state + 1 < this.#count ? begin(state + 1) : this.#wordCount;
    return this.#words.subarray(begin(state), end);
  }

  /** What the counter of edges is behind all that have come. */
  get #end(): number {
    return (this.#counter + this.#wordCount) | 0;
  }

  /** Those that are full. `end`: what the counter is behind the states that wait. */
  #writeBlocks(end: number): void {
    this.#counters[this.#count] = end;
    let done = 0;
    let from = 0;
    for (; this.#count - done >= BLOCK; done += BLOCK) from = this.#write(done, BLOCK, from);
    if (done > 0) this.#leave(done, from);
  }

  /** `from`: where the edges begin; returns where they end. */
  #write(at: number, count: number, from: number): number {
    writer ??= new Codec();
    const counter = this.#counters[at] as number;
    const base = this.#base + at;
    const bytes = writer.encode(base, count, this.#counters, at, this.#words, from);
    this.blocks.append(base, count, counter, bytes);
    return from + (((this.#counters[at + count] as number) - counter) >>> 0);
  }

  /** So many states and edges no longer wait. */
  #leave(states: number, edges: number): void {
    this.#counter = this.#counters[states] as number;
    this.#counters.copyWithin(0, states, this.#count + 1);
    this.#words.copyWithin(0, edges, this.#wordCount);
    this.#base += states;
    this.#count -= states;
    this.#wordCount -= edges;
  }
}

function copy(from: Int32Array, at: number, count: number, to: Int32Array, place: number): void {
  if (count > FEW) to.set(from.subarray(at, at + count), place);
  else for (let i = 0; i < count; i++) to[place + i] = from[at + i] as number;
}

function grown(words: Int32Array, least: number): Int32Array {
  const more = new Int32Array(Math.max(least, 2 * words.length));
  more.set(words);
  return more;
}
