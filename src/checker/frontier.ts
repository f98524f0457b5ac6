/**
 * The states that wait to be expanded, whole, first in first out: chunks of words that are dropped
 * when they have been read. HOT CODE.
 */
const CHUNK_BYTES = 1 << 20;

export class Frontier {
  readonly #words: number;
  readonly #perChunk: number;
  readonly #chunks: Int32Array[] = [];
  /** States read from the first chunk, and written to the last. */
  #read = 0;
  #written = 0;

  constructor(words: number) {
    this.#words = words;
    this.#perChunk = Math.max(1, Math.floor(CHUNK_BYTES / 4 / words));
  }

  get size(): number {
    return this.#chunks.length === 0
      ? 0
      : (this.#chunks.length - 1) * this.#perChunk + this.#written - this.#read;
  }

  get bytes(): number {
    return this.#chunks.length * this.#perChunk * this.#words * 4;
  }

  push(states: Int32Array, at: number): void {
    let last = this.#chunks[this.#chunks.length - 1];
    if (last === undefined || this.#written === this.#perChunk) {
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
    }
  }
}
