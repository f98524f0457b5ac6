/** `explore --format`. */
import { expect, test } from 'vitest';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { READER, WRITER, directoryOf, kcheckIn, messagePassing } from './real.ts';

const SPEC = messagePassing(WRITER, READER);

test('one counterexample in place of the report, with the exit code of the verdicts', async () => {
  const directory = directoryOf({ 'mp.ts': SPEC });
  const { code, out } = await kcheckIn(directory, 'explore @/mp.ts --format litmus');
  expect(code).toBe(1);
  expect(out).toMatch(/^C message-passing\+plain\n/);
  expect(out).toContain('exists (1:r0=1 /\\ 1:r1=0)');
  writeFileSync(join(directory, 'mp.litmus'), out);
  const litmus = await kcheckIn(directory, 'litmus @/mp.litmus --model power');
  expect(litmus.out).toContain('Observation message-passing+plain Sometimes');
});

test.each([
  ['itf', '"format": "ITF"'],
  ['mermaid', 'sequenceDiagram'],
])('--format %s', async (format, words) => {
  const directory = directoryOf({ 'mp.ts': SPEC });
  const line = `explore @/mp.ts --version plain --model power --format ${format}`;
  expect((await kcheckIn(directory, line)).out).toContain(words);
});

test('where nothing fails there is nothing to write', async () => {
  const directory = directoryOf({ 'mp.ts': SPEC });
  const { code, out, err } = await kcheckIn(directory, 'explore @/mp.ts --model sc --format itf');
  expect([code, out]).toEqual([0, '']);
  expect(err).toContain('nothing fails: there is no trace to write');
});

test('a failure by its name', async () => {
  const directory = directoryOf({ 'mp.ts': SPEC });
  const line = 'explore @/mp.ts --model power --format litmus --property';
  expect((await kcheckIn(directory, `${line} S1`)).out).toContain('S1: the message is there');
  const { out, err } = await kcheckIn(directory, `${line} S2`);
  expect([out, err]).toEqual(['', expect.stringContaining('nothing fails by the name S2')]);
});

test.each([
  ['--format dot', 'KC0014'],
  ['--format itf --reporter json', 'KC0043'],
  ['--format itf --trace', 'KC0043'],
  ['--property S1', 'KC0043'],
  ['--version V9 --format itf', 'KC0004'],
])('explore %s is a mistake', async (options, code) => {
  const directory = directoryOf({ 'mp.ts': SPEC });
  const said = await kcheckIn(directory, `explore @/mp.ts ${options}`);
  expect([said.code, said.err]).toEqual([2, expect.stringContaining(code)]);
});
