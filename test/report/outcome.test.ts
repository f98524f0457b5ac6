import { expect, test } from 'vitest';
import type { Failure } from '../../src/checker/result.ts';
import type { Expectation } from '../../src/language/loaded-spec.ts';
import { describeVerdict, outcome } from '../../src/report/outcome.ts';
import { failure, result, run } from './data.ts';

const fails = (...names: string[]): Expectation => ({ fails: names });

test.each<[string, Expectation | null, string[], string[], ReturnType<typeof outcome>]>([
  ['a pass as expected', 'pass', [], [], 'expected'],
  ['a failure as expected', fails('S4'), ['S4'], [], 'expected'],
  ['a failure where a pass is expected', 'pass', ['S4'], [], 'differs'],
  ['a pass where a failure is expected', fails('S4'), [], [], 'differs'],
  ['the wrong property', fails('S4'), ['S1'], [], 'differs'],
  ['one property of two', fails('S4', 'S1'), ['S1'], [], 'differs'],
  ['one property of two, search stopped', fails('S4', 'S1'), ['S1'], ['timeout'], 'inconclusive'],
  ['the wrong property, search stopped', fails('S4'), ['S1'], ['timeout'], 'differs'],
  ['all properties, search stopped', fails('S4'), ['S4'], ['timeout'], 'expected'],
  ['nothing found, search stopped', 'pass', [], ['timeout'], 'inconclusive'],
  ['no expectation', null, ['S4'], [], 'unstated'],
  ['no expectation, search stopped', null, [], ['timeout'], 'inconclusive'],
])('%s', (_, expected, found, limits, wanted) => {
  const verdict = found.length > 0 ? 'fail' : limits.length > 0 ? 'inconclusive' : 'pass';
  const failures = found.map((property) => failure({ property }));
  expect(outcome(run({ expected, result: result({ verdict, failures, limits }) }))).toBe(wanted);
});

test.each<[string[], ReturnType<typeof outcome>]>([
  [['starvation'], 'expected'],
  [['A', 'B'], 'expected'],
  [['A', 'starvation'], 'expected'],
  [['A'], 'differs'],
  [['A', 'B', 'C'], 'differs'],
])('of the starvation of A and B, %s is %s', (names, wanted) => {
  const starved = (context: string): Failure =>
    failure({ kind: 'starvation', property: 'starvation', context });
  const found = run({
    expected: fails(...names),
    result: result({ failures: ['A', 'B'].map(starved) }),
  });
  expect(outcome(found)).toBe(wanted);
  expect(describeVerdict(found)).toBe('fails starvation of A, starvation of B');
});
