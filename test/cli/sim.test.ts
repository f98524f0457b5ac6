import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { READER, WRITER, directoryOf, kcheckIn, messagePassing } from './real.ts';
import { violations } from '../report/json-schema.ts';

const SPEC = messagePassing(WRITER, READER);
const EXPECTING = SPEC.replace(
  "title: 'message",
  "expect: { plain: { power: { fails: 'S1' } } }, title: 'message",
);

test('a failure, with its schedule and the seed that shows it again', async () => {
  const directory = directoryOf({ 'mp.ts': SPEC });
  const line = 'sim @/mp.ts --version plain --model power';
  const { code, out } = await kcheckIn(directory, line);
  expect(code).toBe(1);
  expect(out).toContain('FAIL  reader: assertion');
  expect(out).toContain('CPU0 writer');
  const [, seed = ''] = /of seed (\d+)/.exec(out) ?? [];
  const again = await kcheckIn(directory, `${line} --seed ${seed} --walks 1`);
  const schedule = (text: string): string => text.slice(0, text.indexOf('met by walk'));
  expect(schedule(again.out)).toBe(schedule(out));
});

test('no failure is no pass: it says that nothing is proved, and is inconclusive', async () => {
  const directory = directoryOf({ 'mp.ts': SPEC });
  const { code, out } = await kcheckIn(
    directory,
    'sim @/mp.ts --version fenced --walks 20 --depth 50',
  );
  expect(code).toBe(125);
  expect(out.match(/no failure in 20 walks of up to 50 steps: nothing is proved/g)).toHaveLength(3);
  expect(out).not.toMatch(/\bpass\b/i);
});

test('a failure that the spec expects is as expected', async () => {
  const directory = directoryOf({ 'mp.ts': EXPECTING });
  const { code, out } = await kcheckIn(directory, 'sim @/mp.ts --version plain --model power');
  expect(code).toBe(0);
  expect(out).toContain('as the spec expects');
});

test('the trace that is saved is as its schema says, and replays', async () => {
  const directory = directoryOf({ 'mp.ts': SPEC });
  await kcheckIn(directory, 'sim @/mp.ts --version plain --model power --save @/trace.json');
  const schemaFile = join(import.meta.dirname, '../../schema/kcheck-trace.schema.json');
  const schema = JSON.parse(readFileSync(schemaFile, 'utf8')) as Record<string, unknown>;
  const trace: unknown = JSON.parse(readFileSync(join(directory, 'trace.json'), 'utf8'));
  expect(violations(trace, schema, true)).toEqual([]);
  const { code, out } = await kcheckIn(directory, 'replay @/trace.json');
  expect(code).toBe(0);
  expect(out).toContain('FAILS AS BEFORE');
});

test('a file that cannot be written keeps no failure from its reader', async () => {
  const directory = directoryOf({ 'mp.ts': SPEC });
  const line = 'sim @/mp.ts --version plain --model power --save @/no/such/trace.json';
  const { code, out, err } = await kcheckIn(directory, line);
  expect([code, err]).toEqual([2, expect.stringContaining('KC0013')]);
  expect(out).toContain('again:');
});

test('the command that shows it again has all that is not the default', async () => {
  const directory = directoryOf({ 'mp.ts': SPEC });
  const options = '--strategy pct --changes 3 --depth 99 -p barriers=false --version fenced';
  const { out } = await kcheckIn(directory, `sim @/mp.ts --model power ${options}`);
  const again = out.slice(out.indexOf('again:')).replaceAll(/\s*\\?\n\s*/g, ' ');
  expect(again).toMatch(
    /--version fenced --model power -p barriers=false --depth 99 --strategy pct --changes 3 --seed \d+ --walks 1/,
  );
});

test.each([
  ['--strategy ptc', 'KC0021'],
  ['--walks 0', 'above 0'],
  ['--seed x', 'whole number'],
  ['--version V9', 'KC0004'],
])('sim %s is a mistake', async (options, words) => {
  const directory = directoryOf({ 'mp.ts': SPEC });
  const { code, err } = await kcheckIn(directory, `sim @/mp.ts ${options}`);
  expect(code).toBe(2);
  expect(err).toContain(words);
});
