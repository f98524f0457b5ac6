/** `kcheck check`: what it runs, in which order it tells of it, and when it stops. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KcheckError } from '../../src/errors.ts';
import { result } from '../report/data.ts';
import { directoryWith, expecting, failing, kcheck } from './stage.ts';
import type { Outcome, Stage } from './stage.ts';

const wide = {
  versions: ['V0', 'V1'],
  configurations: ['fork', 'exit'],
  models: ['sc', 'power'],
};
const two = { 'a/spec.ts': wide, 'b/spec.ts': { versions: ['W'] } };

test.each([
  ['--version V1', ['V1 fork sc', 'V1 fork power', 'V1 exit sc', 'V1 exit power']],
  ['--configuration exit --model sc', ['V0 exit sc', 'V1 exit sc']],
  ['--version W', ['W sc']],
  ['--version V0,W --model sc', ['V0 fork sc', 'V0 exit sc', 'W sc']],
  ['--model weak', ['V0 fork power', 'V0 exit power', 'V1 fork power', 'V1 exit power']],
])('check %s selects in the specs that have the name', async (options, wanted) => {
  const { code, explored, err } = await kcheck(`check @ ${options}`, { specs: two });
  expect([code, explored]).toEqual([0, wanted]);
  expect(err).toBe(`kcheck: ${9 - wanted.length} runs left out by what was selected\n`);
});

test.each([
  ['--version V2', 'KC0004: no spec has a version V2', 'Did you mean V0?'],
  ['--configuration exti', 'KC0005: no spec has a configuration exti', 'Did you mean exit?'],
  ['--model pwoer', 'KC0006: no memory model is named pwoer', 'Did you mean power?'],
  ['--version W --configuration fork', 'KC0011: nothing to run in any spec', ''],
  ['--shard 5/4', "argument '5/4' is invalid", 'part i of n'],
  ['--shard 1', "argument '1' is invalid", ''],
  ['--workers 0', "argument '0' is invalid", ''],
  ['--baseline @/no.json', 'KC0001: no such file: @/no.json', ''],
  ['--baseline @/a/spec.ts', 'KC0017: @/a/spec.ts is no JSON', ''],
])('check %s is a mistake', async (options, message, advice) => {
  const { code, explored, err } = await kcheck(`check @ ${options}`, { specs: two });
  expect([code, explored]).toEqual([2, []]);
  expect(err).toContain(message);
  expect(err).toContain(advice);
});

test('--quick runs what the specs name as quick', async () => {
  const quick = ({ configuration }: { configuration: string }) => configuration === 'fork';
  const specs = { ...two, 'a/spec.ts': { ...wide, quick } };
  const { explored } = await kcheck('check @ --quick', { specs });
  expect(explored).toEqual(['V0 fork sc', 'V0 fork power', 'V1 fork sc', 'V1 fork power', 'W sc']);
  const nothing = await kcheck('check @/a --quick --configuration exit', { specs });
  expect([nothing.code, nothing.explored]).toEqual([2, []]);
});

test('shards are disjoint, make up the whole, and share out each model', async () => {
  const parts = await Promise.all(
    ['1/3', '2/3', '3/3'].map(async (shard) => {
      return (await kcheck(`check @ --shard ${shard}`, { specs: two })).explored;
    }),
  );
  const whole = await kcheck('check @', { specs: two });
  expect(parts.flat().toSorted()).toEqual(whole.explored.toSorted());
  expect(parts.map((part) => part.length)).toEqual([3, 3, 3]);
  for (const part of parts) expect(part.some((run) => run.endsWith('power'))).toBe(true);
});

test('a shard without runs is no mistake: the others have them', async () => {
  const { code, out, explored } = await kcheck('check @ --shard 3/3');
  expect([code, out, explored]).toEqual([0, 'no runs\n', []]);
});

const SLOW_FIRST: readonly string[] = ['V0', 'V1', 'V2', 'V3', 'V4'];

/** Runs that end in the reverse of the order in which they begin. */
function reversed(stage: Stage): Stage {
  return {
    ...stage,
    threads: true,
    verdict: async (name, options, machineHash) => {
      const verdict = stage.verdict?.(name, options, machineHash) ?? result();
      const later = SLOW_FIRST.length - SLOW_FIRST.indexOf(name.version);
      await new Promise((done) => setTimeout(done, 30 * later));
      return verdict;
    },
  };
}

/** The same command, one run after the other and several at a time. */
async function bothWays(line: string, stage: Stage): Promise<[Outcome, Outcome]> {
  const serial = await kcheck(line, stage);
  const parallel = await kcheck(`${line} --workers 3`, reversed(stage));
  expect(told(parallel)).toEqual(told(serial));
  return [serial, parallel];
}

function told({ code, out, err }: Outcome): unknown {
  return { code, out, err };
}

const five = { 'spec.ts': { versions: SLOW_FIRST } };

test('runs that end in another order are told in the order of the plan', async () => {
  const [serial] = await bothWays('check @ --reporter json', { specs: five });
  const { runs } = JSON.parse(serial.out) as { runs: { version: string }[] };
  expect(runs.map(({ version }) => version)).toEqual(SLOW_FIRST);
});

test('--bail tells of all runs up to the first that differs, and of no other', async () => {
  const verdict = ({ version }: { version: string }) =>
    version === 'V1' || version === 'V2' ? failing('S4') : result();
  const [serial] = await bothWays('check @ --bail', { specs: five, verdict });
  expect(serial.explored).toEqual(['V0 sc', 'V1 sc']);
  expect(serial.out).toContain('2 runs: 1 as expected, 1 differs');
  expect(serial.err).toBe('kcheck: stopped by --bail; 3 runs not looked at\n');
  expect(serial.code).toBe(1);
});

test('--bail goes on while failures are as expected', async () => {
  const expectation = expecting({ V0: { fails: ['S4'] }, V1: 'pass' });
  const { code, explored } = await kcheck('check @ --bail', {
    specs: { 'spec.ts': { expectation } },
    verdict: ({ version }) => (version === 'V0' ? failing('S4') : result()),
  });
  expect([code, explored]).toEqual([0, ['V0 sc', 'V1 sc']]);
});

test('--bail stops at a spec that cannot be staged or has nothing to run', async () => {
  const machine = () => {
    throw new KcheckError('KC0116', 'this loop has no bound');
  };
  const first = { 'a/spec.ts': { machine }, 'b/spec.ts': {} };
  const [staged] = await bothWays('check @ --bail', { specs: first });
  expect([staged.code, staged.explored]).toEqual([2, []]);
  const wants = () => false;
  const specs = { 'a/spec.ts': { wants }, 'b/spec.ts': {} };
  const loaded = await kcheck('check @ --bail', { specs });
  expect([loaded.code, loaded.explored]).toEqual([2, []]);
  expect(loaded.err).toMatch(
    /^kcheck: stopped by --bail; 2 runs not looked at\nkcheck: error KC0011/,
  );
  const explored = await kcheck('explore @/a/spec.ts @/b/spec.ts', { specs });
  expect(explored.err).toMatch(/^kcheck: error KC0011/);
});

test('a run that kcheck refuses ends its spec, and no other', async () => {
  const verdict = ({ version }: { version: string }) => {
    if (version === 'V2') throw new KcheckError('KC0402', 'too many contexts');
    return result();
  };
  const specs = { 'a/spec.ts': { versions: SLOW_FIRST }, 'b/spec.ts': { versions: ['V0'] } };
  const [serial] = await bothWays('check @', { specs, verdict });
  expect(serial.explored).toEqual(['V0 sc', 'V1 sc', 'V2 sc', 'V0 sc']);
  expect(serial.out).toContain('3 runs: 3 as expected');
  expect(serial.code).toBe(2);
});

test('a defect of kcheck in one of several runs is told as such', async () => {
  const verdict = ({ version }: { version: string }) => {
    if (version === 'V1') throw new TypeError('x is not a function');
    return result();
  };
  for (const stage of [{ verdict }, reversed({ verdict })]) {
    const { code, err } = await kcheck('explore @/spec.ts --workers 3', { ...stage, specs: five });
    expect(code).toBe(3);
    expect(err).toContain('TypeError: x is not a function');
  }
});

test('Ctrl-C stops every run that is under way', async () => {
  const stopped = result({ verdict: 'inconclusive', limits: ['interrupted'] });
  const { code, out, explored } = await kcheck('check @ --workers 2', {
    specs: five,
    threads: true,
    verdict: async ({ version }, { signal }) => {
      if (version === 'V1') setTimeout(() => process.emit('SIGINT'), 20);
      await new Promise((done) => signal?.addEventListener('abort', done));
      return stopped;
    },
  });
  expect(code).toBe(130);
  expect(explored).toEqual(['V0 sc', 'V1 sc', 'V2 sc']);
  expect(out).toContain('3 runs: 0 as expected, 3 inconclusive');
  expect(process.listenerCount('SIGINT')).toBe(0);
});

test('a machine that never ends staging dies of Ctrl-C at once', async () => {
  let heard = -1;
  const machine = () => {
    heard = process.listenerCount('SIGINT');
    throw new KcheckError('KC0116', 'this loop has no bound');
  };
  await kcheck('check @', { specs: { 'spec.ts': { machine } } });
  expect(heard).toBe(0);
});

test('runs at the same time share the memory that a run may hold', async () => {
  const most: number[] = [];
  const verdict: Stage['verdict'] = (_, { maxBytes }) => {
    most.push(maxBytes);
    return result();
  };
  await kcheck('check @ --version V0', { threads: true, verdict });
  await kcheck('check @ --workers 2', { threads: true, verdict });
  await kcheck('check @ --workers 2 --max-memory 10', { threads: true, verdict });
  const [whole = 0, half = 0, , named] = most;
  expect(half).toBe(Math.floor(whole / 2));
  expect(named).toBe(10 * 2 ** 20);
});

test('--baseline tells what drifts, and fails if a verdict does', async () => {
  const file = join(directoryWith({}), 'baseline.json');
  const specs = { 'spec.ts': { expectation: () => null, versions: ['V0', 'V1', 'V2'] } };
  const where = { specs, directory: directoryWith({}) };
  await kcheck(`explore @/spec.ts --version V0,V1 --reporter json=${file}`, where);
  const known = JSON.parse(readFileSync(file, 'utf8')) as { runs: unknown[] };
  expect(known.runs).toHaveLength(2);

  const as = 'check @ --baseline';
  const expected = { 'spec.ts': { versions: ['V0', 'V1', 'V2'] } };
  const same = await kcheck(`${as} ${file}`, { ...where, specs: expected });
  expect(same.code).toBe(0);
  expect(same.out).toMatch(/\nno drift from \S+ in 2\s+runs; 1 run not in it\n$/);

  const more = { ...where, specs: expected, verdict: () => result({ states: 1300 }) };
  const figures = await kcheck(`${as} ${file}`, more);
  expect(figures.code).toBe(0);
  expect(figures.out).toContain('V0  sc  pass     1,200 -> 1,300  same');

  const expectation = expecting({ V0: 'pass', V1: { fails: ['S4'] }, V2: 'pass' });
  const verdict: Stage['verdict'] = ({ version }) => (version === 'V1' ? failing('S4') : result());
  const broken = {
    ...where,
    specs: { 'spec.ts': { ...expected['spec.ts'], expectation } },
    verdict,
  };
  const verdicts = await kcheck(`${as} ${file} --reporter json`, broken);
  expect(verdicts.code).toBe(1);
  expect(JSON.parse(verdicts.out)).toMatchObject({ schemaVersion: 1 });
  expect(verdicts.err).toContain('V1  sc  pass -> fails S4  1,200   same');
  expect(verdicts.err).toContain('1 of 2 runs drift');
});

test('a baseline of other runs is a mistake', async () => {
  const runs = { schemaVersion: 1, runs: [] };
  const file = join(directoryWith({ 'none.json': JSON.stringify(runs) }), 'none.json');
  const { code, err } = await kcheck(`check @ --baseline ${file}`);
  expect(code).toBe(2);
  expect(err).toContain('KC0018');
});
