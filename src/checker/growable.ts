/**
 * A typed array that grows as it is appended to. A large one lies in WebAssembly memory, which grows where
 * it is: nothing is copied, and what was not written yet takes no memory.
 *
 * HOT CODE: append() runs once a transition.
 */
import { MOST_PAGES, PAGE_BYTES } from '../memory-models/wasm/module.ts';

const LARGE_BYTES = 1 << 22;
/** Below this a loop is quicker than a view of what is to be copied. */
const FEW = 32;

export class GrowableWords {
  #words: Int32Array;
  #length = 0;
  #memory: WebAssembly.Memory | null = null;

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
    if (this.#length === this.#words.length) this.#grow(this.#length + 1);
    this.#words[this.#length++] = word;
  }

  appendAll(words: Int32Array, at: number, count: number): void {
    if (this.#length + count > this.#words.length) this.#grow(this.#length + count);
    if (count > FEW) this.#words.set(words.subarray(at, at + count), this.#length);
    else for (let i = 0; i < count; i++) this.#words[this.#length + i] = words[at + i] as number;
    this.#length += count;
  }

  /** Forgets the last one. */
  pop(): void {
    this.#length--;
  }

  /** Forgets the first ones; no memory is given back. */
  drop(count: number): void {
    this.#words.copyWithin(0, count, this.#length);
    this.#length -= count;
  }

  /** By half, or as far as it has to. */
  #grow(least: number): void {
    const length = Math.max(least, this.#words.length + (this.#words.length >> 1));
    if (4 * length < LARGE_BYTES || !this.#growInPlace(Math.ceil((4 * length) / PAGE_BYTES))) {
      this.#copyTo(new Int32Array(length));
    }
  }

  /** Whether there was room for it. */
  #growInPlace(pages: number): boolean {
    try {
      if (this.#memory === null) {
        this.#memory = new WebAssembly.Memory({ initial: pages, maximum: MOST_PAGES });
        this.#copyTo(new Int32Array(this.#memory.buffer));
      } else {
        this.#memory.grow(pages - this.#words.byteLength / PAGE_BYTES);
        this.#words = new Int32Array(this.#memory.buffer);
      }
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  }

  #copyTo(words: Int32Array): void {
    words.set(this.#words);
    this.#words = words;
  }
}
