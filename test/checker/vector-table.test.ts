import { expect, test } from 'vitest';
import { VectorTable } from '../../src/checker/vector-table.ts';

test('a vector has one number, wherever it stands and however many there are', () => {
  const count = 5_000;
  const vectors = Int32Array.from({ length: 2 * count }, (_, w) => (w % 2 === 0 ? w >> 7 : w));
  const table = new VectorTable(2);
  const numbers = Array.from({ length: count }, (_, v) => table.intern(vectors, 2 * v));
  expect(numbers).toEqual([...Array(count).keys()]);
  const again = Array.from({ length: count }, (_, v) => table.intern(vectors.slice(2 * v), 0));
  expect(again).toEqual(numbers);
  expect(table.words.slice(0, 2 * count)).toEqual(vectors);
});
