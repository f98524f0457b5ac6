/**
 * The successors of states, in the order in which these are expanded, in a few bytes a state. States with
 * successive numbers make blocks, which are written as bytes (format.ts); the last ones, which are no block
 * yet, wait as words.
 *
 * HOT CODE: what is told of batches is copied, and written a block at a time.
 */
import { GrowableWords } from '../growable.ts';
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
  readonly counters: GrowableWords;
  readonly words: GrowableWords;
  readonly blocks: SentBlocks;
}

const ONE = new Int32Array(1);

/**
 * So many edges wait before the first block is written, 128 MB: to read blocks takes some nanoseconds an edge,
 * which a search that has room enough need not spend.
 */
const MOST_WAITING = 1 << 25;
/** What waits no longer leaves this much memory to what does. */
const LITTLE_BYTES = 1 << 20;

/** One for all that is written in this thread: nothing is left in it between two calls. */
let writer: Codec | null = null;

export class Edges {
  blocks: EdgeBlocks = new EdgeBlocks();
  /** By state that waits what the counter of edges was before its own. */
  #counters = new GrowableWords();
  #words = new GrowableWords();
  #base = 0;
  /** What the counter of edges was before the first state that waits. */
  #counter: number;
  #length = 0;
  #reader: EdgeReader | null = null;
  readonly #mostWaiting: number;

  /** `counter`: what the counter of edges is at first; it may wrap around. */
  constructor(counter = 0, mostWaiting: number = MOST_WAITING) {
    this.#counter = counter | 0;
    this.#mostWaiting = mostWaiting;
  }

  /** How many edges there are. */
  get length(): number {
    return this.#length;
  }

  /** How many states, where the first is 0 and none is left out. */
  get states(): number {
    return this.#base + this.#counters.length;
  }

  get bytes(): number {
    return this.blocks.bytes + this.#counters.bytes + this.#words.bytes;
  }

  /** Reads what has come until it is asked for; all edges of the states have. */
  get reader(): EdgeReader {
    return (this.#reader ??= new EdgeReader(this.blocks, () => this.#waiting));
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
    if (this.#isWritten) this.#writeBlocks(counters[from] as number);
    this.#counters.appendAll(counters, from, count);
  }

  /** The state whose edges come next. */
  appendState(): void {
    ONE[0] = this.#end;
    this.appendStates(ONE, 0, 1);
  }

  /** Successors in order. */
  appendAll(words: Int32Array, from: number, count: number): void {
    this.#words.appendAll(words, from, count);
    this.#length += count;
  }

  append(successor: number): void {
    this.#words.append(successor);
    this.#length++;
  }

  /** Once all edges of the states have come: nothing waits. */
  finish(): void {
    const end = this.#end;
    this.#writeBlocks(end);
    const left = this.#counters.length;
    if (left === 0) return;
    this.#counters.append(end);
    this.#write(0, left, 0);
    this.#counters.pop();
    this.#leave(left, this.#words.length, end);
  }

  /** Everything, between two batches. */
  get held(): HeldEdges {
    return {
      base: this.#base,
      counter: this.#counter,
      length: this.#length,
      counters: this.#counters,
      words: this.#words,
      blocks: this.blocks.sent,
    };
  }

  /** In place of what is held, which is nothing. */
  restore({ base, counter, length, counters, words, blocks }: HeldEdges): void {
    this.blocks = new EdgeBlocks(blocks);
    this.#base = base;
    this.#counter = counter;
    this.#counters = counters;
    this.#words = words;
    this.#length = length;
  }

  /** Once there are blocks, what is full goes into them. */
  get #isWritten(): boolean {
    const isMuch = this.blocks.length > 0 || this.#words.length > this.#mostWaiting;
    return isMuch && this.#counters.length >= BLOCK;
  }

  get #waiting(): Waiting {
    return {
      base: this.#base,
      count: this.#counters.length,
      counter: this.#counter,
      counters: this.#counters.words,
      words: this.#words.words,
      end: this.#words.length,
    };
  }

  /** What the counter of edges is behind all that have come. */
  get #end(): number {
    return (this.#counter + this.#words.length) | 0;
  }

  /** Those that are full. `end`: what the counter is behind the states that wait. */
  #writeBlocks(end: number): void {
    const count = this.#counters.length;
    // One place more, for the time being.
    this.#counters.append(end);
    let done = 0;
    let from = 0;
    for (; count - done >= BLOCK; done += BLOCK) from = this.#write(done, BLOCK, from);
    const next = this.#counters.words[done] as number;
    this.#counters.pop();
    if (done > 0) this.#leave(done, from, next);
  }

  /** `from`: where the edges begin; returns where they end. */
  #write(at: number, count: number, from: number): number {
    writer ??= new Codec();
    const counters = this.#counters.words;
    const counter = counters[at] as number;
    const base = this.#base + at;
    const bytes = writer.encode(base, count, counters, at, this.#words.words, from);
    this.blocks.append(base, count, counter, bytes);
    return from + (((counters[at + count] as number) - counter) >>> 0);
  }

  /** So many states and edges no longer wait; `counter` is what it was behind them. */
  #leave(states: number, edges: number, counter: number): void {
    this.#counters = without(this.#counters, states);
    this.#words = without(this.#words, edges);
    this.#base += states;
    this.#counter = counter;
  }
}

/** Large memory is given back. */
function without(words: GrowableWords, first: number): GrowableWords {
  if (words.bytes <= LITTLE_BYTES) {
    words.drop(first);
    return words;
  }
  const rest = new GrowableWords();
  rest.appendAll(words.words, first, words.length - first);
  return rest;
}
