/** Random walks: what they meet is a failure that replays, and the same seed meets the same. */
import { expect, test } from 'vitest';
import { Pct } from '../../src/checker/sim/pct.ts';
import { Random } from '../../src/checker/sim/random.ts';
import { simulate } from '../../src/checker/sim/simulate.ts';
import type { Simulated, SimulateOptions } from '../../src/checker/sim/simulate.ts';
import { STRATEGIES } from '../../src/checker/sim/strategy.ts';
import type { StrategyName } from '../../src/checker/sim/strategy.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import { AB_BA, RACE, STORE_BUFFERING, TRYLOCK } from '../language/bodies.ts';
import { stagedMachine } from '../language/staged.ts';

const DEFAULTS: SimulateOptions = {
  seed: 1,
  walks: 500,
  depth: 200,
  strategy: 'random',
  changes: 2,
  timeoutSeconds: null,
  signal: null,
  onProgress: null,
};

async function walked(
  body: string,
  model: string,
  options: Partial<SimulateOptions> = {},
): Promise<Simulated> {
  const found = memoryModels.get(model);
  if (found === undefined) throw new Error(`no ${model}`);
  return simulate(stagedMachine(body), found, { ...DEFAULTS, ...options });
}

const ASSERTION = `
  const x = shared(0);
  task('T0', () => { WRITE_ONCE(x, READ_ONCE(x) + 1); });
  task('T1', () => { WRITE_ONCE(x, READ_ONCE(x) + 1); assert(READ_ONCE(x) === 2, 'both'); });`;

const INVARIANT = `
  const x = shared(0);
  task('T0', () => { WRITE_ONCE(x, 1); });
  invariant('x stays 0', () => x.value === 0);`;

const ERROR = `
  const list = shared([0, 0]);
  const i = shared(0);
  task('T0', () => { WRITE_ONCE(i, 2); });
  task('T1', () => { const at = READ_ONCE(i); WRITE_ONCE(list[at], 1); });`;

const cases: [string, string, string][] = [
  ['assertion', ASSERTION, 'sc'],
  ['invariant', INVARIANT, 'sc'],
  ['error', ERROR, 'sc'],
  ['final', STORE_BUFFERING, 'tso'],
  ['final', STORE_BUFFERING, 'power'],
  ['deadlock', AB_BA, 'sc'],
  ['deadlock', AB_BA, 'power'],
  ['livelock', TRYLOCK, 'sc'],
  ['livelock', TRYLOCK, 'tso'],
  ['livelock', TRYLOCK, 'power'],
  ['race', RACE, 'sc'],
  ['race', RACE, 'tso'],
  ['race', RACE, 'power'],
];

test.each(STRATEGIES.flatMap((strategy) => cases.map((each) => [strategy, ...each] as const)))(
  '%s meets a failure of kind %s',
  async (strategy: StrategyName, kind, body, model) => {
    const { failure, walks } = await walked(body, model, { strategy });
    expect(failure).toMatchObject({ kind });
    expect(failure?.trace.length).toBeGreaterThan(0);
    expect(walks).toBeLessThanOrEqual(DEFAULTS.walks);
  },
);

test.each(STRATEGIES)(
  '%s: the seed of the walk that met it shows it again, alone',
  async (strategy) => {
    const first = await walked(STORE_BUFFERING, 'power', { strategy });
    const again = await walked(STORE_BUFFERING, 'power', {
      strategy,
      seed: first.lastSeed,
      walks: 1,
    });
    expect(again.failure).toEqual(first.failure);
    const twice = await walked(STORE_BUFFERING, 'power', { strategy });
    expect([twice.walks, twice.steps, twice.failure]).toEqual([
      first.walks,
      first.steps,
      first.failure,
    ]);
  },
);

test('what is fenced is not met, and nothing more is said', async () => {
  const body = STORE_BUFFERING.replaceAll(/WRITE_ONCE\((.), 1\);/g, 'WRITE_ONCE($1, 1); smp_mb();');
  expect(await walked(body, 'power', { walks: 50 })).toMatchObject({
    failure: null,
    walks: 50,
    ended: 50,
    limits: [],
  });
});

test('a polling loop does not hold up what it waits for, whatever its priority', async () => {
  const body = `
    const flag = shared(0);
    task('waiter', () => { while (READ_ONCE(flag) === 0) cpu_relax(); });
    task('setter', () => { WRITE_ONCE(flag, 1); });`;
  const { failure, ended } = await walked(body, 'tso', { strategy: 'pct', walks: 100 });
  expect([failure, ended]).toEqual([null, 100]);
});

test('what no walk saw: lines, and a sometimes()', async () => {
  const body = `
    const x = shared(0);
    const i = shared(0);
    task('T0', () => { if (READ_ONCE(x) === 1) WRITE_ONCE(i, 1); });
    sometimes('it is set', () => i.value === 1);
    sometimes('it is not', () => i.value === 0);`;
  const { never, unreached } = await walked(body, 'sc', { walks: 3 });
  expect(never).toEqual(['it is set']);
  expect(unreached).toHaveLength(1);
});

test('it stops at the time limit, and when it is aborted', async () => {
  const controller = new AbortController();
  controller.abort();
  const aborted = await walked(INVARIANT.replace('=== 0', '< 2'), 'sc', {
    signal: controller.signal,
  });
  expect([aborted.walks, aborted.limits]).toEqual([0, ['interrupted']]);
  const late = await walked(INVARIANT.replace('=== 0', '< 2'), 'sc', { timeoutSeconds: 1e-9 });
  expect([late.walks, late.limits]).toEqual([0, ['--timeout 1e-9']]);
});

test('the numbers of a seed are pinned: a seed in a mail means the same in the next version', () => {
  const random = new Random(42);
  expect(Array.from({ length: 8 }, () => random.below(100))).toMatchInlineSnapshot(`
    [
      12,
      3,
      7,
      70,
      21,
      61,
      1,
      43,
    ]
  `);
});

test('pct: the highest steps until it falls, at a change or where it has been before', () => {
  const pct = new Pct(new Random(1), 0, 10);
  const first = pct.choose([0, 1, 2]);
  expect(pct.choose([0, 1, 2])).toBe(first);
  pct.stepped(first, false);
  expect(pct.choose([0, 1, 2])).toBe(first);
  pct.stepped(first, true);
  expect(pct.choose([0, 1, 2])).not.toBe(first);
  expect(pct.choose([first])).toBe(first);
  // The change comes at the first step, or much later.
  const changed = new Pct(new Random(1), 1, 1).choose([0, 1, 2]);
  const unchanged = new Pct(new Random(1), 1, 1e9).choose([0, 1, 2]);
  expect(changed).not.toBe(unchanged);
});
