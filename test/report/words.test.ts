import { expect, test } from 'vitest';
import { listWithin, rate } from '../../src/report/words.ts';

test.each([
  [['S1', 'S2'], 10, 'S1, S2'],
  [['S1', 'S2', 'S3'], 9, 'S1, +2'],
  [['the reader sees the message'], 20, 'the reader sees th..'],
  [['the reader sees the message', 'S1', 'S2'], 20, 'the reader see.., +2'],
])('names within a width: %j in %i columns', (names, width, shown) => {
  expect(listWithin(names, width)).toBe(shown);
  expect(shown.length).toBeLessThanOrEqual(width);
});

test('a rate is told of searches that take their time', () => {
  expect(rate(1000, 0.05)).toBe('');
  expect(rate(1000, 0.5)).toBe('2,000 states/s');
});
