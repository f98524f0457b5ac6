/** Words that are appended to, and then read by another thread, without being copied. HOT CODE. */
const BITS = 18;
const CHUNK = 1 << BITS;

/** Word i is `chunks[i >>> BITS][i & CHUNK_MASK]`. */
const CHUNK_MASK = CHUNK - 1;

export class SharedWords {
  readonly chunks: Int32Array[];
  #length: number;

  constructor(chunks: Int32Array[] = [], length = 0) {
    this.chunks = chunks;
    this.#length = length;
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): number {
    return this.chunks.length * CHUNK * 4;
  }

  get(index: number): number {
    return (this.chunks[index >>> BITS] as Int32Array)[index & CHUNK_MASK] as number;
  }

  set(index: number, word: number): void {
    (this.chunks[index >>> BITS] as Int32Array)[index & CHUNK_MASK] = word;
  }

  append(word: number): void {
    if (this.#length === this.chunks.length * CHUNK) this.#addChunk();
    this.set(this.#length++, word);
  }

  appendAll(words: Int32Array, from: number, count: number): void {
    let done = 0;
    while (done < count) {
      if (this.#length === this.chunks.length * CHUNK) this.#addChunk();
      const chunk = this.chunks[this.#length >>> BITS] as Int32Array;
      const at = this.#length & CHUNK_MASK;
      const some = Math.min(count - done, CHUNK - at);
      chunk.set(words.subarray(from + done, from + done + some), at);
      done += some;
      this.#length += some;
    }
  }

  copyTo(target: Int32Array, to: number, from: number, count: number): void {
    let done = 0;
    while (done < count) {
      const chunk = this.chunks[(from + done) >>> BITS] as Int32Array;
      const at = (from + done) & CHUNK_MASK;
      const some = Math.min(count - done, CHUNK - at);
      target.set(chunk.subarray(at, at + some), to + done);
      done += some;
    }
  }

  #addChunk(): void {
    this.chunks.push(new Int32Array(new SharedArrayBuffer(4 * CHUNK)));
  }
}
