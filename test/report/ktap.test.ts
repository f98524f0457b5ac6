import { expect, test } from 'vitest';
import { ktap } from '../../src/report/ktap.ts';
import { plainText, run } from './data.ts';
import { parseKtap } from './ktap.ts';
import type { KtapTest } from './ktap.ts';
import { gate, runs } from './sessions.ts';

const short = ({ ok, name, directive, data }: KtapTest): string =>
  [ok ? 'ok' : 'not ok', name, directive, data].join(' | ');

test('a spec is a test, its runs are the subtests, and an error is a test as well', () => {
  const tests = parseKtap(ktap(runs, gate));
  expect(tests.map(short)).toMatchInlineSnapshot(`
    [
      "not ok | spec.ts |  | ",
      "not ok | b 2/spec.ts |  | ",
      "not ok | c/spec.ts:12:5 | ERROR | KC0116: this loop has no bound",
      "not ok | kcheck | ERROR | KC0001: no such file: d.ts",
    ]
  `);
  expect(tests[0]?.subtests.map(short)).toMatchInlineSnapshot(`
    [
      "ok | version V0 model sc |  | ",
      "not ok | version V1 model sc |  | expected pass, found fails S4",
      "ok | version V2 model sc | XFAIL | livelock",
      "not ok | version V3 model sc |  | expected fails S4, found pass",
      "not ok | version V4 model sc | TIMEOUT | --timeout 5",
      "not ok | version V5 model sc |  | passes, and never evaluates 'S9'",
    ]
  `);
  expect(tests[1]?.subtests.map(short)).toMatchInlineSnapshot(`
    [
      "not ok | version V6 configuration fork model sc |  | found pass, the spec expects nothing",
    ]
  `);
});

test('explore takes a pass of which the spec expects nothing as such', () => {
  const [spec] = parseKtap(ktap([run()], plainText));
  expect(spec?.ok).toBe(true);
  expect(spec?.subtests.map(({ ok }) => ok)).toEqual([true]);
});

test('a trace stands before the result that it belongs to', () => {
  const [spec] = parseKtap(ktap(runs, gate));
  expect(spec?.subtests[0]?.diagnostics).not.toContain('1   x = 1');
  expect(spec?.subtests[1]?.diagnostics).toContain('1   x = 1');
  expect(spec?.subtests[4]?.diagnostics.join(' ')).toContain('search not complete (--timeout 5)');
});

test('diagnostic lines keep to the width', () => {
  const lines = ktap(runs, gate).split('\n');
  const diagnostics = lines.filter((line) => line.trimStart().startsWith('#'));
  expect(Math.max(...diagnostics.map((line) => line.length))).toBeLessThanOrEqual(75);
});

test('nothing to run is a plan of no tests', () => {
  expect(ktap([], plainText)).toBe('KTAP version 1\n1..0\n');
  expect(parseKtap(ktap([], plainText))).toEqual([]);
});

test.each([
  ['KTAP version 1\n1..2\nok 1 a\n', 'test 2 is missing'],
  ['KTAP version 1\n1..1\nok 2 a\n', 'not test 1'],
  ['1..1\nok 1 a\n', 'no version line'],
  ['KTAP version 1\n1..1\nok 1 a\nok 2 b\n', 'beyond the plan'],
])('the parser refuses %j', (text, message) => {
  expect(() => parseKtap(text)).toThrow(message);
});
