/** The gate in a project: its configuration, its history, and specs that are brought up to date. */
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { names } from '../../src/cli/values.ts';
import { check } from './check-files.ts';
import type { Told } from './check-files.ts';
import { directoryWith } from './stage.ts';

const here = process.cwd();
afterEach(() => process.chdir(here));

function spec(expected: string, more = ''): string {
  return `import { spec, shared, task, READ_ONCE, WRITE_ONCE, assert } from 'kcheck';
import { LIMIT } from './limit.ts';
export default spec({
  title: 'two tasks',
  versions: { V0: { by: 1 }, V1: { by: 2 } },
  models: ['sc', 'tso'],
  system({ by }) {
    const x = shared(0);
    task('T0', () => { WRITE_ONCE(x, 3 * by); });
    task('T1', () => { assert(READ_ONCE(x) < LIMIT, 'S1: small'); });
  },
  ${expected}
  ${more}
});
`;
}

const RIGHT = "expect: { V0: 'pass', V1: { fails: 'S1' } },";

/** A directory to be in, with a spec in each of two places. */
function project(files: Readonly<Record<string, string>> = {}): string {
  const directory = directoryWith({
    'specs/a/spec.ts': spec(RIGHT),
    'specs/a/limit.ts': 'export const LIMIT = 6;\n',
    'specs/b/spec.ts': spec(RIGHT),
    'specs/b/limit.ts': 'export const LIMIT = 6;\n',
    ...files,
  });
  process.chdir(directory);
  return directory;
}

function edit(file: string, from: string, to: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
}

function config(text: string): Readonly<Record<string, string>> {
  const source = `import { defineConfig } from 'kcheck';\nexport default defineConfig(${text});\n`;
  return { 'kcheck.config.ts': source };
}

test('a configuration says where specs are, and what the command line leaves out', async () => {
  const reporters = "['text', 'junit=out.xml']";
  const directory = project(
    config(`{ specs: ['specs/b'], reporters: ${reporters}, cache: 'kept', workers: 1 }`),
  );
  const { code, out } = await check(directory, '');
  expect([code, out]).toEqual([0, expect.stringContaining('(specs/b/spec.ts)')]);
  expect(out).toContain('4 runs: 4 as expected');
  expect(readdirSync(directory)).toEqual(
    expect.arrayContaining(['kcheck.config.ts', 'kept', 'out.xml', 'specs']),
  );
  const other = await check(directory, 'specs/a --cache other --reporter json');
  expect(JSON.parse(other.out)).toMatchObject({ runs: [{ spec: 'specs/a/spec.ts' }, {}, {}, {}] });
  expect(readdirSync(directory)).toContain('other');
});

test('cache: false keeps nothing, but where one is named', async () => {
  const directory = project(config('{ cache: false }'));
  await check(directory, 'specs/a');
  expect(readdirSync(directory)).toEqual(['kcheck.config.ts', 'specs']);
  await check(directory, 'specs/a --cache kept');
  expect(readdirSync(directory)).toContain('kept');
});

test.each([
  ['{ workres: 2 }', 'KC0131', "has no 'workres'", "Did you mean 'workers'?"],
  ['{ workers: 0 }', 'KC0131', 'workers is 0', 'a whole number above 0'],
  ['{ specs: [] }', 'KC0131', 'specs is []', "['specs']"],
  ['{ cache: true }', 'KC0131', 'cache is a boolean', 'a directory, or false'],
  ["{ reporters: ['jnuit=x'] }", 'KC0009', 'no reporter is named jnuit', 'junit'],
  ["{ specs: ['nowhere'] }", 'KC0001', 'no such file: nowhere', ''],
  ['process.env', 'KC0111', "the global 'process'", ''],
  ['7', 'KC0131', 'the configuration is a number', 'defineConfig('],
])('a configuration %s is a mistake', async (text, code, message, advice) => {
  const { code: exit, err } = await check(project(config(text)), '');
  expect(exit).toBe(2);
  for (const words of [code, message, advice]) expect(err).toContain(words);
});

test('a mistake in what is exported is told with its place, whoever made it', async () => {
  const files = { 'kcheck.config.ts': "\nexport default { specs: 'x' };\n" };
  const { err } = await check(project(files), '');
  expect(err).toContain('kcheck.config.ts:2:1: error KC0131: specs is "x"');
});

function git(...args: readonly string[]): void {
  const identity = ['-c', 'user.name=n', '-c', 'user.email=n@example.org'];
  const { status, stderr } = spawnSync('git', [...identity, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

function committed(): string {
  const directory = project();
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'first');
  return directory;
}

const SINCE = '--since HEAD --no-cache';

test('--since looks at specs of which a file differs from a commit', async () => {
  const directory = committed();
  const nothing = await check(directory, SINCE);
  expect([nothing.code, nothing.work]).toEqual([0, '2 loaded, 0 staged, 0 explored']);
  expect(nothing.err).toBe(
    'kcheck: no spec has changed since HEAD\nkcheck: 8 runs left out by what was selected\n',
  );
  edit('specs/b/limit.ts', '6', '7');
  const { code, out, err } = await check(directory, SINCE);
  expect(code).toBe(1);
  expect(out).toContain('differs: specs/b/spec.ts  version V1  model sc: expected fails S1, found');
  expect(out).not.toContain('specs/a');
  expect(err).toBe('kcheck: 4 runs left out by what was selected\n');
  git('commit', '-qam', 'second');
  expect((await check(directory, SINCE)).work).toMatch(/0 explored$/);
  expect((await check(directory, '--since HEAD~1 --no-cache')).work).toMatch(/4 explored$/);
});

test('--since counts what git does not know as changed, and agrees with what is recorded', async () => {
  const directory = committed();
  const cached = '--since HEAD --cache cache';
  expect((await check(directory, '--cache cache')).code).toBe(0);
  expect((await check(directory, cached)).work).toBe('0 loaded, 0 staged, 0 explored');
  writeFileSync('specs/a/new.ts', 'export const LIMIT = 6;\n');
  edit('specs/a/limit.ts', 'export const LIMIT = 6;', "export { LIMIT } from './new.ts';");
  git('commit', '-qm', 'half', 'specs/a/limit.ts');
  const { out } = await check(directory, cached);
  expect(out).toContain('specs/a/spec.ts');
  expect(out).not.toContain('specs/b');
});

test.each(['HAED', '--help'])('--since %s is a mistake', async (ref) => {
  const { code, err } = await check(committed(), `--since=${ref}`);
  expect(code).toBe(2);
  expect(err).toContain(`KC0042: git does not tell what changed since ${ref}`);
});

test('--since where there is no repository is a mistake', async () => {
  const { code, err } = await check(project(), '--since HEAD');
  expect([code, err]).toEqual([2, expect.stringContaining('not a git repository')]);
});

async function update(expected: string, options = ''): Promise<Told & { readonly text: string }> {
  const directory = project({ 'specs/a/spec.ts': spec(expected) });
  const told = await check(directory, `specs/a --no-cache --update ${options}`);
  return { ...told, text: readFileSync('specs/a/spec.ts', 'utf8') };
}

test('--update writes what was found, and the next gate passes', async () => {
  const { code, out, err, text } = await update("expect: { V0: { fails: 'S1' }, V1: 'pass' },");
  expect(text).toBe(spec(RIGHT));
  expect([code, err]).toEqual([0, 'kcheck: specs/a/spec.ts: 4 expectations updated\n']);
  expect(out).toContain('4 runs: 4 as expected');
});

test('--update adds what is missing, of the runs that were selected', async () => {
  expect((await update('')).text).toBe(
    spec(RIGHT)
      .replace(/ {2}expect.*\n {2}\n/, '  \n  \n')
      .replace('},\n  \n  \n', "},\n  expect: { V0: 'pass', V1: { fails: 'S1' } },\n  \n  \n"),
  );
  const { text } = await update("expect: { V0: 'pass' },", '--model sc');
  expect(text).toContain("expect: { V0: 'pass', V1: { sc: { fails: 'S1' } } },");
});

test('--update tells what it cannot write', async () => {
  const { code, err, text } = await update("expect: (() => ({ V0: 'pass', V1: 'pass' }))(),");
  expect(text).toContain("expect: (() => ({ V0: 'pass', V1: 'pass' }))(),");
  expect(code).toBe(1);
  expect(err).toBe(`kcheck: specs/a/spec.ts: what it expects of 2 runs is computed; it should
  say:
  V1: { sc: { fails: 'S1' }, tso: { fails: 'S1' } },
`);
});

test('--update leaves alone what a limit left open', async () => {
  const { code, text } = await update("expect: 'pass',", '--max-states 2');
  expect([code, text]).toEqual([125, spec("expect: 'pass',")]);
});

test.skipIf(process.getuid?.() === 0)('a spec that cannot be written is an error', async () => {
  const directory = project({ 'specs/a/spec.ts': spec("expect: 'pass',") });
  chmodSync('specs/a/spec.ts', 0o444);
  const { code, err } = await check(directory, 'specs/a --no-cache --update');
  expect([code, err]).toEqual([2, expect.stringContaining('KC0032')]);
  expect(err).not.toContain('is computed');
});

test('names in accept that accept nothing are told where all runs were made', async () => {
  const accepting = spec(RIGHT, "accept: { unreached: ['S1', 'S9'] },");
  const directory = project({ 'specs/a/spec.ts': accepting });
  const told = [
    "kcheck: specs/a/spec.ts: accept.unreached names 'S1': every run that it is for evaluates it",
    "kcheck: specs/a/spec.ts: accept.unreached names 'S9': no property is named so",
  ];
  for (const _ of ['explored', 'from the cache']) {
    const { code, err } = await check(directory, 'specs/a');
    expect([code, err.trim().split('\n')]).toEqual([0, told]);
  }
  expect((await check(directory, 'specs/a --version V0')).err).not.toContain('accept');
});

test('a comma of a name is written behind a backslash', () => {
  expect(names('a,b', ['x'])).toEqual(['x', 'a', 'b']);
  expect(names(String.raw`a\,b, c\d,e\\,`, undefined)).toEqual(['a,b', String.raw`c\d`, 'e\\']);
});
