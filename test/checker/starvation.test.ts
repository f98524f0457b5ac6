/**
 * Starvation: the explorer against the naive decision by the definitions, on random machines with
 * endless loops, and the verdicts of machines by hand.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { referenceModels } from '../../src/checker/reference/index.ts';
import { starvedReference } from '../../src/checker/reference/starvation.ts';
import type { Granularity } from '../../src/checker/reference/step.ts';
import type { CheckResult } from '../../src/checker/result.ts';
import type { Fairness } from '../../src/machine/fairness.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import { sc } from '../../src/memory-models/sc.ts';
import { MachineBuilder, add, eq, int } from '../machine/builder.ts';
import type { ProgramBuilder, Variable } from '../machine/builder.ts';
import { contendedMachines } from '../machine/random.ts';
import { NO_LIMITS } from './options.ts';

const RUNS = Number(process.env['KCHECK_RANDOM_RUNS'] ?? 300);

const KINDS: readonly (readonly [string, Fairness])[] = [
  ['sc', 'weak'],
  ['sc', 'strong'],
  ['tso', 'weak'],
  ['tso', 'strong'],
];

test.each(KINDS)(
  'the same contexts starve in random machines under %s and %s fairness',
  async (model, fairness) => {
    const count = { compared: 0, starving: 0, spared: 0 };
    const property = fc.asyncProperty(contendedMachines(), async (machine) => {
      const reference = referenceOf(machine, model, fairness);
      if (reference === null) return;
      const result = await checked(machine, model, fairness);
      if (result.limits.length > 0) return;
      count.compared++;
      count[reference.size > 0 ? 'starving' : 'spared']++;
      expect(starving(result)).toEqual([...reference].toSorted());
      expect(others(result)).toEqual(others(await checked(machine, model, null)));
    });
    await fc.assert(property, { numRuns: RUNS });
    expect(Math.min(...Object.values(count))).toBeGreaterThan(RUNS / 100);
  },
  120_000,
);

test.each(KINDS)(
  'the same contexts starve step by step and node by node under %s and %s fairness',
  (model, fairness) => {
    const count = { starving: 0, spared: 0 };
    const property = fc.property(contendedMachines(), (machine) => {
      const byStep = referenceOf(machine, model, fairness);
      const byNode = byStep === null ? null : referenceOf(machine, model, fairness, 'node');
      if (byStep === null || byNode === null) return;
      count[byStep.size > 0 ? 'starving' : 'spared']++;
      expect([...byStep].toSorted()).toEqual([...byNode].toSorted());
    });
    fc.assert(property, { numRuns: RUNS });
    expect(Math.min(...Object.values(count))).toBeGreaterThan(RUNS / 100);
  },
  120_000,
);

function checked(machine: Machine, model: string, fairness: Fairness | null): Promise<CheckResult> {
  const found = memoryModels.get(model);
  if (found === undefined) throw new Error(model);
  return check(machine, found, { ...NO_LIMITS, fairness });
}

function starving({ failures }: CheckResult): readonly string[] {
  return failures.flatMap(({ context }) => context ?? []).toSorted();
}

/** What has nothing to do with fairness. */
function others({ states, transitions, failures }: CheckResult): unknown {
  const rest = failures.filter(({ kind }) => kind !== 'starvation');
  return { states, transitions, rest };
}

function referenceOf(
  machine: Machine,
  name: string,
  fairness: Fairness,
  granularity: Granularity = 'step',
): ReadonlySet<string> | null {
  const model = referenceModels.get(name);
  if (model === undefined) throw new Error(name);
  try {
    return starvedReference(machine, model, fairness, { granularity });
  } catch (error) {
    if (error instanceof RangeError && error.message.startsWith('more than')) return null;
    throw error;
  }
}

/** A spinner that waits for `flag` to be 1, which a toggler sets and clears for ever. */
function toggled(b: MachineBuilder): void {
  const flag = b.location('flag');
  b.task('spinner', 0, (p) => {
    const r = p.register('r');
    p.loop(() => {
      p.load(r, flag);
      p.breakIf(eq(r, 1));
    });
  });
  b.task('toggler', 1, (p) => endlessly(p, flag), { liveness: 'none' });
}

function endlessly(p: ProgramBuilder, flag: Variable): void {
  p.loop(() => {
    p.store(flag, 1);
    p.fence('mb');
    p.store(flag, 0);
    p.fence('mb');
  });
}

function machineOf(build: (b: MachineBuilder) => void): Machine {
  const b = new MachineBuilder('by hand');
  build(b);
  return b.build();
}

function summary({ failures }: CheckResult): readonly unknown[] {
  return failures.map(({ kind, context, message, trace, cycle }) => [
    kind,
    context,
    message,
    trace.length,
    cycle.length,
  ]);
}

test('a spinner that may miss the moment each time starves under either fairness', async () => {
  for (const fairness of ['weak', 'strong'] as const) {
    const result = await checked(machineOf(toggled), 'sc', fairness);
    const message = `spinner need never finish under ${fairness} fairness`;
    expect(summary(result)).toEqual([['starvation', 'spinner', message, 0, 3]]);
    expect(result.fairness).toBe(fairness);
  }
  expect((await check(machineOf(toggled), sc, NO_LIMITS)).verdict).toBe('pass');
});

test('who waits in one step starves under weak fairness alone', async () => {
  const machine = machineOf((b) => {
    const flag = b.location('flag');
    b.task('waiter', 0, (p) => {
      const r = p.register('r');
      p.load(r, flag, 'acquire', { until: eq(r, 1) });
    });
    b.task('toggler', 1, (p) => endlessly(p, flag), { liveness: 'none' });
  });
  const weak = await checked(machine, 'sc', 'weak');
  expect(starving(weak)).toEqual(['waiter']);
  expect(weak.failures[0]?.waiting.map(({ context, on }) => [context, on])).toEqual([
    ['waiter', 'condition'],
  ]);
  expect((await checked(machine, 'sc', 'strong')).verdict).toBe('pass');
});

test('a store reaches memory: a spinner sees what waits in a store buffer', async () => {
  const machine = machineOf((b) => {
    const flag = b.location('flag');
    b.task('spinner', 0, (p) => {
      const r = p.register('r');
      p.loop(() => {
        p.load(r, flag);
        p.breakIf(eq(r, 1));
      });
    });
    b.task('setter', 1, (p) => p.store(flag, 1));
  });
  expect((await checked(machine, 'tso', 'weak')).verdict).toBe('pass');
});

test('a choice need not be fair', async () => {
  const machine = machineOf((b) => {
    b.task('T', 0, (p) => {
      const r = p.register('r');
      p.loop(() => {
        p.choose(r, 2);
        p.breakIf(eq(r, 1));
      });
    });
  });
  expect(starving(await checked(machine, 'sc', 'strong'))).toEqual(['T']);
});

test('a service starves that never comes to its next mark, and rests at one', async () => {
  const machineWith = (marked: 'before' | 'behind'): Machine =>
    machineOf((b) => {
      const l = b.lockWord('l');
      const serve = (p: ProgramBuilder): void => {
        p.loop(() => {
          if (marked === 'before') p.mark();
          p.lock(l);
          if (marked === 'behind') p.mark();
          p.unlock(l);
        });
      };
      b.task('S0', 0, serve, { liveness: 'mark' });
      b.task('S1', 1, serve, { liveness: 'mark' });
    });
  expect(starving(await checked(machineWith('behind'), 'sc', 'weak'))).toEqual(['S0', 'S1']);
  expect((await checked(machineWith('behind'), 'sc', 'strong')).verdict).toBe('pass');
  expect((await checked(machineWith('before'), 'sc', 'weak')).verdict).toBe('pass');
});

test('a livelock is not told twice', async () => {
  const machine = machineOf((b) => {
    const flag = b.location('flag', 1);
    b.task('spinner', 0, (p) => {
      const r = p.register('r');
      p.loop(() => {
        p.load(r, flag);
        p.breakIf(eq(r, 1));
      });
    });
    b.task('loser', 1, (p) => p.store(flag, 0));
  });
  const { failures } = await checked(machine, 'sc', 'weak');
  expect(failures.map(({ kind }) => kind)).toEqual(['livelock']);
});

test('a limit: what is found is shown, what is not found is open', async () => {
  const options = { ...NO_LIMITS, fairness: 'weak', maxStates: 2 } as const;
  const early = await check(machineOf(toggled), sc, options);
  expect([early.verdict, early.limits]).toEqual(['inconclusive', ['--max-states 2']]);
  const late = machineOf((b) => {
    toggled(b);
    const count = b.location('count');
    b.task(
      'counter',
      1,
      (p) => {
        const r = p.register('r');
        p.choose(r, 2);
        p.if(eq(r, 1), () => {
          p.loop(() => {
            p.load(r, count);
            p.store(count, add(r, 1));
          });
        });
      },
      { liveness: 'none' },
    );
  });
  const found = await check(late, sc, { ...options, maxStates: 300 });
  expect([found.verdict, found.limits]).toEqual(['fail', ['--max-states 300']]);
  expect(starving(found)).toEqual(['spinner']);
});

test('a full store buffer: who it blocks is not taken for one that cannot step', async () => {
  const machine = machineOf((b) => {
    const x = b.location('x');
    b.task('storer', 0, (p) => {
      const r = p.register('r', int(0, 20));
      p.loop(() => {
        p.store(x, 1);
        p.assign([r, add(r, 1)]);
        p.breakIf(eq(r, 10));
      });
    });
    b.task(
      'other',
      1,
      (p) => {
        const r = p.register('r');
        p.loop(() => p.load(r, x));
      },
      { liveness: 'none' },
    );
  });
  const result = await checked(machine, 'tso', 'weak');
  expect([result.verdict, result.limits]).toEqual([
    'inconclusive',
    ['a bound of the memory model'],
  ]);
});

test('fairness under power is refused', async () => {
  await expect(checked(machineOf(toggled), 'power', 'weak')).rejects.toThrow(
    'no fairness is defined under power: a load may read an old message for ever',
  );
});
