/** Machines by hand under `power`: loops stay finite, races are told from both sides, CPUs are kept apart. */
import { describe, expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import type { CheckResult } from '../../src/checker/result.ts';
import type { Fence, LoadOrder, Machine, StoreOrder } from '../../src/machine/machine.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import { power } from '../../src/memory-models/power.ts';
import { NO_LIMITS } from '../checker/options.ts';
import { MachineBuilder, add, and, eq, ghost, int, ne } from '../machine/builder.ts';
import type { ProgramBuilder, Variable } from '../machine/builder.ts';

async function checked(machine: Machine): Promise<CheckResult> {
  return check(machine, power, { ...NO_LIMITS, timeoutSeconds: 20, maxStates: 200_000 });
}

/** `pass`, `inconclusive`, or the properties that fail. */
async function verdict(machine: Machine): Promise<string> {
  const result = await checked(machine);
  return result.verdict === 'fail'
    ? result.failures.map(({ property }) => property).join(', ')
    : result.verdict;
}

test('weak is another name of power', () => {
  expect(memoryModels.get('weak')).toBe(memoryModels.get('power'));
});

interface Passing {
  readonly write?: StoreOrder;
  readonly between?: Fence;
  readonly read?: LoadOrder;
  readonly behind?: Fence;
  readonly plain?: boolean;
}

/** Message passing by a reader that spins on the flag. */
function messagePassing({
  write = 'relaxed',
  between,
  read = 'relaxed',
  behind,
  plain = false,
}: Passing): Machine {
  const b = new MachineBuilder('message passing', 2);
  const [data, flag] = [b.location('data'), b.location('flag')];
  const order = plain ? 'plain' : 'relaxed';
  b.task('writer', 0, (p) => {
    p.store(data, 1, order);
    if (between !== undefined) p.fence(between);
    p.store(flag, 1, write);
  });
  b.task('reader', 1, (p) => {
    const [seen, value] = [p.register('seen'), p.register('value')];
    p.loop(() => {
      p.load(seen, flag, read);
      p.breakIf(eq(seen, 1));
    });
    if (behind !== undefined) p.fence(behind);
    p.load(value, data, order);
    p.assert(eq(value, 1), 'sees the data');
  });
  return b.build();
}

describe('message passing with a loop', () => {
  test.each<[string, Passing]>([
    ['sees the data', {}],
    ['sees the data', { between: 'wmb' }],
    ['sees the data', { behind: 'rmb' }],
    ['pass', { between: 'wmb', behind: 'rmb' }],
    ['pass', { write: 'release', read: 'acquire' }],
    ['pass', { between: 'mb', read: 'acquire' }],
  ])('%s: %j', async (expected, how) => {
    expect(await verdict(messagePassing(how))).toBe(expected);
  });

  test.each<[string, Passing]>([
    ['sees the data, race', {}],
    ['sees the data, race', { between: 'wmb' }],
    ['sees the data, race', { behind: 'rmb' }],
    ['pass', { between: 'wmb', behind: 'rmb' }],
    ['pass', { write: 'release', read: 'acquire' }],
  ])('plain data, %s: %j', async (expected, how) => {
    const result = await verdict(messagePassing({ ...how, plain: true }));
    expect(result.split(', ').includes('race')).toBe(expected.includes('race'));
    if (expected === 'pass') expect(result).toBe('pass');
  });
});

/** Two CPUs that take a lock for ever, and count. */
function lockedCounters(locked: boolean, marked: boolean): Machine {
  const b = new MachineBuilder('counters', 2);
  const [lock, count] = [b.lockWord('lock'), b.location('count', 0, int(0, 1))];
  const order = marked ? 'relaxed' : 'plain';
  for (const cpu of [0, 1]) {
    b.task(
      `T${cpu}`,
      cpu,
      (p) => {
        const value = p.register('value');
        p.loop(() => {
          p.mark();
          if (locked) p.lock(lock);
          p.load(value, count, order);
          p.store(count, add(value, 1), order);
          p.load(value, count, order);
          p.assert(eq(value, 1), 'alone');
          p.store(count, 0, order);
          if (locked) p.unlock(lock);
        });
      },
      { liveness: 'mark' },
    );
  }
  return b.build();
}

describe('loops without end', () => {
  test('counters under a lock', async () => {
    expect(await verdict(lockedCounters(true, false))).toBe('pass');
    expect(await verdict(lockedCounters(true, true))).toBe('pass');
  });

  test('counters without one', async () => {
    expect(await verdict(lockedCounters(false, false))).toContain('race');
  });

  test('a sequence counter', async () => {
    expect(await verdict(seqlock(true))).toBe('pass');
    expect(await verdict(seqlock(false))).toBe('torn');
  });

  test('a flag that two CPUs hand to and fro', async () => {
    expect(await verdict(pingPong())).toBe('pass');
  });
});

/** A writer that writes twice, a reader that tries until it has read what was written at one time. */
function seqlock(fenced: boolean): Machine {
  const b = new MachineBuilder('seqlock', 2);
  const sequence = b.location('sequence', 0, int(0, 4));
  const [x, y] = [b.location('x'), b.location('y')];
  b.task('writer', 0, (p) => {
    for (const round of [1, 2]) {
      p.store(sequence, 2 * round - 1);
      if (fenced) p.fence('wmb');
      p.store(x, round);
      p.store(y, round);
      if (fenced) p.fence('wmb');
      p.store(sequence, 2 * round);
    }
  });
  b.task('reader', 1, (p) => {
    const [before, after] = [p.register('before'), p.register('after')];
    const [a, c] = [p.register('a'), p.register('c')];
    p.loop(() => {
      p.load(before, sequence);
      if (fenced) p.fence('rmb');
      p.load(a, x);
      p.load(c, y);
      if (fenced) p.fence('rmb');
      p.load(after, sequence);
      p.breakIf(and(eq(before, after), and(ne(before, 1), ne(before, 3))));
    });
    p.assert(eq(a, c), 'torn');
  });
  return b.build();
}

function pingPong(): Machine {
  const b = new MachineBuilder('ping pong', 2);
  const [turn, data] = [b.location('turn', 0, int(0, 1)), b.location('data', 0, int(0, 1))];
  for (const cpu of [0, 1]) {
    b.task(
      `T${cpu}`,
      cpu,
      (p) => {
        const [mine, value] = [p.register('mine'), p.register('value')];
        p.loop(() => {
          p.mark();
          p.load(mine, turn, 'acquire', { until: eq(mine, cpu) });
          p.load(value, data, 'plain');
          p.assert(eq(value, cpu), 'the other has written');
          p.store(data, 1 - cpu, 'plain');
          p.store(turn, 1 - cpu, 'release');
        });
      },
      { liveness: 'mark' },
    );
  }
  return b.build();
}

describe('one CPU', () => {
  test('program order holds between contexts that share it', async () => {
    expect(await verdict(handOver(0))).toBe('pass');
  });

  test('a ghost orders nothing between CPUs', async () => {
    expect(await verdict(handOver(1))).toBe('sees it');
  });

  test('a context that moves brings nothing along', async () => {
    expect(await verdict(moving(false))).toBe('sees its own');
    expect(await verdict(moving(true))).toBe('pass');
  });
});

/** One context writes and tells another by a ghost. */
function handOver(cpu: number): Machine {
  const b = new MachineBuilder('hand-over', 2);
  const [x, told] = [b.location('x'), b.ghost('told', 0, int(0, 1))];
  b.task('first', 0, (p) => {
    p.store(x, 1);
    p.set(told, 1);
  });
  b.task('second', cpu, (p) => {
    const value = p.register('value');
    p.wait(eq(ghost(told), 1));
    p.load(value, x);
    p.assert(eq(value, 1), 'sees it');
  });
  return b.build();
}

/** A context that writes on one CPU and reads on another. */
function moving(fenced: boolean): Machine {
  const b = new MachineBuilder('moving', 2);
  const [x, where] = [b.location('x'), b.ghost('where', 0, int(0, 1))];
  const [lock] = [b.location('runqueue')];
  b.task('task', ghost(where), (p) => {
    const [value, old] = [p.register('value'), p.register('old')];
    p.store(x, 1);
    if (fenced) p.store(lock, 1, 'release');
    p.set(where, 1);
    if (fenced) p.load(old, lock, 'acquire', { until: eq(old, 1) });
    p.load(value, x);
    p.assert(eq(value, 1), 'sees its own');
  });
  return b.build();
}

describe('load buffering', () => {
  const buffering = (fence: ((p: ProgramBuilder) => void) | null): Machine => {
    const b = new MachineBuilder('load buffering', 2);
    const [x, y] = [b.location('x'), b.location('y')];
    const ends: Variable[] = [b.location('r0'), b.location('r1')];
    [
      [x, y],
      [y, x],
    ].forEach(([from, to], cpu) => {
      const end = ends[cpu];
      if (from === undefined || to === undefined || end === undefined) return;
      b.task(`T${cpu}`, cpu, (p) => {
        const value = p.register('value');
        p.load(value, from);
        fence?.(p);
        p.store(to, 1);
        p.store(end, value);
      });
    });
    b.property('final', 'not both', (p) => {
      const [a, c] = [p.register('a'), p.register('c')];
      p.load(a, ends[0] as Variable);
      p.load(c, ends[1] as Variable);
      return ne(add(a, c), 2);
    });
    return b.build();
  };

  test('a load is put off, and its trace replays', async () => {
    const result = await checked(buffering(null));
    expect(result.failures.map(({ property }) => property)).toEqual(['not both']);
    const events = result.failures[0]?.trace.flatMap((step) => step.events) ?? [];
    const effects = events.flatMap((event) => event.effects ?? []);
    expect(effects.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['deferred', 'satisfied']),
    );
  });

  test('a barrier forbids it', async () => {
    expect(await verdict(buffering((p) => p.fence('mb')))).toBe('pass');
  });
});
