/** What races and what does not, under every model: docs/design/races.md has the definition. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { RaceSearch } from '../../src/checker/race-search.ts';
import { exploreRaces } from '../../src/checker/reference/explore-races.ts';
import { scReference } from '../../src/checker/reference/sc.ts';
import { tsoReference } from '../../src/checker/reference/tso.ts';
import type { Failure } from '../../src/checker/result.ts';
import type { Fence, LoadOrder, Machine, RmwOrder, StoreOrder } from '../../src/machine/machine.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import { MachineBuilder, element, eq, ghost, ne } from '../machine/builder.ts';
import type { ProgramBuilder } from '../machine/builder.ts';
import { NO_LIMITS } from './options.ts';
import { raceMachine, raceRecipes } from './random-races.ts';

async function failures(machine: Machine, name: string): Promise<readonly Failure[]> {
  const model = memoryModels.get(name);
  if (model === undefined) throw new Error(name);
  return (await check(machine, model, NO_LIMITS)).failures;
}

/** The models under which the machine races; the plain interpreter has to say the same. */
async function racing(machine: Machine): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of ['sc', 'tso', 'power']) {
    const failed = await failures(machine, name);
    if (failed.some(({ kind }) => kind === 'race')) found.push(name);
  }
  const references = [scReference, tsoReference].filter(
    (model) => exploreRaces(machine, model) !== null,
  );
  expect(references.map(({ name }) => name)).toEqual(found.filter((name) => name !== 'power'));
  return found;
}

const ALL = ['sc', 'tso', 'power'];
const NONE: readonly string[] = [];
/** `power` takes lwsync for what the kernel's primitive promises less. */
const NOT_POWER = ['sc', 'tso'];

interface Passing {
  readonly write?: StoreOrder;
  readonly between?: Fence;
  readonly read?: LoadOrder;
  readonly behind?: Fence;
  /** The first access reads, and the second writes. */
  readonly reversed?: boolean;
}

/** Message passing: plain data, and a marked flag. */
function passing({ write, between, read, behind, reversed = false }: Passing): Machine {
  const b = new MachineBuilder('message passing', 2);
  const [data, flag] = [b.location('data'), b.location('flag')];
  const access = (p: ProgramBuilder, writes: boolean): void => {
    if (writes) p.store(data, 1, 'plain');
    else p.load(p.register('value'), data, 'plain');
  };
  b.task('writer', 0, (p) => {
    access(p, !reversed);
    if (between !== undefined) p.fence(between);
    p.store(flag, 1, write);
  });
  b.task('reader', 1, (p) => {
    const seen = p.register('seen');
    p.load(seen, flag, read);
    p.if(eq(seen, 1), () => {
      if (behind !== undefined) p.fence(behind);
      access(p, reversed);
    });
  });
  return b.build();
}

describe('message passing', () => {
  test.each<[readonly string[], Passing]>([
    [ALL, {}],
    [ALL, { between: 'wmb' }],
    [ALL, { between: 'mb' }],
    [ALL, { behind: 'rmb' }],
    [ALL, { behind: 'mb' }],
    [ALL, { write: 'release' }],
    [ALL, { read: 'acquire' }],
    [ALL, { between: 'barrier', behind: 'barrier' }],
    [NONE, { between: 'wmb', behind: 'rmb' }],
    [NONE, { between: 'mb', behind: 'mb' }],
    [NONE, { between: 'wmb', read: 'acquire' }],
    [NONE, { write: 'release', behind: 'rmb' }],
    [NONE, { write: 'release', read: 'acquire' }],
    [ALL, { reversed: true }],
    [ALL, { reversed: true, write: 'release' }],
    [ALL, { reversed: true, read: 'acquire' }],
    [NONE, { reversed: true, write: 'release', read: 'acquire' }],
    [NONE, { reversed: true, between: 'mb', behind: 'mb' }],
    [NOT_POWER, { between: 'rmb', behind: 'rmb' }],
    [NOT_POWER, { between: 'wmb', behind: 'wmb' }],
    [NOT_POWER, { reversed: true, between: 'wmb', behind: 'mb' }],
    [NOT_POWER, { reversed: true, between: 'mb', behind: 'rmb' }],
  ])('%j: %j', async (expected, how) => {
    expect(await racing(passing(how))).toEqual(expected);
  });
});

const RUNS = Number(process.env['KCHECK_RANDOM_RUNS'] ?? 250);

/** The oracle follows whole histories, and knows nothing of bits, antichains or locks that are true. */
function racesByHistories(machine: Machine, name: string, maxStates: number): boolean | null {
  try {
    const model = name === 'sc' ? scReference : tsoReference;
    return exploreRaces(machine, model, { maxStates, past: true }) !== null;
  } catch (error) {
    if (error instanceof RangeError && error.message.startsWith('more than')) return null;
    throw error;
  }
}

async function racesByBits(machine: Machine, name: string): Promise<boolean> {
  const model = memoryModels.get(name);
  const followed = model?.compileForRaces?.(machine) ?? null;
  if (followed === null || model === undefined) return false;
  const { words } = model.compile(machine);
  const [quick, slow] = [true, false].map((mixing) =>
    new RaceSearch(followed, words, NO_LIMITS, 0, mixing).run(),
  );
  const found = [(await quick)?.races, (await slow)?.races];
  expect(found[0]).toBe(found[1]);
  return found[0] === true;
}

test.each([
  ['sc', false],
  ['tso', false],
  ['sc', true],
  ['tso', true],
])(
  'random machines race as their histories do, under %s, loops: %s',
  async (name, loops) => {
    const count = { free: 0, racing: 0 };
    const maxStates = loops ? 400 : 3_000;
    const property = fc.asyncProperty(raceRecipes(loops), async (recipe) => {
      const machine = raceMachine(recipe);
      const expected = racesByHistories(machine, name, maxStates);
      if (expected === null) return;
      expect(await racesByBits(machine, name)).toBe(expected);
      if (expected) count.racing++;
      else count.free++;
    });
    await fc.assert(property, { numRuns: RUNS });
    expect(Math.min(...Object.values(count))).toBeGreaterThan(RUNS / 20);
  },
  120_000,
);
