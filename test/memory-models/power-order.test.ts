/** What orders what under `power`, where it is easily lost: small machines and their verdicts. */
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { power } from '../../src/memory-models/power.ts';
import { NO_LIMITS } from '../checker/options.ts';
import { stagedMachine } from '../language/staged.ts';

async function failuresOf(body: string): Promise<readonly string[]> {
  const { failures, limits } = await check(stagedMachine(body), power, NO_LIMITS);
  expect(limits).toEqual([]);
  return failures.map(({ kind }) => kind);
}

const AFTER_A_SYNC = (barrier: string): string => `
  const x = shared(0);
  const sent = ghost(false);
  task('sender', () => {
    WRITE_ONCE(x, 1);
    ${barrier}
    sent.value = true;
  });
  task('receiver', () => {
    wait_until(() => sent.value);
    smp_mb();
    assert(READ_ONCE(x) === 1, 'the store is seen');
  });`;

test('a sync tells what its CPU has seen, though the CPU accesses nothing afterwards', async () => {
  expect(await failuresOf(AFTER_A_SYNC('smp_mb();'))).toEqual([]);
  expect(await failuresOf(AFTER_A_SYNC(''))).toEqual(['assertion']);
});

const READ_AGAIN = (store: string): string => `
  const x = shared(0);
  task('writer', () => {
    ${store}
  });
  task('reader', () => {
    smp_cond_load_acquire(x, (v) => v === 1);
    x.value;
  });`;

test('a plain read behind an acquire does not race with the release that it read from', async () => {
  expect(await failuresOf(READ_AGAIN('smp_store_release(x, 1);'))).toEqual([]);
  expect(await failuresOf(READ_AGAIN('WRITE_ONCE(x, 1);'))).toEqual(['race']);
});
