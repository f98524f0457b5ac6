/**
 * The states that wait to be expanded, whole, first in first out: chunks of words that are dropped
 * when they have been read. Chunks between the one that is read and the one that is written may be in a
 * file. HOT CODE.
 */
import { recordBytes } from '../memory-models/spilling.ts';
import type { SpillFile, Spilling } from '../memory-models/spilling.ts';

const CHUNK_BYTES = 1 << 20;

export class Frontier {
  readonly #words: number;
  readonly #perChunk: number;
  /** A number is the place of one in the file. */
  readonly #chunks: (Int32Array | number)[] = [];
  readonly #spilling: Spilling | null;
  #file: SpillFile | null = null;
  #inFile = 0;
  /** States read from the first chunk, and written to the last. */
  #read = 0;
  #written = 0;

  constructor(words: number, spilling: Spilling | null) {
    this.#words = words;
    this.#spilling = spilling;
    const bytes = recordBytes(CHUNK_BYTES, spilling);
    this.#perChunk = Math.max(1, Math.floor(bytes / 4 / words));
  }

  get size(): number {
    return this.#chunks.length === 0
      ? 0
      : (this.#chunks.length - 1) * this.#perChunk + this.#written - this.#read;
  }

  /** What they take in memory. */
  get bytes(): number {
    return (this.#chunks.length - this.#inFile) * this.#chunkBytes;
  }

  push(states: Int32Array, at: number): void {
    let last = this.#chunks[this.#chunks.length - 1] as Int32Array | undefined;
    if (last === undefined || this.#written === this.#perChunk) {
      this.#spill();
      last = new Int32Array(this.#perChunk * this.#words);
      this.#chunks.push(last);
      this.#written = 0;
    }
    const to = this.#written++ * this.#words;
    for (let i = 0; i < this.#words; i++) last[to + i] = states[at + i] as number;
  }

  /** The chunk that holds the next state, at word `at`; shift() then drops the state. */
  get chunk(): Int32Array {
    return this.#chunks[0] as Int32Array;
  }

  get at(): number {
    return this.#read * this.#words;
  }

  shift(): void {
    this.#read++;
    if (this.#read === this.#perChunk) {
      this.#chunks.shift();
      this.#read = 0;
      this.#fetch();
    }
  }

  close(): void {
    this.#file?.close();
    this.#file = null;
  }

  get #chunkBytes(): number {
    return this.#perChunk * this.#words * 4;
  }

  /** The chunk that was filled last goes to the file, unless it is being read. */
  #spill(): void {
    const last = this.#chunks[this.#chunks.length - 1];
    if (this.#spilling === null || this.#chunks.length < 2 || !(last instanceof Int32Array)) return;
    if (this.bytes < this.#spilling.mostBytes) return;
    this.#file ??= this.#spilling.open(this.#chunkBytes);
    this.#chunks[this.#chunks.length - 1] = this.#file.write(new Uint8Array(last.buffer));
    this.#inFile++;
  }

  /** The first chunk has to be in memory. */
  #fetch(): void {
    const first = this.#chunks[0];
    if (typeof first !== 'number') return;
    const chunk = new Int32Array(this.#perChunk * this.#words);
    this.#file?.take(first, new Uint8Array(chunk.buffer));
    this.#chunks[0] = chunk;
    this.#inFile--;
  }
}
