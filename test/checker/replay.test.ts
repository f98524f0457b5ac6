/** Of the interpreter's states that look like the explorer's, the trace goes to one that fails. */
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { power } from '../../src/memory-models/power.ts';
import { failureLines } from '../../src/report/failure.ts';
import { stagedMachine } from '../language/staged.ts';
import { NO_LIMITS } from './options.ts';

test('a deadlock under power is one on replay: who still may read 0 does not wait', async () => {
  const machine = stagedMachine(`
    const y = shared(0);
    task('waiter', () => {
      READ_ONCE(y);
      smp_cond_load_acquire(y, (v) => v === 0);
    });
    task('writer', () => {
      WRITE_ONCE(y, 2);
    });`);
  const { failures } = await check(machine, power, NO_LIMITS);
  const lines = failures.flatMap((failure) => failureLines(failure, machine, 75));
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "      CPU0 waiter                       CPU1 writer
          -----------                       -----------
      1                                     y = 2
      2   y -> 2

    *** DEADLOCK: no context can step, and waiter has not finished ***
        waiter on CPU0 waits for: smp_cond_load_acquire(y, (v) => v === 0),
          spec.ts:7"
  `);
});
