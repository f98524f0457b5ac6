/**
 * The words of a state mixed into two halves of 64 bits, in JavaScript, which has no product of 64 bits.
 *
 * HOT CODE: once a transition.
 */

/** Where mixWords() leaves the halves: nothing is allocated. */
export const HALVES: Int32Array = new Int32Array(2);

/** Mixes so many words from a place on. */
export function mixWords(states: Int32Array, at: number, words: number): void {
  let low = 0x9e3779b9 | 0;
  let high = 0x85ebca6b | 0;
  for (let i = at, end = at + words; i < end; i++) {
    const word = states[i] as number;
    low = Math.imul(low ^ word, 0x2c1b3c6d);
    low ^= low >>> 15;
    high = Math.imul((high << 13) | (high >>> 19), 5) + Math.imul(word, 0xcc9e2d51) + 0x52dce729;
    high ^= high >>> 16;
  }
  HALVES[0] = low;
  HALVES[1] = high;
}
