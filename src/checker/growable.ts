/** A typed array that grows as it is appended to. HOT CODE: append() runs once a transition. */
export class GrowableWords {
  #words: Int32Array;
  #length = 0;

  constructor(capacity = 1024) {
    this.#words = new Int32Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): number {
    return this.#words.byteLength;
  }

  /** The array behind it: longer than `length`, and replaced as it grows. */
  get words(): Int32Array {
    return this.#words;
  }

  append(word: number): void {
    if (this.#length === this.#words.length) {
      const grown = new Int32Array(this.#words.length + (this.#words.length >> 1));
      grown.set(this.#words);
      this.#words = grown;
    }
    this.#words[this.#length++] = word;
  }

  appendAll(words: Int32Array, at: number, count: number): void {
    if (this.#length + count > this.#words.length) {
      const half = this.#words.length >> 1;
      const grown = new Int32Array(this.#words.length + Math.max(half, count));
      grown.set(this.#words);
      this.#words = grown;
    }
    for (let i = 0; i < count; i++) this.#words[this.#length + i] = words[at + i] as number;
    this.#length += count;
  }
}
