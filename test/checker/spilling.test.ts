/** Searches whose waiting states go to a file: the same graph, the same figures, and no file left behind. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import type { CheckOptions } from '../../src/checker/options.ts';
import type { CheckResult } from '../../src/checker/result.ts';
import { Search } from '../../src/checker/search.ts';
import type { Storage } from '../../src/checker/storage.ts';
import { DISK } from '../../src/cli/disk/index.ts';
import type { SpillFile } from '../../src/memory-models/spilling.ts';
import { randomMachines } from '../machine/random.ts';
import { raceMachine, raceRecipes } from './random-races.ts';
import { everythingOf, modelOf, systemOf } from './graphs.ts';
import { counters } from './machines.ts';
import { NO_LIMITS } from './options.ts';

const directory = mkdtempSync(join(tmpdir(), 'kcheck-spill-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** The disk, and how many records were written to it. */
function countingDisk(): Storage & { written: number; open: number } {
  const counting = {
    ...DISK,
    written: 0,
    open: 0,
    openSpill(folder: string | null, recordBytes: number): SpillFile {
      const file = DISK.openSpill(folder, recordBytes);
      counting.open++;
      return {
        write: (record) => {
          counting.written++;
          return file.write(record);
        },
        take: (place, record) => file.take(place, record),
        read: (place, record) => file.read(place, record),
        close: () => {
          counting.open--;
          file.close();
        },
      };
    },
  };
  return counting;
}

function spilling(storage: Storage, spillBytes = 1): CheckOptions {
  return { ...NO_LIMITS, storage, spillDirectory: directory, spillBytes };
}

test.each(['sc', 'tso'])('random machines have the same graph: %s', async (name) => {
  const disk = countingDisk();
  const property = fc.asyncProperty(raceRecipes(true), fc.boolean(), async (recipe, batches) => {
    const machine = raceMachine(recipe);
    const kept = await everythingOf(machine, name, { inBatches: batches });
    const spilt = await everythingOf(machine, name, { inBatches: batches }, spilling(disk));
    expect(spilt).toEqual(kept);
  });
  await fc.assert(property, { numRuns: 60 });
  expect(disk.written).toBeGreaterThan(300);
  expect(disk.open).toBe(0);
});

test.each(['sc', 'tso', 'power'])('random machines have the same result: %s', async (name) => {
  const disk = countingDisk();
  const model = modelOf(name);
  const contexts = name === 'power' ? { maxContexts: 2 } : {};
  const property = fc.asyncProperty(randomMachines(contexts), async (machine) => {
    const limits = { ...NO_LIMITS, maxStates: 2000 };
    const kept = await check(machine, model, limits);
    const spilt = await check(machine, model, { ...spilling(disk), maxStates: 2000 });
    expect(lasting(spilt)).toEqual(lasting(kept));
  });
  await fc.assert(property, { numRuns: 60 });
  expect(disk.written).toBeGreaterThan(300);
});

function lasting(result: CheckResult): unknown {
  return { ...result, seconds: 0, peakBytes: 0 };
}

test.each([true, false])(
  'memory holds few of the states that wait (engine: %s)',
  async (inBatches) => {
    const machine = counters(63);
    const limit = 1 << 16;
    const peaks = [];
    for (const options of [NO_LIMITS, spilling(DISK, limit)]) {
      const wanted = { inBatches, keepsEdges: false, seeksLivelocks: false };
      const search = new Search(machine, systemOf(machine, 'sc'), options, wanted);
      const { states, peakBytes } = await search.run();
      expect(states.size).toBe(129 ** 3);
      peaks.push(peakBytes - states.bytes);
    }
    const [all = 0, few = 0] = peaks;
    expect(all).toBeGreaterThan(3 * limit);
    expect(few).toBeLessThan(2 * limit);
  },
);

test('the file has no name, and no room is taken twice', () => {
  const file = DISK.openSpill(directory, 4);
  expect(readdirSync(directory)).toEqual([]);
  const places = [0, 1, 2].map((n) => file.write(Uint8Array.of(n, n, n, n)));
  const record = new Uint8Array(4);
  file.take(places[1] ?? -1, record);
  expect([...record]).toEqual([1, 1, 1, 1]);
  expect(file.write(Uint8Array.of(9, 9, 9, 9))).toBe(places[1]);
  file.take(places[2] ?? -1, record);
  expect([...record]).toEqual([2, 2, 2, 2]);
  file.close();
});

test('a folder that cannot be written to is told', async () => {
  const options = { ...spilling(DISK), spillDirectory: join(directory, 'none') };
  await expect(check(counters(9), modelOf('sc'), options)).rejects.toThrow(
    expect.objectContaining({ code: 'KC0051' }),
  );
});

test('a disk without room ends the run with an error, and without a verdict', () => {
  const root = resolve(import.meta.dirname, '../..');
  const kcheck = `${root}/bin/kcheck.js explore ${root}/bench/specs/wide.ts -p n=20 -p k=2`;
  const script = `trap '' 25; ulimit -f 1; exec node ${kcheck} --model sc --max-memory 2`;
  const options = { encoding: 'utf8', timeout: 60_000 } as const;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script], options);
  expect(stderr).toContain(`kcheck: error KC0051: states that wait cannot be kept in ${tmpdir()}`);
  expect(stdout).not.toMatch(/PASS|FAIL/);
  expect(status).toBe(2);
});
