/**
 * The visited set: 64-bit fingerprints of states, numbered in the order of their insertion.
 *
 * HOT CODE. Fingerprints stand in one dense array (both halves of one beside each other), and an open
 * addressing table of numbers finds them: 8 bytes a state and 4 a slot, at most 3/4 full. Two states
 * with one fingerprint are taken for one; missProbability() bounds how likely that has happened.
 */
import { HALVES, mixWords } from './mix-words.ts';

const FULL = 0.75;

/** States that were found, numbered in the order in which they were. */
export interface VisitedStates {
  readonly size: number;
  readonly bytes: number;
  /** The birthday bound on any two of the states having one fingerprint. */
  readonly missProbability: number;
  /** The number of a state, or -1 when it was never found. */
  find(states: Int32Array, at: number): number;
}

export interface NumberedStates extends VisitedStates {
  /** The number of a state that is new; -1 - its number for one that is known. */
  insert(states: Int32Array, at: number): number;
}

export function missProbability(states: number): number {
  return Math.min(1, (states * (states - 1)) / 2 ** 65);
}

export class StateSet implements NumberedStates {
  #slots: Int32Array;
  #fingerprints: Int32Array;
  #size = 0;
  readonly #words: number;

  constructor(words: number, capacity = 1024) {
    this.#words = words;
    this.#slots = new Int32Array(capacity).fill(-1);
    this.#fingerprints = new Int32Array(capacity * 2);
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#slots.byteLength + this.#fingerprints.byteLength;
  }

  /** The number of a state that is new; -1 - its number for one that is known. */
  insert(states: Int32Array, at: number): number {
    return this.#locate(states, at, true);
  }

  /** The number of a state, or -1 when it was never inserted. */
  find(states: Int32Array, at: number): number {
    const found = this.#locate(states, at, false);
    return found < 0 ? -1 - found : -1;
  }

  get missProbability(): number {
    return missProbability(this.#size);
  }

  #locate(states: Int32Array, at: number, insert: boolean): number {
    mixWords(states, at, this.#words);
    let low = HALVES[0] as number;
    let high = HALVES[1] as number;
    low = Math.imul(low ^ (high >>> 3), 0x297a2d39);
    low ^= low >>> 15;
    high = Math.imul(high ^ low, 0x1b873593);
    high ^= high >>> 13;
    const slots = this.#slots;
    const prints = this.#fingerprints;
    const mask = slots.length - 1;
    let slot = high & mask;
    for (;;) {
      const number = slots[slot] as number;
      if (number < 0) break;
      if (prints[2 * number] === low && prints[2 * number + 1] === high) return -1 - number;
      slot = (slot + 1) & mask;
    }
    if (!insert) return this.#size;
    return this.#append(slot, low, high);
  }

  #append(slot: number, low: number, high: number): number {
    const number = this.#size++;
    if (2 * number >= this.#fingerprints.length) this.#growFingerprints();
    this.#fingerprints[2 * number] = low;
    this.#fingerprints[2 * number + 1] = high;
    this.#slots[slot] = number;
    if (this.#size > this.#slots.length * FULL) this.#growSlots();
    return number;
  }

  #growFingerprints(): void {
    // An eighth more: the copying is cheap beside the searching, the slack is paid in memory.
    const grown = new Int32Array(this.#fingerprints.length + (this.#fingerprints.length >> 3) * 2);
    grown.set(this.#fingerprints);
    this.#fingerprints = grown;
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let number = 0; number < this.#size; number++) {
      let slot = (this.#fingerprints[2 * number + 1] as number) & mask;
      while ((slots[slot] as number) >= 0) slot = (slot + 1) & mask;
      slots[slot] = number;
    }
    this.#slots = slots;
  }
}
