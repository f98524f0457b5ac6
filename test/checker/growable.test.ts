import { expect, test } from 'vitest';
import { GrowableWords } from '../../src/checker/growable.ts';

test('what was appended stays, however large it grows', () => {
  const words = new GrowableWords(4);
  const parts = Int32Array.from({ length: 1000 }, (_, i) => i * 7);
  // Beyond four megabytes it lies elsewhere, and grows where it is.
  for (let round = 0; round < 3000; round++) {
    words.append(-round);
    words.appendAll(parts, 1, round % 2 === 0 ? 3 : 999);
  }
  expect(words.length).toBe(3000 + 1500 * (3 + 999));
  expect(words.words.length).toBeGreaterThanOrEqual(words.length);
  expect(words.bytes).toBe(words.words.byteLength);
  let at = 0;
  for (let round = 0; round < 3000; round++) {
    const count = round % 2 === 0 ? 3 : 999;
    expect(words.words[at]).toBe(0 - round);
    expect(words.words[at + 1]).toBe(7);
    expect(words.words[at + count]).toBe(7 * count);
    at += 1 + count;
  }
});
