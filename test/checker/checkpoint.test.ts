/** Searches that are interrupted and gone on with: the result is that of one that was not. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import type { CheckOptions } from '../../src/checker/options.ts';
import type { CheckResult } from '../../src/checker/result.ts';
import { DISK } from '../../src/cli/disk/index.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { randomMachines } from '../machine/random.ts';
import { modelOf } from './graphs.ts';
import { counters } from './machines.ts';
import { NO_LIMITS } from './options.ts';
import { raceMachine, raceRecipes } from './random-races.ts';

const directory = mkdtempSync(join(tmpdir(), 'kcheck-checkpoint-'));
afterAll(() => rmSync(directory, { recursive: true }));
const file = join(directory, 'search.kc');

const WITH_DISK: CheckOptions = { ...NO_LIMITS, storage: DISK, spillDirectory: directory };
const CHECKPOINT = { file, seconds: 1e6 };

/** Stopped again and again, after every so many states more. */
async function inPieces(
  machine: Machine,
  model: string,
  options: CheckOptions,
  piece: number,
): Promise<{ readonly result: CheckResult; readonly pieces: number }> {
  let resume: string | null = null;
  for (let pieces = 1; ; pieces++) {
    const limits = { maxStates: pieces * piece, checkpoint: CHECKPOINT, resume };
    const result: CheckResult = await check(machine, modelOf(model), { ...options, ...limits });
    if (!result.limits.some((limit) => limit.startsWith('--max-states'))) return { result, pieces };
    resume = file;
  }
}

/** All but what is measured. */
function lasting(result: CheckResult): unknown {
  return { ...result, seconds: 0, peakBytes: 0 };
}

test.each([
  ['sc', true, undefined],
  ['tso', true, undefined],
  ['sc', false, undefined],
  ['tso', true, 1],
])(
  'random machines under %s in pieces (livelocks: %s, memory for waiting states: %s)',
  async (model, livelocks, spillBytes) => {
    let pieces = 0;
    const spills = spillBytes === undefined ? {} : { spillBytes };
    const options = { ...WITH_DISK, ...spills, livelocks };
    const machines = fc.oneof(randomMachines(), raceRecipes(true).map(raceMachine));
    const property = fc.asyncProperty(machines, async (machine) => {
      const whole = await check(machine, modelOf(model), { ...options, maxStates: 3000 });
      fc.pre(whole.limits.length === 0);
      const parts = await inPieces(machine, model, options, 15);
      expect(lasting(parts.result)).toEqual(lasting(whole));
      pieces += parts.pieces - 1;
    });
    await fc.assert(property, { numRuns: 25 });
    expect(pieces).toBeGreaterThan(10);
    expect(readdirSync(directory)).toEqual(['search.kc']);
  },
);

test.each([true, false])('in the middle of a large table (livelocks: %s)', async (livelocks) => {
  const machine = counters(31);
  const options = { ...WITH_DISK, livelocks };
  const whole = await check(machine, modelOf('sc'), options);
  const parts = await inPieces(machine, 'sc', options, 60_000);
  expect(parts.pieces).toBe(5);
  expect(lasting(parts.result)).toEqual(lasting(whole));
});

test('a checkpoint every so often changes nothing', async () => {
  const machine = counters(15);
  const often = { checkpoint: { file, seconds: 0 }, resume: null };
  const result = await check(machine, modelOf('sc'), { ...WITH_DISK, ...often });
  expect(lasting(result)).toEqual(lasting(await check(machine, modelOf('sc'), WITH_DISK)));
});

/** A checkpoint of a search that has seen some states. */
async function stopped(machine: Machine): Promise<void> {
  const limits = { maxStates: 500, checkpoint: CHECKPOINT };
  await check(machine, modelOf('sc'), { ...WITH_DISK, ...limits });
}

test.each([
  ['another machine', {}, 'sc', counters(8), 'another machine'],
  ['another memory model', {}, 'tso', counters(9), 'another memory model'],
  ['another choice', { livelocks: false }, 'sc', counters(9), 'another choice of --no-livelock'],
])('%s is refused', async (_, options, model, machine, words) => {
  await stopped(counters(9));
  const search = check(machine, modelOf(model), { ...WITH_DISK, ...options, resume: file });
  await expect(search).rejects.toThrow(
    expect.objectContaining({ code: 'KC0053', message: expect.stringContaining(words) as string }),
  );
});

test.each([
  ['power', {}, 'power'],
  ['sc', { fairness: 'weak' as const }, 'starvation'],
])('%s %j cannot be gone on with', async (model, options, words) => {
  const search = check(counters(2), modelOf(model), {
    ...WITH_DISK,
    ...options,
    checkpoint: CHECKPOINT,
  });
  await expect(search).rejects.toThrow(
    expect.objectContaining({ code: 'KC0054', message: expect.stringContaining(words) as string }),
  );
});

test('what is damaged, cut short or no checkpoint at all is refused', async () => {
  await stopped(counters(9));
  const whole = readFileSync(file);
  const refused = async (contents: Uint8Array): Promise<void> => {
    writeFileSync(file, contents);
    const search = check(counters(9), modelOf('sc'), { ...WITH_DISK, resume: file });
    await expect(search).rejects.toThrow(expect.objectContaining({ code: 'KC0053' }));
  };
  for (const length of [0, 10, 100, whole.length - 1]) await refused(whole.subarray(0, length));
  for (const place of [0, 25, whole.length >> 1, whole.length - 1]) {
    const damaged = Buffer.from(whole);
    damaged[place] = (damaged[place] ?? 0) ^ 4;
    await refused(damaged);
  }
  await refused(Buffer.concat([whole, Buffer.from('x')]));
  rmSync(file);
  const search = check(counters(9), modelOf('sc'), { ...WITH_DISK, resume: file });
  await expect(search).rejects.toThrow(expect.objectContaining({ code: 'KC0053' }));
});

test('one that cannot be written is told', async () => {
  const checkpoint = { file: join(directory, 'none', 'search.kc'), seconds: 0 };
  const search = check(counters(9), modelOf('sc'), { ...WITH_DISK, checkpoint });
  await expect(search).rejects.toThrow(expect.objectContaining({ code: 'KC0052' }));
});

const ROOT = resolve(import.meta.dirname, '../..');
const EXPLORE = [`${ROOT}/bin/kcheck.js`, 'explore', `${ROOT}/bench/specs/wide.ts`];
const WIDE = [...EXPLORE, '--model', 'sc', '-p', 'k=14', '--reporter', 'json'];

function explored(...more: readonly string[]): { readonly code: number; readonly run: object } {
  const { status, stdout } = spawnSync('node', [...WIDE, ...more], { encoding: 'utf8' });
  const { runs } = JSON.parse(stdout) as { runs: object[] };
  return { code: status ?? -1, run: { ...runs[0], seconds: 0, memoryBytes: 0 } };
}

test.each(['SIGKILL', 'SIGINT'] as const)('after %s the search goes on', async (signal) => {
  const path = join(directory, `${signal}.kc`);
  const options = ['--checkpoint', path, '--checkpoint-every', '0.1'];
  const child = spawn('node', [...WIDE, ...options], { stdio: 'ignore' });
  const ended = new Promise((done) => child.once('exit', (code) => done(code)));
  while (statSync(path, { throwIfNoEntry: false }) === undefined) await sleep(10);
  child.kill(signal);
  expect(await ended).toBe(signal === 'SIGINT' ? 130 : null);
  expect(explored('--resume', path)).toEqual(explored());
});
