/**
 * The visited set of an exact search: whole states, numbered in the order of their insertion. Fingerprints find
 * them, in an open addressing table of numbers at most 3/4 full; two states with one fingerprint are two.
 *
 * HOT CODE: insert() runs once a transition of an exact search.
 */
import type { NumberedStates } from './state-set.ts';

const FULL = 0.75;
const CHUNK_STATES = 1 << 12;

export class ExactStates implements NumberedStates {
  readonly missProbability = 0;
  readonly #words: number;
  readonly #mask: number;
  #slots = new Int32Array(1024).fill(-1);
  /** Of 32 bits, by number. */
  #fingerprints = new Int32Array(1024);
  readonly #chunks: Int32Array[] = [];
  #size = 0;
  #collisions = 0;

  /** `bits` of a fingerprint: fewer than 32 only where it is to be seen that nothing depends on them. */
  constructor(words: number, bits = 32) {
    this.#words = words;
    this.#mask = bits === 32 ? -1 : 2 ** bits - 1;
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    const chunks = this.#chunks.length * CHUNK_STATES * this.#words * 4;
    return chunks + this.#slots.byteLength + this.#fingerprints.byteLength;
  }

  /** How often a state had the fingerprint of another that it was compared with. */
  get collisions(): number {
    return this.#collisions;
  }

  insert(states: Int32Array, at: number): number {
    const fingerprint = this.#fingerprintOf(states, at);
    const slot = this.#locate(states, at, fingerprint);
    const known = this.#slots[slot] as number;
    if (known >= 0) return -1 - known;
    return this.#append(slot, fingerprint, states, at);
  }

  find(states: Int32Array, at: number): number {
    return this.#slots[this.#locate(states, at, this.#fingerprintOf(states, at))] as number;
  }

  #fingerprintOf(states: Int32Array, at: number): number {
    let hash = 0x9e3779b9 | 0;
    for (let i = at, end = at + this.#words; i < end; i++) {
      hash = Math.imul(hash ^ (states[i] as number), 0x2c1b3c6d);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash, 0x297a2d39);
    return (hash ^ (hash >>> 15)) & this.#mask;
  }

  /** The slot of a state, or a free one where it belongs. */
  #locate(states: Int32Array, at: number, fingerprint: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = fingerprint & mask;
    for (;;) {
      const number = slots[slot] as number;
      if (number < 0) return slot;
      if (this.#fingerprints[number] === fingerprint) {
        if (this.#is(number, states, at)) return slot;
        this.#collisions++;
      }
      slot = (slot + 1) & mask;
    }
  }

  #is(number: number, states: Int32Array, at: number): boolean {
    const chunk = this.#chunks[Math.floor(number / CHUNK_STATES)] as Int32Array;
    const from = (number % CHUNK_STATES) * this.#words;
    for (let i = 0; i < this.#words; i++) {
      if (chunk[from + i] !== states[at + i]) return false;
    }
    return true;
  }

  #append(slot: number, fingerprint: number, states: Int32Array, at: number): number {
    const number = this.#size++;
    if (number === this.#fingerprints.length) this.#growFingerprints();
    if (number % CHUNK_STATES === 0) this.#chunks.push(new Int32Array(CHUNK_STATES * this.#words));
    const chunk = this.#chunks[this.#chunks.length - 1] as Int32Array;
    const from = (number % CHUNK_STATES) * this.#words;
    for (let i = 0; i < this.#words; i++) chunk[from + i] = states[at + i] as number;
    this.#fingerprints[number] = fingerprint;
    this.#slots[slot] = number;
    if (this.#size > this.#slots.length * FULL) this.#growSlots();
    return number;
  }

  #growFingerprints(): void {
    const grown = new Int32Array(this.#fingerprints.length + (this.#fingerprints.length >> 2));
    grown.set(this.#fingerprints);
    this.#fingerprints = grown;
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let number = 0; number < this.#size; number++) {
      let slot = (this.#fingerprints[number] as number) & mask;
      while ((slots[slot] as number) >= 0) slot = (slot + 1) & mask;
      slots[slot] = number;
    }
    this.#slots = slots;
  }
}
