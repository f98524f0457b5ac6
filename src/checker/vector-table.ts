/**
 * Vectors of words, each kept once and known by its number. HOT CODE: intern() runs once a transition.
 *
 * An open addressing table of numbers, at most 3/4 full; vectors are compared word by word, for to take two for one
 * would hide a race.
 */
import { GrowableWords } from './growable.ts';

const FULL = 0.75;

export class VectorTable {
  readonly #width: number;
  readonly #vectors = new GrowableWords();
  #slots = new Int32Array(1024).fill(-1);
  #size = 0;

  /** `width`: words a vector. */
  constructor(width: number) {
    this.#width = width;
  }

  get bytes(): number {
    return this.#vectors.bytes + this.#slots.byteLength;
  }

  /** The vectors, one behind the other by number; replaced as the table grows. */
  get words(): Int32Array {
    return this.#vectors.words;
  }

  /** The number of the vector at word `at`. */
  intern(words: Int32Array, at: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = this.#hash(words, at) & mask;
    for (;;) {
      const number = slots[slot] as number;
      if (number < 0) break;
      if (this.#is(number, words, at)) return number;
      slot = (slot + 1) & mask;
    }
    this.#vectors.appendAll(words, at, this.#width);
    slots[slot] = this.#size++;
    if (this.#size > slots.length * FULL) this.#growSlots();
    return this.#size - 1;
  }

  #is(number: number, words: Int32Array, at: number): boolean {
    const vectors = this.#vectors.words;
    const from = number * this.#width;
    for (let w = 0; w < this.#width; w++) {
      if (vectors[from + w] !== words[at + w]) return false;
    }
    return true;
  }

  #hash(words: Int32Array, at: number): number {
    let hash = 0x9e3779b9 | 0;
    for (let w = at; w < at + this.#width; w++) {
      hash = Math.imul(hash ^ (words[w] as number), 0x2c1b3c6d);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash, 0x297a2d39);
    return hash ^ (hash >>> 15);
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let number = 0; number < this.#size; number++) {
      let slot = this.#hash(this.#vectors.words, number * this.#width) & mask;
      while ((slots[slot] as number) >= 0) slot = (slot + 1) & mask;
      slots[slot] = number;
    }
    this.#slots = slots;
  }
}
