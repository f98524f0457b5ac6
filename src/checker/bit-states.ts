/**
 * The visited set of a bitstate search (Holzmann, "An Analysis of Bitstate Hashing", 1998): no states and no
 * numbers, but HASHES bits for each in one array. A state is taken to be known if all of its bits are set, also
 * where others have set them: such a state is missed, and what only it leads to.
 *
 * HOT CODE: insert() runs once a transition of a bitstate search.
 */
import { HALVES, mixWords } from './mix-words.ts';
import type { NumberedStates, VisitedStates } from './state-set.ts';

const HASHES = 3;
const SPREAD = 0x9e3779b9 | 0;

/** Why a search by bits is not complete. */
export function limitOfBits(states: VisitedStates): string {
  const coverage = states instanceof BitStates ? states.coverage : 0;
  const percent = Math.floor(coverage * 10_000) / 100;
  return `bitstate search, which may have missed states: expected coverage ${percent} %`;
}

export class BitStates implements NumberedStates {
  readonly #words: number;
  readonly #bits: Int32Array;
  #size = 0;
  #set = 0;
  #missed = 0;

  constructor(words: number, bytes: number) {
    this.#words = words;
    this.#bits = new Int32Array(Math.max(1, Math.floor(bytes / 4)));
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#bits.byteLength;
  }

  /** A bound on it: the expected number of states that were met and missed. */
  get missProbability(): number {
    return Math.min(1, this.#missed);
  }

  /** The part that is expected to have been seen of the states that were met. */
  get coverage(): number {
    return this.#size / (this.#size + this.#missed);
  }

  /** -1 for a state that is known, or is taken to be. */
  insert(states: Int32Array, at: number): number {
    mixWords(states, at, this.#words);
    const fresh = this.#setBits(HALVES[0] as number, HALVES[1] as number);
    if (fresh === 0) return -1;
    const taken = this.#set / (32 * this.#bits.length);
    const wrong = taken ** HASHES;
    this.#missed += wrong / (1 - wrong);
    this.#set += fresh;
    return this.#size++;
  }

  find(): number {
    throw new Error('a bitstate search does not number its states');
  }

  /** How many of the bits were not set before. */
  #setBits(low: number, high: number): number {
    const bits = this.#bits;
    let fresh = 0;
    for (let k = 0; k < HASHES; k++) {
      // Each bit from both halves, mixed anew.
      let place = Math.imul(high ^ Math.imul(low + k, SPREAD), 0x297a2d39);
      place = Math.imul(place ^ (place >>> 15), 0x1b873593);
      place ^= place >>> 13;
      const within = Math.imul(low ^ Math.imul(high + k, SPREAD), 0x2c1b3c6d) >>> 27;
      const index = Math.floor(((place >>> 0) / 2 ** 32) * bits.length);
      const bit = 1 << within;
      if (((bits[index] as number) & bit) !== 0) continue;
      bits[index] = (bits[index] as number) | bit;
      fresh++;
    }
    return fresh;
  }
}
