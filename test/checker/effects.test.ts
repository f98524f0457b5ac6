/** What memory did, as the columns of a trace show it. */
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import { traceColumns } from '../../src/report/columns.ts';
import { stagedMachine } from '../language/staged.ts';
import { NO_LIMITS } from './options.ts';

test('tso: buffered, forwarded, stale, drained', async () => {
  const body = `
    const x = shared(0), y = shared(0), r = ghost([9, 9, 9]);
    task('P0', () => {
      WRITE_ONCE(x, 1);
      r[2].value = READ_ONCE(x);
      r[0].value = READ_ONCE(y);
    });
    task('P1', () => { WRITE_ONCE(y, 1); r[1].value = READ_ONCE(x); });
    finally_('no', () => r[0].value !== 0 || r[1].value !== 0);`;
  expect(await trace(body, 'tso')).toMatchInlineSnapshot(`
    "      CPU0 P0                           CPU1 P1
          -------                           -------
      1   x = 1 (buffered)
      2   x -> 1 (forwarded from its own store of step 1)
          r[2] := 1
      3   y -> 0
      4   r[0] := 0
      5                                     y = 1 (buffered)
      6                                     x -> 0 (overwritten by CPU0 at step
                                              1, not yet visible to CPU1)
      7                                     r[1] := 0
      8   x = 1 of step 1 reaches memory
      9                                     y = 1 of step 5 reaches memory"
  `);
});

test('tso: an RMW waits for the buffer; a race-free location is not buffered', async () => {
  const body = `
    const x = shared(0), p = shared(0), l = shared(spinlock());
    task('P0', () => {
      WRITE_ONCE(x, 1);
      spin_lock(l);
      p.value = 1;
      spin_unlock(l);
    });
    finally_('no', () => p.value === 0);`;
  expect(await trace(body, 'tso')).toMatchInlineSnapshot(`
    "      CPU0 P0
          -------
      1   x = 1 (buffered)
      2   x = 1 of step 1 reaches memory
      3   spin_lock(l)
      4   p = 1
      5   spin_unlock(l) (buffered)
      6   unlock(l) of step 5 reaches memory"
  `);
});

test('power: a load and the store that waits for it are put off', async () => {
  const body = `
    const x = shared(0), y = shared(0), z = shared(0), r = ghost(9);
    task('P0', () => {
      const seen = READ_ONCE(x);
      WRITE_ONCE(z, seen);
      WRITE_ONCE(y, 1);
      r.value = seen;
    });
    task('P1', () => {
      const seen = READ_ONCE(y);
      smp_mb();
      WRITE_ONCE(x, seen);
    });
    finally_('no', () => r.value !== 1);`;
  expect(await trace(body, 'power')).toMatchInlineSnapshot(`
    "      CPU0 P0                           CPU1 P1
          -------                           -------
      1   x -> ? (put off until step 7)
      2   z = ? (put off until step 7)
      3   y = 1
      4                                     y -> 1
      5                                     smp_mb()
      6                                     x = 1
      7   x -> 1 (the load of step 1)
          z = 1 of step 2 takes effect
      8   r := 1"
  `);
});

test('power: a store before one that is there already', async () => {
  const body = `
    const x = shared(0), y = shared(0), r = ghost(9);
    task('P0', () => { WRITE_ONCE(x, 2); WRITE_ONCE(y, 1); });
    task('P1', () => { const seen = READ_ONCE(y); WRITE_ONCE(x, 1); r.value = seen; });
    finally_('no', () => x.value !== 2 || r.value !== 1);`;
  expect(await trace(body, 'power')).toMatchInlineSnapshot(`
    "      CPU0 P0                           CPU1 P1
          -------                           -------
      1   x = 2
      2   y = 1
      3                                     y -> 1
      4                                     x = 1 (before the store of step 1
                                              in coherence order)
      5                                     r := 1"
  `);
});

test('power: the step that fails tells its stale load too', async () => {
  const body = `
    const x = shared(0), y = shared(0);
    task('P0', () => { WRITE_ONCE(x, 1); smp_wmb(); WRITE_ONCE(y, 1); });
    task('P1', () => {
      while (!READ_ONCE(y)) cpu_relax();
      assert(READ_ONCE(x) === 1, 'seen');
    });`;
  expect(await trace(body, 'power')).toMatchInlineSnapshot(`
    "      CPU0 P0                           CPU1 P1
          -------                           -------
      1   x = 1
          smp_wmb()
      2   y = 1
      3                                     y -> 1
      4                                     x -> 0 (overwritten by CPU0 at step
                                              1, not yet visible to CPU1)
                                            fails: assert(READ_ONCE(x) === 1,
                                              'seen')"
  `);
});

test('power: what a CPU itself writes later in the step is not missed by its load', async () => {
  const body = `
    const x = shared(0);
    task('P0', () => { x.value += 1; WRITE_ONCE(x, 5); });
    finally_('no', () => x.value !== 5);`;
  expect(await trace(body, 'power')).toMatchInlineSnapshot(`
    "      CPU0 P0
          -------
      1   x -> 0
          x = 1
      2   x = 5"
  `);
});

test('a loop that touches nothing is shown where it goes on', async () => {
  const body = `
    const x = shared(0);
    task('T', () => {
      if (!READ_ONCE(x)) for (;;) cpu_relax();
    });`;
  expect(await trace(body, 'sc')).toMatchInlineSnapshot(`
    "      CPU0 T
          ------
      1   x -> 0
    --- from here T can never finish ---
        .-> for ever:
      2 | goes on: for (;;) cpu_relax();
        '-- back to step 2"
  `);
});

async function trace(body: string, modelName: string): Promise<string> {
  const model = memoryModels.get(modelName);
  if (model === undefined) throw new Error(modelName);
  const machine = stagedMachine(body);
  const { failures } = await check(machine, model, NO_LIMITS);
  return failures.flatMap((failure) => traceColumns(failure, machine, 75)).join('\n');
}
