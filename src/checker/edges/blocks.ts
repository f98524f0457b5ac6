/** Blocks of successors as bytes, one behind the other in chunks that other threads can read. */
import { SharedWords } from '../parallel/shared-words.ts';

/** What it takes to read them in another thread. */
export interface SentBlocks {
  readonly chunks: readonly Uint8Array[];
  readonly index: { readonly chunks: Int32Array[]; readonly length: number };
}

/**
 * Words of a block in the index: its chunk; where it begins there, and in eight bits how many states it is of,
 * less one; the first of these; and what the counter of edges was before it.
 */
const WORDS = 4;
const COUNT_BITS = 8;

const LEAST_CHUNK = 1 << 16;
const MOST_CHUNK = 1 << 20;

export class EdgeBlocks {
  /** Behind what was written there is nothing in those that are full. */
  readonly #chunks: Uint8Array[];
  readonly #index: SharedWords;
  #top = 0;
  #bytes = 0;

  constructor({ chunks, index }: SentBlocks = { chunks: [], index: { chunks: [], length: 0 } }) {
    this.#chunks = [...chunks];
    this.#index = new SharedWords(index.chunks, index.length);
    this.#top = chunks.at(-1)?.length ?? 0;
    this.#bytes = chunks.reduce((sum, { length }) => sum + length, 0);
  }

  /** How many there are. */
  get length(): number {
    return this.#index.length / WORDS;
  }

  /** What is written, which may be less than was allocated. */
  get bytes(): number {
    return this.#bytes + 4 * this.#index.length;
  }

  get sent(): SentBlocks {
    this.#closeChunk();
    const { chunks, length } = this.#index;
    return { chunks: this.#chunks, index: { chunks, length } };
  }

  append(base: number, count: number, counter: number, bytes: Uint8Array): void {
    const chunk = this.#chunkFor(bytes.length);
    chunk.set(bytes, this.#top);
    this.#index.append(this.#chunks.length - 1);
    this.#index.append((this.#top << COUNT_BITS) | (count - 1));
    this.#index.append(base);
    this.#index.append(counter);
    this.#top += bytes.length;
    this.#bytes += bytes.length;
  }

  /** The first state's number. */
  base(block: number): number {
    return this.#index.get(WORDS * block + 2);
  }

  /** How many states. */
  count(block: number): number {
    return (this.#index.get(WORDS * block + 1) & ((1 << COUNT_BITS) - 1)) + 1;
  }

  /** What the counter of edges was before the first state. */
  counter(block: number): number {
    return this.#index.get(WORDS * block + 3);
  }

  contents(block: number): Uint8Array {
    const chunk = this.#index.get(WORDS * block);
    const next = block + 1;
    const isLast = next === this.length || this.#index.get(WORDS * next) !== chunk;
    // What is no longer written to has been cut to its length.
    const end = !isLast
      ? this.#begin(next)
      : chunk === this.#chunks.length - 1
        ? this.#top
        : undefined;
    return (this.#chunks[chunk] as Uint8Array).subarray(this.#begin(block), end);
  }

  #begin(block: number): number {
    return this.#index.get(WORDS * block + 1) >>> COUNT_BITS;
  }

  #chunkFor(bytes: number): Uint8Array {
    const last = this.#chunks.at(-1);
    if (last !== undefined && this.#top + bytes <= last.length) return last;
    this.#closeChunk();
    const usual = Math.min(MOST_CHUNK, LEAST_CHUNK * 2 ** Math.min(8, this.#chunks.length));
    const chunk = new Uint8Array(new SharedArrayBuffer(Math.max(bytes, usual)));
    this.#chunks.push(chunk);
    this.#top = 0;
    return chunk;
  }

  #closeChunk(): void {
    const last = this.#chunks.pop();
    if (last !== undefined) this.#chunks.push(last.subarray(0, this.#top));
  }
}
