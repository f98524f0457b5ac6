import { expect, test } from 'vitest';
import { text } from '../../src/report/text.ts';
import type { Run } from '../../src/report/run.ts';
import { failure, plainText, result, run } from './data.ts';

const failing = result({ failures: [failure({ property: 'S1' })] });
const stopped = result({ verdict: 'inconclusive', limits: ['--max-states 1000'] });

function cell(version: string, configuration: string, model: string, parts: Partial<Run>): Run {
  const table = { pass: 'O', fail: 'X' };
  return run({ version, configuration, model, table, expected: 'pass', ...parts });
}

test('a table for each memory model, in the words of the spec', () => {
  const expected = { fails: ['S1'] };
  const runs = [
    cell('plain', 'SB', 'sc', {}),
    cell('plain', 'SB', 'tso', { result: failing, expected }),
    cell('plain', '2+2W', 'sc', { result: stopped }),
    cell('fenced', 'SB', 'sc', {}),
    cell('fenced', 'SB', 'tso', { result: failing }),
    cell('fenced', '2+2W', 'tso', { expected: null }),
  ];
  const report = text(runs, { ...plainText, gate: true });
  expect(report.split('\n\na spec  ')[0]).toMatchInlineSnapshot(`
    "a spec  (spec.ts)

    sc        SB   2+2W
      plain   O    ?
      fenced  O    -

    tso       SB   2+2W
      plain   X    -
      fenced  X !  O *

      O pass, X fail

      ! differs from what the spec expects
      * the spec expects nothing of this run
      ? inconclusive"
  `);
});
