/** Verdicts of earlier sessions: when they are taken, and when they are not. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CheckResult } from '../../src/checker/result.ts';
import { engineFingerprint } from '../../src/cli/fingerprint.ts';
import { KeptFiles } from '../../src/cli/kept-files.ts';
import { VerdictCache } from '../../src/cli/verdict-cache.ts';
import { machine, result } from '../report/data.ts';
import { directoryWith, failing, kcheck } from './stage.ts';
import type { Outcome, Stage } from './stage.ts';

const HASH = '0123456789abcdef';
const key = { machineHash: HASH, model: 'sc', fairness: null, reductions: [] };
const NO_LIMITS = { maxStates: null, timeoutSeconds: null, maxBytes: 1e9 };

function cacheIn(directory: string, fingerprint = 'this kcheck'): VerdictCache {
  const files = new KeptFiles(directory, (words) => expect.unreachable(words));
  return new VerdictCache(files, fingerprint);
}

/** The one verdict that is kept there. */
function onlyFile(directory: string): string {
  const [name = ''] = readdirSync(join(directory, 'this kcheck'));
  return join(directory, 'this kcheck', name);
}

test('a verdict is found whole by a later session', async () => {
  const directory = directoryWith({});
  const kept = failing('S4');
  await cacheIn(directory).keep(key, kept);
  expect(await cacheIn(directory).find(key, NO_LIMITS)).toEqual({ result: kept, earlier: true });
});

test('what it depends on is in its name', async () => {
  const directory = directoryWith({});
  const cache = cacheIn(directory);
  await cache.keep(key, result());
  expect(await cache.find(key, NO_LIMITS)).toEqual({ result: result(), earlier: false });
  const others = [{ machineHash: 'fedcba9876543210' }, { model: 'tso' }, { fairness: 'weak' }];
  for (const other of [...others, { reductions: ['por'] }])
    expect(await cache.find({ ...key, ...other }, NO_LIMITS)).toBeNull();
  expect(await cacheIn(directory, 'another kcheck').find(key, NO_LIMITS)).toBeNull();
});

test('a verdict of another machine, under whatever name, is not taken', async () => {
  const directory = directoryWith({});
  await cacheIn(directory).keep(key, result({ machineHash: 'fedcba9876543210' }));
  expect(await cacheIn(directory).find(key, NO_LIMITS)).toBeNull();
});

test.each<Partial<CheckResult>>([
  { verdict: 'inconclusive', limits: ['--timeout 1'] },
  { verdict: 'fail', limits: ['--max-states 10'] },
])('only what is complete is kept: %o', async (parts) => {
  const directory = directoryWith({});
  await cacheIn(directory).keep(key, result(parts));
  expect(readdirSync(directory)).toEqual([]);
});

test.each([
  [{ maxStates: 1201 }, true],
  [{ maxStates: 1200 }, false],
  [{ timeoutSeconds: 0.6 }, true],
  [{ timeoutSeconds: 0.5 }, false],
  [{ maxBytes: 1_500_000 }, true],
  [{ maxBytes: 1_499_999 }, false],
])('it is taken if its search would not have met %o: %s', async (limits, taken) => {
  const cache = cacheIn(directoryWith({}));
  await cache.keep(key, result());
  expect((await cache.find(key, { ...NO_LIMITS, ...limits })) !== null).toBe(taken);
});

test.each([
  ['empty', () => ''],
  ['cut short', (text: string) => text.slice(0, -20)],
  ['altered', (text: string) => text.replace('"pass"', '"fail"')],
  ['not text', () => '\0\u0001\u0002'],
])('a file that is %s counts as absent, and is replaced', async (_, spoil) => {
  const directory = directoryWith({});
  await cacheIn(directory).keep(key, result());
  const file = onlyFile(directory);
  writeFileSync(file, spoil(readFileSync(file, 'utf8')));
  expect(await cacheIn(directory).find(key, NO_LIMITS)).toBeNull();
  await cacheIn(directory).keep(key, result());
  expect(await cacheIn(directory).find(key, NO_LIMITS)).not.toBeNull();
});

test('two sessions at once write and read whole files, and leave no other', async () => {
  const directory = directoryWith({});
  const work = Array.from({ length: 20 }, async (_, index) => {
    const cache = cacheIn(directory);
    const own = { ...key, model: `m${index % 4}` };
    await cache.keep(own, result());
    expect((await cache.find(own, NO_LIMITS))?.result).toEqual(result());
  });
  await Promise.all(work);
  expect(readdirSync(join(directory, 'this kcheck'))).toHaveLength(4);
  expect(readFileSync(join(directory, '.gitignore'), 'utf8')).toBe('*\n');
});

test('kcheck has one name until one of its files changes', async () => {
  expect(await engineFingerprint()).toBe(await engineFingerprint());
  expect(await engineFingerprint()).toMatch(/^[\da-f]{16}$/);
});

/** A stage whose verdicts are kept, of machines whose hashes are their own. */
function keeping(stage: Stage, directory: string): Stage {
  return { fingerprint: 'this kcheck', directory, ...stage };
}

const check = 'check @ --cache @/cache --reporter json';

function cachedIn({ out }: Outcome): readonly unknown[] {
  return (JSON.parse(out) as { runs: { cached: boolean }[] }).runs.map(({ cached }) => cached);
}

test('check explores what it has no verdict of, and nothing else', async () => {
  const directory = directoryWith({});
  const stage = keeping({ verdict: hashed }, directory);
  const first = await kcheck(check, stage);
  expect([first.explored, cachedIn(first)]).toEqual([
    ['V0 sc', 'V1 sc'],
    [false, false],
  ]);
  const second = await kcheck(check, stage);
  expect([second.code, second.explored, cachedIn(second)]).toEqual([0, [], [true, true]]);
  const text = await kcheck('check @ --cache @/cache', stage);
  expect(text.out).toContain('every verdict from the cache');
  expect((await kcheck('check @ --no-cache', stage)).explored).toHaveLength(2);
  expect((await kcheck(check, { ...stage, fingerprint: 'another' })).explored).toHaveLength(2);
  expect((await kcheck(`${check} --max-states 10`, stage)).explored).toHaveLength(2);
});

test('a machine that changed is explored again', async () => {
  const directory = directoryWith({});
  await kcheck(check, keeping({ verdict: hashed }, directory));
  const changed = { machine: () => machine({ title: 'V1 ', cpus: ['CPU0'] }) };
  const stage = keeping({ verdict: hashed, specs: { 'spec.ts': changed } }, directory);
  const { explored } = await kcheck(`${check} --version V1`, stage);
  expect(explored).toEqual(['V1 sc']);
});

test('an expectation that changed is compared with the verdict that is kept', async () => {
  const directory = directoryWith({});
  await kcheck(check, keeping({ verdict: hashed }, directory));
  const specs = { 'spec.ts': { expectation: () => ({ fails: ['S4'] }) } };
  const { code, explored } = await kcheck(check, keeping({ specs }, directory));
  expect([code, explored]).toEqual([1, []]);
});

test('explore always explores', async () => {
  const directory = directoryWith({});
  await kcheck('explore @/spec.ts', keeping({ verdict: hashed }, directory));
  expect(existsSync(join(directory, '.kcheck-cache'))).toBe(false);
});

test('where nothing can be written, a warning is all', async () => {
  const directory = directoryWith({ file: '' });
  const stage = keeping({ verdict: hashed }, directory);
  const { code, out, err } = await kcheck('check @ --cache @/file/cache', stage);
  expect(code).toBe(0);
  expect(out).toContain('2 runs: 2 as expected');
  expect(err).toMatch(/^kcheck: warning: nothing can be kept in @\/file\/cache: ENOTDIR.*\n$/);
});

/** As the checker does, with the hash of the machine that it was given. */
function hashed(_: unknown, __: unknown, machineHash: string): CheckResult {
  return result({ machineHash });
}
