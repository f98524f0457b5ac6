/** Specs of earlier sessions: a gate whose verdicts are all known loads nothing, and is never wrong. */
import { readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prune } from '../../src/cli/kept-files.ts';
import { check as checkFiles } from './check-files.ts';
import type { Told } from './check-files.ts';
import { directoryWith } from './stage.ts';

const SPEC = `import { spec, shared, task, READ_ONCE, WRITE_ONCE, assert } from 'kcheck';
import { VALUE } from './value.ts';
export default spec({
  title: 'recorded',
  versions: { V0: { by: 1 }, V1: { by: 2 } },
  models: ['sc', 'tso'],
  system({ by }) {
    const x = shared(0);
    task('T0', () => { WRITE_ONCE(x, VALUE * by); });
    task('T1', () => { if (READ_ONCE(x) === 9) assert(READ_ONCE(x) === 9, 'S1: nine'); });
    task('T2', () => { assert(READ_ONCE(x) < 6, 'S2: small'); });
  },
  expect: { V0: 'pass', V1: { fails: 'S2' } },
  accept: { unreached: ['S1'] },
});
`;

function specs(value = 3): string {
  return directoryWith({ 'a/spec.ts': SPEC, 'a/value.ts': `export const VALUE = ${value};\n` });
}

async function check(directory: string, options = ''): Promise<Told & { readonly text: string }> {
  const told = await checkFiles(directory, `${directory}/a --cache ${directory}/cache ${options}`);
  return { ...told, text: told.out + told.err };
}

const NOTHING = '0 loaded, 0 staged, 0 explored';

/** The record among verdicts: of the only spec. */
function recordOf(directory: string): string {
  const files = readdirSync(join(directory, 'cache'), { recursive: true, encoding: 'utf8' });
  const name = files.find((file) => /[\da-f]{16}[/\\][\da-f]{16}$/.test(file)) ?? '';
  return join(directory, 'cache', name);
}

test('a second session loads nothing, and tells the same', async () => {
  const directory = specs();
  const first = await check(directory);
  expect([first.code, first.work]).toEqual([0, '1 loaded, 2 staged, 4 explored']);
  const second = await check(directory);
  expect([second.code, second.work]).toEqual([0, NOTHING]);
  const third = await check(directory, '--no-cache');
  expect(third.work).toBe('1 loaded, 2 staged, 4 explored');
  const figures = /\d+\.\d+ s.*\n|every verdict from the cache.*\n(  .*\n)?/g;
  expect(second.text.replaceAll(figures, '')).toBe(third.text.replaceAll(figures, ''));
  expect(second.text).toContain('never evaluated');
});

test('a report that tells more stages what it needs, and tells the same', async () => {
  const directory = specs();
  await check(directory);
  const recorded = await check(directory, '--reporter json');
  expect(recorded.work).toBe('1 loaded, 2 staged, 0 explored');
  writeFileSync(recordOf(directory), '');
  const staged = await check(directory, '--reporter json');
  expect(recorded.text).toBe(staged.text);
});

/** As expected, not as expected, vacuous, of a failure that no longer comes: every kind of run. */
const KINDS = SPEC.replace("expect: { V0: 'pass', V1: { fails: 'S2' } },", 'expect: EXPECT,')
  .replace("  accept: { unreached: ['S1'] },\n", '')
  .replace(
    'export default',
    `const EXPECT = {
  V0: { sc: 'pass', tso: { fails: 'S2' } },
  V1: { sc: { fails: 'S2' }, tso: 'pass' },
} as const;
export default`,
  );

test.each(['text', 'junit', 'ktap', 'github', 'sarif', 'json', 'html'])(
  '%s tells the same of what is recorded',
  async (reporter) => {
    const directory = specs();
    writeFileSync(join(directory, 'a/spec.ts'), KINDS);
    await check(directory);
    const recorded = await check(directory, `--reporter ${reporter}`);
    writeFileSync(recordOf(directory), '');
    const staged = await check(directory, `--reporter ${reporter}`);
    expect(recorded.text).toBe(staged.text);
    expect([recorded.code, recorded.work]).toEqual([1, expect.stringMatching(/ 0 explored$/)]);
  },
);

test.each(['text', 'junit', 'ktap', 'github'])(
  '%s loads nothing of runs in order',
  async (name) => {
    const directory = specs();
    await check(directory);
    expect((await check(directory, `--reporter ${name}`)).work).toBe(NOTHING);
  },
);

test('a selection is made among what is recorded', async () => {
  const directory = specs();
  await check(directory, '--version V1');
  const { work } = await check(directory, '--model sc');
  expect(work).toBe('1 loaded, 1 staged, 1 explored');
  expect((await check(directory)).work).toBe('1 loaded, 1 staged, 1 explored');
  expect((await check(directory)).work).toBe(NOTHING);
});

test.each([
  ['the spec', 'a/spec.ts', (text: string) => text.replace('VALUE * by', 'VALUE + by')],
  ['what it imports', 'a/value.ts', () => 'export const VALUE = 9;\n'],
])('nothing is taken for %s that changed', async (_, file, edit) => {
  const directory = specs();
  await check(directory);
  const path = join(directory, file);
  writeFileSync(path, edit(readFileSync(path, 'utf8')));
  expect((await check(directory)).work).toBe('1 loaded, 2 staged, 4 explored');
});

test('a verdict that changed is told with its trace', async () => {
  const directory = specs();
  await check(directory);
  const path = join(directory, 'a/spec.ts');
  writeFileSync(path, readFileSync(path, 'utf8').replace("V1: { fails: 'S2' }", "V1: 'pass'"));
  expect((await check(directory)).text).toMatch(/FAIL {2}T2: assertion[^]*x -> 6/);
  const again = await check(directory);
  expect([again.code, again.work]).toEqual([1, '1 loaded, 1 staged, 0 explored']);
  expect(again.text).toMatch(/FAIL {2}T2: assertion[^]*x -> 6/);
});

test.each([
  ['empty', () => ''],
  ['cut short', (text: string) => text.slice(0, -20)],
  ['altered', (text: string) => text.replace('"V1"', '"V2"')],
])('a record that is %s counts as absent, and is replaced', async (_, spoil) => {
  const directory = specs();
  await check(directory);
  const record = recordOf(directory);
  writeFileSync(record, spoil(readFileSync(record, 'utf8')));
  const { code, work } = await check(directory);
  expect([code, work]).toEqual([0, '1 loaded, 2 staged, 0 explored']);
  expect((await check(directory)).work).toBe(NOTHING);
});

test('sessions at once share the records', async () => {
  const directory = specs();
  const all = await Promise.all(['', '', '--version V0'].map((each) => check(directory, each)));
  expect(all.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect((await check(directory)).code).toBe(0);
});

test('a spec that cannot be said as data is loaded each time', async () => {
  const directory = specs();
  const path = join(directory, 'a/spec.ts');
  const text = SPEC.replace('by: 1', 'by: 1, more: () => 1').replace('by: 2', 'by: 2, more: null');
  writeFileSync(path, text);
  expect((await check(directory)).code).toBe(0);
  expect((await check(directory)).work).toBe('1 loaded, 2 staged, 0 explored');
});

test('what nobody read for a month goes, then the oldest; other files stay', () => {
  const part = '0123456789abcdef';
  const names = ['1', '2', '3'].map((digit) => `${part}/${digit.repeat(16)}-sc-none`);
  const files = Object.fromEntries(names.map((name) => [name, 'x'.repeat(100)]));
  const directory = directoryWith({ ...files, 'notes.txt': '', [`${part}/notes`]: '' });
  const now = Date.now();
  const age = (name: string, days: number): void => {
    const then = now / 1000 - days * 86_400;
    utimesSync(join(directory, name), then, then);
  };
  age(names[0] ?? '', 31);
  age(names[1] ?? '', 2);
  for (const name of ['notes.txt', `${part}/notes`]) age(name, 99);
  prune(directory, now);
  const left = (): string[] => readdirSync(join(directory, part)).toSorted();
  expect(left()).toEqual(['2222222222222222-sc-none', '3333333333333333-sc-none', 'notes']);
  prune(directory, now + 1000, 150);
  expect(left()).toHaveLength(3);
  prune(directory, now + 25 * 3_600_000, 150);
  expect(left()).toEqual(['3333333333333333-sc-none', 'notes']);
  expect(readdirSync(directory)).toContain('notes.txt');
});
