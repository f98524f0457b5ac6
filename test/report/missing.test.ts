/** What a gate says of runs that have no expectation. */
import { expect, test } from 'vitest';
import { missingLines } from '../../src/report/missing.ts';
import { failure, result, run } from './data.ts';

const failed = result({
  failures: [failure({ property: "S4: a task's bit" }), failure({ property: 'L1: ends' })],
});

test('one run is named, and its line nests its names', () => {
  const one = run({ version: 'V3', configuration: 'fork-exit', result: failed });
  expect(missingLines([one], 75)).toMatchInlineSnapshot(`
    [
      "error: spec.ts  version V3  configuration fork-exit  model sc: no",
      "  expectation; add to its expect:",
      "  V3: { 'fork-exit': { sc: { fails: ['S4', 'L1'] } } },",
    ]
  `);
});

test('the runs of a version are one line, which can be pasted as it is', () => {
  const runs = ['sc', 'tso'].flatMap((model) => [
    run({ version: 'V0', configuration: 'fork', model }),
    run({ version: 'V0', configuration: 'exit', model, result: failed }),
    run({ version: "it's", model }),
  ]);
  expect(missingLines(runs, 75)).toMatchInlineSnapshot(`
    [
      "error: spec.ts: no expectation of 6 runs; add to its expect:",
      "  V0: { fork: { sc: 'pass', tso: 'pass' }, exit: { sc: { fails: ['S4', 'L1'] }, tso: { fails: ['S4', 'L1'] } } },",
      "  'it\\'s': { sc: 'pass', tso: 'pass' },",
    ]
  `);
});

test('of a search that was stopped no line is made', () => {
  const stopped = run({ result: { ...failed, limits: ['--max-states 10'] } });
  expect(missingLines([stopped], 75)).toMatchInlineSnapshot(`
    [
      "error: spec.ts  version V0  model sc: no expectation, and the search not",
      "  complete: --max-states 10",
    ]
  `);
});
