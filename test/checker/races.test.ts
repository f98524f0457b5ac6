/** What races and what does not, under every model: docs/design/races.md has the definition. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { RaceSearch } from '../../src/checker/race-search.ts';
import { exploreRaces } from '../../src/checker/reference/explore-races.ts';
import { Search } from '../../src/checker/search.ts';
import { scReference } from '../../src/checker/reference/sc.ts';
import type { Granularity } from '../../src/checker/reference/step.ts';
import { tsoReference } from '../../src/checker/reference/tso.ts';
import type { Failure } from '../../src/checker/result.ts';
import type { Fence, LoadOrder, Machine, RmwOrder, StoreOrder } from '../../src/machine/machine.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import type { OrderedSystem } from '../../src/memory-models/memory-model.ts';
import { MachineBuilder, add, element, eq, ghost, ne } from '../machine/builder.ts';
import type { ProgramBuilder, Reg, Variable } from '../machine/builder.ts';
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

/** Two CPUs that write p, each under what stands around it. */
function sections(
  around: (p: ProgramBuilder, body: () => void, cpu: number, b: Cells) => void,
): Machine {
  const b = new MachineBuilder('sections', 2);
  const cells = { a: b.lockWord('a'), b: b.lockWord('b'), x: b.location('x'), p: b.location('p') };
  for (const cpu of [0, 1]) {
    b.task(`T${cpu}`, cpu, (p) => around(p, () => p.store(cells.p, cpu, 'plain'), cpu, cells));
  }
  return b.build();
}

interface Cells {
  readonly a: Variable;
  readonly b: Variable;
  readonly x: Variable;
  readonly p: Variable;
}

describe('locks', () => {
  test('one lock', async () => {
    const one = sections((p, body, _cpu, { a }) => {
      p.lock(a);
      body();
      p.unlock(a);
    });
    expect(await racing(one)).toEqual(NONE);
  });

  test('different locks', async () => {
    const different = sections((p, body, cpu, { a, b }) => {
      const lock = cpu === 0 ? a : b;
      p.lock(lock);
      body();
      p.unlock(lock);
    });
    expect(await racing(different)).toEqual(ALL);
  });

  test('a lock that is released too early', async () => {
    const early = sections((p, body, cpu, { a }) => {
      p.lock(a);
      if (cpu === 0) body();
      p.unlock(a);
      if (cpu === 1) body();
    });
    expect(await racing(early)).toEqual(ALL);
  });

  test('both hold one of two locks that writers hold both', async () => {
    const nested = sections((p, body, cpu, { a, b }) => {
      const [outer, inner] = cpu === 0 ? [a, b] : [b, b];
      p.lock(outer);
      if (outer !== inner) p.lock(inner);
      body();
      if (outer !== inner) p.unlock(inner);
      p.unlock(outer);
    });
    expect(await racing(nested)).toEqual(NONE);
  });

  test.each<[readonly string[], RmwOrder, StoreOrder]>([
    [NONE, 'full', 'release'],
    [NONE, 'acquire', 'release'],
    [ALL, 'relaxed', 'release'],
    [ALL, 'full', 'relaxed'],
  ])('%j: a lock of cmpxchg(), %s, and a store, %s', async (expected, order, release) => {
    const spun = sections((p, body, _cpu, { x }) => {
      const old = p.register('old');
      p.loop(() => {
        p.rmw(old, x, 1, { condition: eq(old, 0), order, primitive: 'cmpxchg' });
        p.breakIf(eq(old, 0));
      });
      body();
      p.store(x, 0, release);
    });
    expect(await racing(spun)).toEqual(expected);
  });

  test.each<[readonly string[], RmwOrder, RmwOrder]>([
    [NONE, 'full', 'full'],
    [NONE, 'release', 'acquire'],
    [ALL, 'relaxed', 'full'],
    [ALL, 'full', 'relaxed'],
    [ALL, 'acquire', 'release'],
  ])('%j: the last of two counts, %s, then %s', async (expected, first, second) => {
    const counted = sections((p, body, cpu, { x }) => {
      const old = p.register('old');
      if (cpu === 0) body();
      p.rmw(old, x, add(old, 1), { order: cpu === 0 ? first : second });
      if (cpu === 1) p.if(eq(old, 1), body);
    });
    expect(await racing(counted)).toEqual(expected);
  });
});

test('an update in between hands on what it read', async () => {
  const b = new MachineBuilder('release sequence', 3);
  const [p, x] = [b.location('p'), b.location('x')];
  b.task('T0', 0, (t) => {
    t.store(p, 1, 'plain');
    t.store(x, 1, 'release');
  });
  b.task('T1', 1, (t) => {
    const old = t.register('old');
    t.rmw(old, x, 2, { condition: eq(old, 1), order: 'relaxed' });
  });
  b.task('T2', 2, (t) => {
    const seen = t.register('seen');
    t.load(seen, x, 'acquire');
    t.if(eq(seen, 2), () => t.load(seen, p, 'plain'));
  });
  expect(await racing(b.build())).toEqual(NONE);
});

/** T1 hands on to T2, if it has read it, what T0 did: by default a write. */
function relayed(order: StoreOrder, writes = true): Machine {
  const b = new MachineBuilder('relay', 3);
  const [p, x, y] = [b.location('p'), b.location('x'), b.location('y')];
  const access = (t: ProgramBuilder, write: boolean): void => {
    if (write) t.store(p, 1, 'plain');
    else t.load(t.register('value'), p, 'plain');
  };
  b.task('T0', 0, (t) => {
    access(t, writes);
    t.store(x, 1, 'release');
  });
  b.task('T1', 1, (t) => {
    const seen = t.register('seen');
    t.load(seen, x);
    t.if(eq(seen, 1), () => t.store(y, 1, order));
  });
  b.task('T2', 2, (t) => {
    const seen = t.register('seen');
    t.load(seen, y, 'acquire');
    t.if(eq(seen, 1), () => access(t, !writes));
  });
  return b.build();
}

test('a release hands on what was read before, a relaxed store does not', async () => {
  expect(await racing(relayed('release'))).toEqual(NONE);
  expect(await racing(relayed('relaxed'))).toEqual(NOT_POWER);
});

test('a marked write hands on the reads before a read that it depends on', async () => {
  expect(await racing(relayed('relaxed', false))).toEqual(NONE);
});

test('a release is itself ordered behind what was read before it', async () => {
  const released = (order: StoreOrder): Machine => {
    const b = new MachineBuilder('release', 2);
    const [p, x] = [b.location('p'), b.location('x')];
    b.task('T0', 0, (t) => {
      t.store(p, 1, 'plain');
      t.store(x, 1, 'release');
    });
    b.task('T1', 1, (t) => {
      const seen = t.register('seen');
      t.load(seen, x);
      t.if(eq(seen, 1), () => t.store(p, 2, order));
    });
    return b.build();
  };
  expect(await racing(released('release'))).toEqual(NONE);
  expect(await racing(released('plain'))).toEqual(ALL);
  // A control dependency orders the marked write.
  expect(await racing(released('relaxed'))).toEqual([]);
});

type Cell = 'p' | 'x' | 'y';

/** T0 reads or writes p and releases x; T1 does something with x and p. */
function depending(
  first: 'read' | 'write',
  second: (t: ProgramBuilder, at: Readonly<Record<Cell, Variable>>, seen: Reg) => void,
): Machine {
  const b = new MachineBuilder('dependency', 2);
  const cells = { p: b.location('p'), x: b.location('x'), y: b.location('y') };
  b.task('T0', 0, (t) => {
    if (first === 'write') t.store(cells.p, 1, 'plain');
    else t.load(t.register('value'), cells.p, 'plain');
    t.store(cells.x, 1, 'release');
  });
  b.task('T1', 1, (t) => second(t, cells, t.register('seen')));
  return b.build();
}

/** Whether it races; `sc` and `tso` agree. */
async function races(machine: Machine): Promise<boolean> {
  const found = (await racing(machine)).filter((name) => name !== 'power');
  expect([0, 2]).toContain(found.length);
  return found.length > 0;
}

describe('control dependencies', () => {
  test.each(['read', 'write'] as const)(
    'a %s is before a marked write in a branch',
    async (first) => {
      const branching = (order: StoreOrder | 'read'): Machine =>
        depending(first, (t, { p, x }, seen) => {
          t.load(seen, x);
          t.if(eq(seen, 1), () => {
            if (order === 'read') t.load(seen, p, first === 'write' ? 'relaxed' : 'plain');
            else t.store(p, 2, order);
          });
        });
      expect(await races(branching('relaxed'))).toBe(false);
      expect(await races(branching('plain'))).toBe(true);
      expect(await races(branching('read'))).toBe(first === 'write');
    },
  );

  test('until the ways of the branch join', async () => {
    const after = depending('read', (t, { p, x, y }, seen) => {
      t.load(seen, x);
      t.if(eq(seen, 1), () => t.store(y, 1));
      t.store(p, 2);
    });
    expect(await races(after)).toBe(true);
    const joined = depending('read', (t, { p, x, y }, seen) => {
      t.load(seen, x, 'relaxed', { until: eq(seen, 1) });
      t.if(eq(seen, 1), () => t.store(y, 1));
      t.store(p, 2);
    });
    expect(await races(joined)).toBe(false);
  });

  test.each(['conditional load', 'loop'])('a %s comes before what follows', async (how) => {
    const waiting = (order: StoreOrder, barrier?: Fence): Machine =>
      depending('read', (t, { p, x, y }, seen) => {
        if (how === 'loop') {
          t.loop(() => {
            t.load(seen, x);
            t.breakIf(eq(seen, 1));
          });
        } else t.load(seen, x, 'relaxed', { until: eq(seen, 1) });
        if (barrier !== undefined) {
          t.store(y, 1);
          t.fence(barrier);
        }
        t.store(p, 2, order);
      });
    expect(await races(waiting('relaxed'))).toBe(false);
    expect(await races(waiting('plain'))).toBe(true);
    expect(await races(waiting('plain', 'wmb'))).toBe(false);
    expect(await races(waiting('plain', 'rmb'))).toBe(true);
  });

  test.each([
    ['read', false],
    ['write', true],
  ] as const)('an RMW reads before it writes: behind a %s', async (first, expected) => {
    const updating = depending(first, (t, { p, x }, seen) => {
      t.load(seen, x, 'relaxed', { until: eq(seen, 1) });
      t.rmw(seen, p, 2, { order: 'relaxed' });
    });
    expect(await races(updating)).toBe(expected);
  });
});

test('a marked write hands on the reads before the read that gave its value', async () => {
  const copying = (dependent: boolean): Machine => {
    const b = new MachineBuilder('data dependency', 3);
    const [p, x, y] = [b.location('p'), b.location('x'), b.location('y')];
    b.task('T0', 0, (t) => {
      t.load(t.register('value'), p, 'plain');
      t.store(x, 1, 'release');
    });
    b.task('T1', 1, (t) => {
      const [seen, copy] = [t.register('seen'), t.register('copy')];
      t.load(seen, x);
      t.assign([copy, add(seen, 1)]);
      t.store(y, dependent ? copy : 2);
    });
    b.task('T2', 2, (t) => {
      const seen = t.register('seen');
      t.load(seen, y, 'acquire');
      t.if(eq(seen, 2), () => t.store(p, 1, 'plain'));
    });
    return b.build();
  };
  expect(await races(copying(true))).toBe(false);
  expect(await races(copying(false))).toBe(true);
});

/** A structure that is filled in and published, and read through the pointer. */
function published(pointer: LoadOrder, order: StoreOrder): Machine {
  const b = new MachineBuilder('published', 2);
  const [first, index] = [b.location('a[0]'), (b.location('a[1]'), b.location('index'))];
  b.task('writer', 0, (p) => {
    p.store(element(first, 1, 2), 7, 'plain');
    p.store(index, 1, order);
  });
  b.task('reader', 1, (p) => {
    const [i, value] = [p.register('i'), p.register('value')];
    p.load(i, index, pointer);
    p.load(value, element(first, i, 2), 'plain');
  });
  return b.build();
}

test('an address that a marked read gave is ordered behind what that read from', async () => {
  expect(await racing(published('relaxed', 'release'))).toEqual(NONE);
  expect(await racing(published('relaxed', 'relaxed'))).toEqual(ALL);
});

test('a marked access races with a plain one, two marked ones do not', async () => {
  const both = (order: LoadOrder): Machine => {
    const b = new MachineBuilder('marked', 2);
    const x = b.location('x');
    b.task('T0', 0, (p) => p.store(x, 1));
    b.task('T1', 1, (p) => p.load(p.register('r'), x, order));
    return b.build();
  };
  expect(await racing(both('plain'))).toEqual(ALL);
  expect(await racing(both('relaxed'))).toEqual(NONE);
});

test('ghosts order nothing', async () => {
  const b = new MachineBuilder('ghosts', 2);
  const [p, g] = [b.location('p'), b.ghost('g')];
  b.task('T0', 0, (t) => {
    t.store(p, 1, 'plain');
    t.set(g, 1);
  });
  b.task('T1', 1, (t) => t.load(t.register('r'), p, 'plain'), { guard: ne(ghost(g), 0) });
  expect(await racing(b.build())).toEqual(ALL);
});

/** T1 is told by a ghost that T0 is done, on one CPU or on two; with a lock around, if it is one. */
test('one CPU is in order with itself', async () => {
  const b = new MachineBuilder('one CPU', 1);
  const [p, g] = [b.location('p'), b.ghost('g')];
  b.task('T0', 0, (t) => {
    t.store(p, 1, 'plain');
    t.set(g, 1);
  });
  b.task('T1', 0, (t) => t.load(t.register('r'), p, 'plain'), { guard: ne(ghost(g), 0) });
  expect(await racing(b.build())).toEqual(NONE);
});

/** A context that writes, is moved, and writes again; who moves it may take a lock before. */
function moved(locked: boolean): Machine {
  const b = new MachineBuilder('moved', 2);
  const [p, lock] = [b.location('p'), b.lockWord('lock')];
  const [where, stage] = [b.ghost('where'), b.ghost('stage')];
  const section = (t: ProgramBuilder): void => {
    if (!locked) return;
    t.lock(lock);
    t.unlock(lock);
  };
  b.task('T', ghost(where), (t) => {
    t.store(p, 1, 'plain');
    section(t);
    t.set(stage, 1);
    t.wait(eq(ghost(stage), 2));
    t.store(p, 2, 'plain');
  });
  b.task('scheduler', 1, (t) => {
    t.wait(eq(ghost(stage), 1));
    section(t);
    t.atomic(() => {
      t.set(where, 1);
      t.set(stage, 2);
    });
  });
  return b.build();
}

test('a context that moves is ordered by what the CPU that it comes to knows', async () => {
  expect(await racing(moved(true))).toEqual(NONE);
  expect(await racing(moved(false))).toEqual(ALL);
});

/** A context that writes under a lock, and frees it where it was moved to, by itself or by another. */
function carried(by: 'nobody' | 'itself' | 'another'): Machine {
  const b = new MachineBuilder('carried', 3);
  const [p, lock] = [b.location('p'), b.lockWord('lock')];
  const [where, stage] = [b.ghost('where'), b.ghost('stage')];
  b.task('T', ghost(where), (t) => {
    t.lock(lock);
    t.store(p, 1, 'plain');
    t.set(stage, 1);
    if (by === 'itself') t.set(where, 1);
    t.wait(eq(ghost(stage), by === 'another' ? 2 : 1));
    t.unlock(lock);
  });
  if (by === 'another') {
    b.task('scheduler', 1, (t) => {
      t.wait(eq(ghost(stage), 1));
      t.atomic(() => {
        t.set(where, 1);
        t.set(stage, 2);
      });
    });
  }
  b.task('other', 2, (t) => {
    t.lock(lock);
    t.store(p, 2, 'plain');
    t.unlock(lock);
  });
  return b.build();
}

test('a lock that is freed on another CPU hands over what that CPU knows', async () => {
  expect(await racing(carried('nobody'))).toEqual(NONE);
  expect(await racing(carried('itself'))).toEqual(ALL);
  expect(await racing(carried('another'))).toEqual(ALL);
});

test('two accesses of which neither step can ever be taken race', async () => {
  const b = new MachineBuilder('blocked', 2);
  const [p, g] = [b.location('p'), b.ghost('g')];
  for (const cpu of [0, 1]) {
    b.task(`T${cpu}`, cpu, (t) => {
      t.store(p, cpu, 'plain');
      t.wait(eq(ghost(g), 1));
    });
  }
  // A known gap of power: it looks at steps that are taken.
  expect(await racing(b.build())).toEqual(NOT_POWER);
});

describe('the message', () => {
  test.each<[string, Passing]>([
    [
      'CPU0 writes flag with WRITE_ONCE() (test.ts:3), which needs smp_store_release() or smp_wmb() before it, and CPU1 reads flag with READ_ONCE() (test.ts:6), which needs smp_load_acquire() or smp_rmb() after it',
      {},
    ],
    [
      'CPU1 reads flag with READ_ONCE() (test.ts:7), which needs smp_load_acquire() or smp_rmb() after it',
      { between: 'wmb' },
    ],
    [
      'CPU0 writes flag with WRITE_ONCE() (test.ts:3), which needs smp_store_release() or smp_mb() before it, and CPU1 reads flag with READ_ONCE() (test.ts:6), which needs smp_load_acquire() or smp_mb() after it',
      { reversed: true },
    ],
  ])('%s', async (why, how) => {
    const [race] = await failures(passing(how), 'tso');
    const plain = how.reversed === true ? ['read', 'write'] : ['write', 'read'];
    expect(race?.message).toContain(`data race on data: plain ${plain[0]} by writer on CPU0`);
    expect(race?.message).toContain(`and plain ${plain[1]} by reader on CPU1 at test.ts:`);
    expect(race?.detail).toBe(`nothing orders them: ${why}`);
  });

  test('without a communication', async () => {
    const [race] = await failures(
      sections((_p, body) => body()),
      'sc',
    );
    expect(race?.detail).toBe('nothing orders them: no lock, no release and acquire between them');
  });
});

const RUNS = Number(process.env['KCHECK_RANDOM_RUNS'] ?? 120);

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
  if (model === undefined) throw new Error(name);
  const system = model.compile(machine);
  await new Search(machine, system, NO_LIMITS).run();
  const { seen, words } = system;
  if (model.compileForRaces === undefined || seen === undefined) throw new Error(name);
  const [all, less] = [true, false].map((dependencies) =>
    model.compileForRaces?.(machine, seen, dependencies),
  );
  if (!all || !less) {
    expect(all).toBe(less);
    return false;
  }
  const races = async (followed: OrderedSystem, mixing: boolean): Promise<boolean> =>
    (await new RaceSearch(followed, words, 0, NO_LIMITS, 0, mixing).run()).races;
  const found = await races(all, true);
  expect(await races(all, false)).toBe(found);
  // Whoever knows less sees every race, and perhaps more.
  const without = await races(less, true);
  expect(await races(less, false)).toBe(without);
  if (found) expect(without).toBe(true);
  return found;
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
    const maxStates = loops ? 300 : 2_000;
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

test('random machines race by steps as they do by single nodes', () => {
  const count = { free: 0, racing: 0 };
  const racesBy = (machine: Machine, granularity: Granularity): boolean | null => {
    try {
      return exploreRaces(machine, scReference, { granularity, maxStates: 3_000 }) !== null;
    } catch (error) {
      if (error instanceof RangeError && error.message.startsWith('more than')) return null;
      throw error;
    }
  };
  const property = fc.property(raceRecipes(), (recipe) => {
    const machine = raceMachine(recipe);
    const [bySteps, byNodes] = [racesBy(machine, 'step'), racesBy(machine, 'node')];
    if (bySteps === null || byNodes === null) return;
    expect(bySteps).toBe(byNodes);
    if (bySteps) count.racing++;
    else count.free++;
  });
  fc.assert(property, { numRuns: RUNS });
  expect(Math.min(...Object.values(count))).toBeGreaterThan(RUNS / 20);
}, 120_000);
