/** The checker's own verdicts through the command line, on machines made by hand. */
import { expect, test } from 'vitest';
import type { Machine } from '../../src/machine/machine.ts';
import { MachineBuilder, and, eq, ne } from '../machine/builder.ts';
import { explored } from './stage.ts';

test('a deadlock of two locks', async () => {
  const b = new MachineBuilder('AB-BA');
  const first = b.lockWord('a');
  const second = b.lockWord('b');
  for (const [name, cpu, locks] of [
    ['one', 0, [first, second]],
    ['two', 1, [second, first]],
  ] as const) {
    b.task(name, cpu, (p) => {
      for (const lock of locks) p.lock(lock);
      for (const lock of locks) p.unlock(lock);
    });
  }
  expect(await shown(b.build(), 'sc')).toMatchInlineSnapshot(`
    "AB-BA  version V0  model sc  FAIL  deadlock: no context can step, and one
        and two have not finished (2 steps)

          CPU0 one                          CPU1 two
          --------                          --------
      1   spin_lock(a)
      2                                     spin_lock(b)

    *** DEADLOCK: no context can step, and one and two have not finished ***
        one on CPU0 waits for b, held by two, test.ts:3
        two on CPU1 waits for a, held by one, test.ts:9
        a circle: one -> two -> one

      the spec expects nothing of this run
      complete search: 17 states, 18 transitions, depth 8
      a state was missed with probability 7e-18 or less
      parameters: none
    "
  `);
});

test('a livelock: a spinner whose flag nobody sets any more', async () => {
  const b = new MachineBuilder('lost flag');
  const flag = b.location('flag');
  b.task('setter', 0, (p) => {
    p.store(flag, 1);
    p.store(flag, 0);
  });
  b.task('spinner', 1, (p) => {
    const seen = p.register('seen');
    p.loop(() => {
      p.load(seen, flag);
      p.breakIf(ne(seen, 0));
    });
  });
  expect(await shown(b.build(), 'sc')).toMatchInlineSnapshot(`
    "lost flag  version V0  model sc  FAIL  livelock: spinner can never finish
        (3 steps)

          CPU0 setter                       CPU1 spinner
          -----------                       ------------
      1   flag = 1
      2   flag = 0
    --- from here spinner can never finish ---
        .-> for ever:
      3 |                                   flag -> 0
        '-- back to step 3

    *** LIVELOCK: spinner can never finish ***
        spinner on CPU1 loops, test.ts:6

      the spec expects nothing of this run
      complete search: 5 states, 6 transitions, depth 3
      a state was missed with probability 5e-19 or less
      parameters: none
    "
  `);
});

function storeBuffering(): Machine {
  const b = new MachineBuilder('store buffering');
  const [x, y, r, s] = [b.location('x'), b.location('y'), b.location('r'), b.location('s')];
  for (const [name, cpu, mine, other, out] of [
    ['P0', 0, x, y, r],
    ['P1', 1, y, x, s],
  ] as const) {
    b.task(name, cpu, (p) => {
      const seen = p.register('seen');
      p.store(mine, 1);
      p.load(seen, other);
      p.store(out, ne(seen, 0));
    });
  }
  b.property('final', 'one of them sees the other', (p) => {
    const [a, c] = [p.register('a'), p.register('c')];
    p.load(a, r);
    p.load(c, s);
    return eq(and(eq(a, 0), eq(c, 0)), 0);
  });
  return b.build();
}

test('store buffering holds under sc and fails under tso', async () => {
  expect(await shown(storeBuffering(), 'sc')).toMatchInlineSnapshot(`
    "store buffering  version V0  model sc  PASS
      the spec expects nothing of this run
      complete search: 28 states, 38 transitions, depth 6
      a state was missed with probability 2e-17 or less
      parameters: none
    "
  `);
  expect(await shown(storeBuffering(), 'tso')).toMatchInlineSnapshot(`
    "store buffering  version V0  model tso  FAIL  'one of them sees the other'
        does not hold in a final state (10 steps)

          CPU0 P0                           CPU1 P1
          -------                           -------
      1   x = 1 (buffered)
      2   y -> 0
      3   r = 0 (buffered)
      4                                     y = 1 (buffered)
      5                                     x -> 0 (overwritten by CPU0 at step
                                              1, not yet visible to CPU1)
      6                                     s = 0 (buffered)
      7   x = 1 of step 1 reaches memory
      8   r = 0 of step 3 reaches memory
      9                                     y = 1 of step 4 reaches memory
     10                                     s = 0 of step 6 reaches memory

    *** FINAL STATE: 'one of them sees the other' does not hold in a final
        state ***
        test.ts:11:1: one of them sees the other
    Possible because nothing orders CPU0's store of x (test.ts:2) before its
    load of y (test.ts:3), nor CPU1's store of y (test.ts:7) before its load of
    x (test.ts:8); smp_mb() in both places forbids it, and then no schedule
    fails.

      the spec expects nothing of this run
      complete search, no bound of tso reached: 113 states, 226 transitions,
        depth 10
      a state was missed with probability 3e-16 or less
      parameters: none
    "
  `);
});

/** The text report without what differs between two runs of the same search. */
async function shown(machine: Machine, model: string): Promise<string> {
  const { out } = await explored(machine, `--model ${model}`);
  return out
    .split('\n')
    .filter((line) => !/^ +[\d.]+ s\b/.test(line))
    .join('\n');
}
