import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { result } from '../report/data.ts';
import { directoryWith, failing, kcheck } from './stage.ts';

const both = { 'spec.ts': { models: null, configurations: ['fork', 'exit'] } };

test('all versions, configurations and models, each model once in spite of its alias', async () => {
  const { explored } = await kcheck('explore @/spec.ts', { specs: both });
  expect(explored).toEqual([
    'V0 fork sc',
    'V0 fork power',
    'V0 exit sc',
    'V0 exit power',
    'V1 fork sc',
    'V1 fork power',
    'V1 exit sc',
    'V1 exit power',
  ]);
});

test('a selection, with lists, repetition and an alias', async () => {
  const line = 'explore @/spec.ts --version V0,V1 --configuration exit --model sc --model weak';
  const { explored } = await kcheck(line, { specs: both });
  expect(explored).toEqual(['V0 exit sc', 'V0 exit power', 'V1 exit sc', 'V1 exit power']);
});

test('the models that the spec is meant for, by alias too', async () => {
  const { explored } = await kcheck('explore @/spec.ts --version V0', {
    specs: { 'spec.ts': { models: ['weak', 'lkmm'] } },
  });
  expect(explored).toEqual(['V0 power']);
});

test('parameters are numbers, booleans and strings, and void the expectation', async () => {
  const line = 'explore @/spec.ts --version V0 -p cpus=3 -p fixup=false --reporter json';
  const { code, out } = await kcheck(line, { verdict: () => failing('S4') });
  const report = JSON.parse(out) as { runs: Record<string, unknown>[] };
  expect(report.runs[0]).toMatchObject({
    params: { cpus: 3, fixup: false },
    expected: null,
    asExpected: null,
  });
  expect(code).toBe(1);
});

test('a parameter that changes nothing leaves the expectation in force', async () => {
  const { out } = await kcheck('explore @/spec.ts -p cpus=2');
  expect(out).toContain('2 as expected');
});

test.each([
  ['', 'weak', 'as expected'],
  ['--fairness weak', 'weak', 'as expected'],
  ['--fairness strong', 'strong', 'without expectation'],
  ['--fairness none', null, 'without expectation'],
])(
  '%s: fairness reaches the checker, and voids what speaks of another',
  async (option, wanted, summary) => {
    const asked: unknown[] = [];
    const { out } = await kcheck(`explore @/spec.ts ${option}`, {
      specs: { 'spec.ts': { fairness: () => 'weak' } },
      verdict: (_, { fairness }) => {
        asked.push(fairness);
        return result();
      },
    });
    expect(asked).toEqual([wanted, wanted]);
    expect(out).toContain(`2 ${summary}`);
  },
);

test('limits reach the search', async () => {
  await kcheck('explore @/spec.ts --max-states 1000 --timeout 1.5 --max-memory 10', {
    verdict: (_, options) => {
      expect(options).toMatchObject({
        maxStates: 1000,
        timeoutSeconds: 1.5,
        maxBytes: 10 * 2 ** 20,
      });
      return result();
    },
  });
  await kcheck('explore @/spec.ts', {
    verdict: (_, options) => {
      expect(options).toMatchObject({ maxStates: null, timeoutSeconds: null, onProgress: null });
      expect(options.maxBytes).toBeGreaterThan(1e8);
      return result();
    },
  });
});

test('JSON on standard output comes alone; with a file, text takes its place', async () => {
  const { out } = await kcheck('explore @/spec.ts --reporter json');
  expect(JSON.parse(out)).toMatchObject({ schemaVersion: 1 });
  const file = join(directoryWith({}), 'report.json');
  const both = await kcheck(`explore @/spec.ts --reporter json=${file}`);
  expect(both.out).toContain('2 runs: 2 as expected');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ schemaVersion: 1 });
});

test('--trace prints every trace, else one', async () => {
  const traces = (text: string) => text.match(/\*\*\* ASSERTION/g)?.length;
  const verdict = () => failing('S4');
  expect(traces((await kcheck('explore @/spec.ts', { verdict })).out)).toBe(1);
  expect(traces((await kcheck('explore @/spec.ts --trace', { verdict })).out)).toBe(2);
});

test('progress is one line, rewritten in place and cleared', async () => {
  const { out, err } = await kcheck('explore @/spec.ts --version V0', {
    progressColumns: 66,
    verdict: (_, { onProgress }) => {
      onProgress?.({
        phase: 'states',
        states: 12_345,
        transitions: 30_000,
        depth: 17,
        frontier: 400,
        bytes: 2e6,
        seconds: 0.5,
        estimate: null,
      });
      onProgress?.({
        phase: 'states',
        states: 1_712_345,
        transitions: 3_000_000,
        depth: 77,
        frontier: 400,
        bytes: 2e7,
        seconds: 1.5,
        estimate: { least: 1_790_000, most: 2_345_678 },
      });
      onProgress?.({ phase: 'races', states: 99, total: 1_854_321, bytes: 3e6, seconds: 2 });
      return result();
    },
  });
  expect(err.split('\r\u001B[K')).toEqual([
    '',
    '[1/1] V0 sc',
    '[1/1] V0 sc  12,345 states  24,690 states/s  frontier 400  dept..',
    '[1/1] V0 sc  1,712,345 states of 1.8 to 2.3 million  1,141,563 ..',
    '[1/1] V0 sc  races: 99 of 1,854,321 states gone through again  ..',
    '',
  ]);
  expect(out).not.toContain('\r');
});

test('check finds spec.ts and *.kspec.ts below the paths, in order', async () => {
  const { code, out } = await kcheck('check @ --reporter json', {
    specs: {
      'b/spec.ts': {},
      'a/lock.kspec.ts': {},
      'a/node_modules/x/spec.ts': {},
      'a/helper.ts': {},
    },
  });
  const { runs } = JSON.parse(out) as { runs: { spec: string }[] };
  expect(new Set(runs.map(({ spec }) => spec))).toEqual(
    new Set(['@/a/lock.kspec.ts', '@/b/spec.ts']),
  );
  expect(code).toBe(0);
});

test('graph prints a machine in the format asked for', async () => {
  const { code, out } = await kcheck('graph @/spec.ts --version V1 --format mermaid');
  expect(code).toBe(0);
  expect(out).toBe('a machine as mermaid\n');
});
