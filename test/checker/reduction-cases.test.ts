/**
 * Partial-order reduction where it would be wrong to leave anything out: a machine for each condition, whose
 * failure is lost without it. docs/design/reduction.md has the conditions.
 */
import { expect, test } from 'vitest';
import { Search } from '../../src/checker/search.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { validateMachine } from '../../src/machine/validate.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import { MachineBuilder, and, eq, ghost, int } from '../machine/builder.ts';
import type { ProgramBuilder, Variable } from '../machine/builder.ts';
import { NO_LIMITS } from './options.ts';

/** What is violated, with and without. */
async function violated(machine: Machine, name: string): Promise<readonly (readonly string[])[]> {
  validateMachine(machine);
  const found = async (reduces: boolean): Promise<readonly string[]> => {
    const system = memoryModels.get(name)?.compile(machine);
    if (system === undefined) throw new Error(name);
    const { violations } = await new Search(machine, system, NO_LIMITS, { reduces }).run();
    return violations.all.map(({ property }) => property).toSorted();
  };
  return [await found(false), await found(true)];
}

/** Two observers write down what they have read of x, and it must not be 0 for the first and 1 for the second. */
class Observers {
  readonly b: MachineBuilder;
  readonly x: Variable;
  readonly #read: readonly Variable[];

  constructor(cpus: number) {
    this.b = new MachineBuilder('observers', cpus);
    this.x = this.b.location('x', 0, int(0, 1));
    this.#read = [0, 1].map((i) => this.b.location(`read${i}`, 0, int(0, 2)));
  }

  reads(p: ProgramBuilder, observer: 0 | 1): void {
    const r = p.register('read');
    p.load(r, this.x);
    const to = this.#read[observer];
    if (to !== undefined) {
      p.if(
        eq(r, 0),
        () => p.store(to, 1),
        () => p.store(to, 2),
      );
    }
  }

  build(): Machine {
    this.b.property('final', 'not 0 and then 1', (p) => {
      const [first, second] = this.#read.map((location, i) => {
        const r = p.register(`r${i}`);
        p.load(r, location);
        return r;
      });
      return eq(and(eq(first ?? 0, 1), eq(second ?? 0, 2)), 0);
    });
    return this.b.build();
  }
}

function awaits(p: ProgramBuilder, location: Variable): void {
  const r = p.register('awaited');
  p.load(r, location, 'relaxed', { until: eq(r, 1) });
}

/** The second observer tells the first when it is about to read. */
function observed(setUp: (o: Observers, about: Variable) => (p: ProgramBuilder) => void): Machine {
  const o = new Observers(4);
  const about = o.b.location('about', 0, int(0, 1));
  const second = setUp(o, about);
  o.b.task('second', 2, (p) => {
    second(p);
    p.store(about, 1);
    o.reads(p, 1);
  });
  return o.build();
}

const BOTH = [['not 0 and then 1'], ['not 0 and then 1']];

test('a store that waits in a buffer is in the way of a load', async () => {
  const machine = observed((o, about) => {
    o.b.task('writer', 0, (p) => {
      p.store(o.x, 1);
    });
    o.b.task('first', 1, (p) => {
      awaits(p, about);
      o.reads(p, 0);
    });
    return () => {};
  });
  expect(await violated(machine, 'tso')).toEqual(BOTH);
});

test('a barrier on another CPU does not drain what was left behind', async () => {
  const machine = observed((o, about) => {
    const where = o.b.ghost('where', 0, int(0, 1));
    const passed = o.b.location('passed', 0, int(0, 1));
    o.b.task('mover', ghost(where), (p) => {
      p.store(o.x, 1);
      p.set(where, 1);
      p.fence('mb');
      p.store(passed, 1);
      awaits(p, about);
      o.reads(p, 0);
    });
    return (p) => awaits(p, passed);
  });
  expect(await violated(machine, 'tso')).toEqual(BOTH);
});

test('who moves leaves data behind that it stored under a lock', async () => {
  const machine = observed((o, about) => {
    const where = o.b.ghost('where', 0, int(0, 1));
    const [passed, lock] = [o.b.location('passed', 0, int(0, 1)), o.b.lockWord('lock')];
    o.b.task('mover', ghost(where), (p) => {
      p.lock(lock);
      p.store(o.x, 1);
      p.set(where, 1);
      p.unlock(lock);
      p.store(passed, 1);
    });
    o.b.task('first', 3, (p) => {
      awaits(p, about);
      o.reads(p, 0);
    });
    return (p) => {
      awaits(p, passed);
      p.lock(lock);
    };
  });
  const [whole, reduced] = await violated(machine, 'tso');
  expect(whole).toContain('not 0 and then 1');
  expect(reduced).toEqual(whole);
});

test('who moves may not see what it has stored itself', async () => {
  const o = new Observers(3);
  const where = o.b.ghost('where', 0, int(0, 1));
  const about = o.b.location('about', 0, int(0, 1));
  o.b.task('first', 2, (p) => {
    awaits(p, about);
    o.reads(p, 0);
  });
  o.b.task('mover', ghost(where), (p) => {
    p.store(o.x, 1);
    p.set(where, 1);
    p.store(about, 1);
    o.reads(p, 1);
  });
  expect(await violated(o.build(), 'tso')).toEqual(BOTH);
});

test('a store is seen by who runs on the same CPU', async () => {
  const b = new MachineBuilder('one CPU', 1);
  const x = b.location('x', 0, int(0, 1));
  b.task('writer', 0, (p) => p.store(x, 1));
  b.task('reader', 0, (p) => {
    const r = p.register('r');
    p.load(r, x);
    p.assert(eq(r, 1), 'it was stored');
  });
  for (const model of ['sc', 'tso']) {
    expect(await violated(b.build(), model)).toEqual([['it was stored'], ['it was stored']]);
  }
});

test('who needs an empty buffer goes before a store of the same CPU, too', async () => {
  const b = new MachineBuilder('one CPU', 2);
  const [x, y] = [b.location('x', 0, int(0, 1)), b.location('y', 0, int(0, 1))];
  b.task('writer', 0, (p) => {
    p.store(x, 1);
    awaits(p, y);
    p.fence('mb');
  });
  b.task('fenced', 0, (p) => {
    const r = p.register('r');
    p.fence('mb');
    p.load(r, x);
    p.assert(eq(r, 1), 'the store has drained');
    p.store(y, 1);
  });
  const [whole, reduced] = await violated(b.build(), 'tso');
  expect(whole).toContain('the store has drained');
  expect(reduced).toEqual(whole);
});

test('a store into a buffer races with a plain access that comes next', async () => {
  const b = new MachineBuilder('race', 2);
  const x = b.location('x', 0, int(0, 1));
  b.task('writer', 0, (p) => p.store(x, 1));
  b.task('reader', 1, (p) => p.load(p.register('r'), x, 'plain'));
  for (const model of ['sc', 'tso']) {
    expect(await violated(b.build(), model)).toEqual([['race'], ['race']]);
  }
});

/** Stores 1 to x by way of the buffer, for the address may be another's, and 2 at once. */
function twoWays(): MachineBuilder {
  const b = new MachineBuilder('two ways to one location', 2);
  const [x, y] = [b.location('x', 0, int(0, 2)), b.location('y', 0, int(0, 2))];
  b.task('writer', 0, (p) => {
    const i = p.register('i', int(0, 1));
    p.assign([i, 0]);
    const expr = { op: 'reg', register: i.register } as const;
    p.store({ expr, candidates: [0, 1], fault: null }, 1, 'plain');
    p.store(x, 2, 'plain');
  });
  b.task('marks y', 1, (p) => p.store(y, 2));
  for (const value of [1, 2]) {
    b.property('final', `x is ${value}`, (p) => {
      const r = p.register('r');
      p.load(r, x);
      return eq(r, value);
    });
  }
  return b;
}

test('of two stores to one location that take different ways either may be the last', async () => {
  const [whole, reduced] = await violated(twoWays().build(), 'tso');
  expect(whole).toEqual(expect.arrayContaining(['x is 1', 'x is 2']));
  expect(reduced).toEqual(whole);
});

test('a store that was made under a lock is not told from one that was not', async () => {
  const b = new MachineBuilder('a forgotten lock', 2);
  const [x, flag] = [b.location('x', 0, int(0, 1)), b.location('flag', 0, int(0, 1))];
  const lock = b.lockWord('lock');
  b.task('writer', 0, (p) => {
    p.lock(lock);
    p.store(x, 0);
    p.store(x, 0);
    p.store(flag, 1);
    p.unlock(lock);
    p.store(x, 1);
  });
  b.task('reader', 1, (p) => {
    const r = p.register('r');
    awaits(p, flag);
    p.lock(lock);
    p.load(r, x);
    p.assert(eq(r, 1), 'it was stored');
  });
  const [whole, reduced] = await violated(b.build(), 'tso');
  expect(whole).toContain('it was stored');
  expect(reduced).toEqual(whole);
});

test('a lock that is freed on another CPU does not say that what it protects has drained', async () => {
  const b = new MachineBuilder('a holder that moves', 3);
  const where = b.ghost('where', 0, int(0, 1));
  const [x, passed] = [b.location('x', 0, int(0, 1)), b.location('passed', 0, int(0, 1))];
  const lock = b.lockWord('lock');
  b.task('mover', ghost(where), (p) => {
    p.lock(lock);
    p.store(x, 1);
    p.set(where, 1);
    p.unlock(lock);
    p.store(passed, 1);
  });
  b.task('reader', 2, (p) => {
    const r = p.register('r');
    awaits(p, passed);
    p.lock(lock);
    p.load(r, x);
    p.assert(eq(r, 1), 'it was stored');
    p.unlock(lock);
  });
  const [whole, reduced] = await violated(b.build(), 'tso');
  expect(whole).toContain('it was stored');
  expect(reduced).toEqual(whole);
});

test('a service that stores does not hide the final state before', async () => {
  const b = new MachineBuilder('a service', 2);
  const [x, own] = [b.location('x', 0, int(0, 1)), b.location('own', 0, int(0, 1))];
  b.task('service', 1, (p) => p.store(x, 1), { liveness: 'none' });
  b.task('task', 0, (p) => p.rmw(p.register('r'), own, 1, {}));
  b.property('final', 'the service has run', (p) => {
    const r = p.register('r');
    p.load(r, x);
    return eq(r, 1);
  });
  for (const model of ['sc', 'tso']) {
    const failing = ['the service has run'];
    expect(await violated(b.build(), model)).toEqual([failing, failing]);
  }
});

test('a property sees every value', async () => {
  const b = new MachineBuilder('two that nobody else touches', 2);
  const all = [0, 1].map((cpu) => b.location(`own${cpu}`, 0, int(0, 1)));
  all.forEach((own, cpu) => b.task(`T${cpu}`, cpu, (p) => p.rmw(p.register('r'), own, 1, {})));
  b.property('invariant', 'the first is first', (p) => {
    const [first, second] = all.map((own, i) => {
      const r = p.register(`r${i}`);
      p.load(r, own);
      return r;
    });
    return eq(and(eq(first ?? 0, 0), eq(second ?? 0, 1)), 0);
  });
  for (const model of ['sc', 'tso']) {
    const failing = ['the first is first'];
    expect(await violated(b.build(), model)).toEqual([failing, failing]);
  }
});

test('a drain is seen by properties', async () => {
  const b = new MachineBuilder('two that nobody else touches', 2);
  const all = [0, 1].map((cpu) => b.location(`own${cpu}`, 0, int(0, 1)));
  all.forEach((own, cpu) => b.task(`T${cpu}`, cpu, (p) => p.store(own, 1)));
  b.property('invariant', 'the first is first', (p) => {
    const [first, second] = all.map((own, i) => {
      const r = p.register(`r${i}`);
      p.load(r, own);
      return r;
    });
    return eq(and(eq(first ?? 0, 0), eq(second ?? 0, 1)), 0);
  });
  const failing = ['the first is first'];
  expect(await violated(b.build(), 'tso')).toEqual([failing, failing]);
});

test('a service does not hide a final state', async () => {
  const b = new MachineBuilder('a service', 2);
  const own = b.location('own', 0, int(0, 1));
  b.task('task', 0, (p) => p.fence('barrier'));
  b.task('service', 1, (p) => p.loop(() => p.rmw(p.register('r'), own, 1, {})), {
    liveness: 'none',
  });
  b.property('final', 'the service has run', (p) => {
    const r = p.register('r');
    p.load(r, own);
    return eq(r, 1);
  });
  for (const model of ['sc', 'tso']) {
    expect(await violated(b.build(), model)).toEqual([
      ['the service has run'],
      ['the service has run'],
    ]);
  }
});

test('nobody is kept waiting by what goes on for ever', async () => {
  const b = new MachineBuilder('for ever', 2);
  const [own, x] = [b.location('own', 0, int(0, 1)), b.location('x', 0, int(0, 1))];
  b.task('for ever', 0, (p) =>
    p.loop(() => {
      p.rmw(p.register('r'), own, 1, {});
      p.rmw(p.register('r'), own, 0, {});
    }),
  );
  b.task('task', 1, (p) => {
    p.rmw(p.register('r'), x, 1, {});
    p.assert(eq(0, 1), 'is never reached');
  });
  for (const model of ['sc', 'tso']) {
    expect(await violated(b.build(), model)).toEqual([['is never reached'], ['is never reached']]);
  }
});
