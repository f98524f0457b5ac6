/**
 * Atomic regions: one access to memory together with ghosts, and waits anywhere. The explorer and the
 * plain interpreter, by steps and node by node, agree on each machine.
 */
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { exploreReference } from '../../src/checker/reference/explore.ts';
import { referenceModels } from '../../src/checker/reference/index.ts';
import { scReference } from '../../src/checker/reference/sc.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import { NO_LIMITS } from '../checker/options.ts';
import { MachineBuilder, add, eq, ghost, ne } from './builder.ts';
import type { ProgramBuilder } from './builder.ts';

interface Summary {
  readonly states: number;
  readonly failures: readonly string[];
}

/** By the explorer; the plain interpreter must agree, and the single nodes on what fails. */
async function explored(build: (b: MachineBuilder) => void, name = 'sc'): Promise<Summary> {
  const b = new MachineBuilder('by hand');
  build(b);
  const machine = b.build();
  const [model, reference] = [memoryModels.get(name), referenceModels.get(name)];
  if (model === undefined || reference === undefined) throw new Error(name);
  const { states, transitions, failures } = await check(machine, model, NO_LIMITS);
  const plain = exploreReference(machine, reference);
  expect([plain.states, plain.transitions]).toEqual([states, transitions]);
  const found = [...new Set(failures.map(({ property }) => property))].toSorted();
  const fine = exploreReference(machine, scReference, { granularity: 'node' });
  for (const result of name === 'sc' ? [plain, fine] : [plain]) {
    const names = new Set([...result.failures, ...result.violated]);
    if (result.deadlocks.length > 0) names.add('deadlock');
    if (result.races.length > 0) names.add('race');
    if (result.livelocked.size > 0) names.add('livelock');
    expect([...names].toSorted()).toEqual(found);
  }
  return { states, failures: found };
}

test('an access and its ghost change together', async () => {
  const { failures } = await explored((b) => {
    const [x, g] = [b.location('x'), b.ghost('g')];
    b.task('T0', 0, (p) => p.atomic(() => (p.set(g, 1), p.store(x, 1), p.set(g, 2))));
    b.task('T1', 1, (p) => {
      const [r, s] = [p.register('r'), p.register('s')];
      p.atomic(() => {
        p.load(r, x);
        p.get(s, g);
        p.assert(eq(s, add(r, r)), 'together');
      });
    });
    b.property('invariant', 'no 1', (p) => {
      const s = p.register('s');
      p.get(s, g);
      return ne(s, 1);
    });
  });
  expect(failures).toEqual([]);
});

test('a wait after a choice keeps the choices that pass it', async () => {
  const chosen = (b: MachineBuilder): void => {
    const [want, got] = [b.ghost('want'), b.ghost('got', 9)];
    b.task('T0', 0, (p) => p.set(want, 1));
    b.task('T1', 1, (p) => {
      const c = p.register('c');
      p.wait(ne(ghost(want), 0));
      p.atomic(() => {
        p.choose(c, 3);
        p.wait(eq(ghost(want), c));
        p.set(got, c);
      });
      p.assert(eq(c, 1), 'what was wanted');
    });
  };
  expect(await explored(chosen)).toEqual({ states: 4, failures: [] });
});

test('a region whose waits never hold deadlocks and leaves nothing behind', async () => {
  const { states, failures } = await explored((b) => {
    const [x, g] = [b.location('x'), b.ghost('g')];
    b.task('T0', 0, (p) =>
      p.atomic(() => {
        p.set(g, 1);
        p.store(x, 1);
        p.wait(eq(ghost(g), 2));
      }),
    );
    b.property('invariant', 'untouched', (p) => {
      const [r, s] = [p.register('r'), p.register('s')];
      p.load(r, x);
      p.get(s, g);
      return eq(r, s);
    });
  });
  expect({ states, failures }).toEqual({ states: 1, failures: ['deadlock'] });
});

test('a lock taken with its ghost, behind a wait', async () => {
  const { failures } = await explored((b) => {
    const [lock, holders, open] = [b.lockWord('lock'), b.ghost('holders'), b.ghost('open')];
    const body = (p: ProgramBuilder): void => {
      const n = p.register('n');
      p.atomic(() => {
        p.wait(ghost(open));
        p.lock(lock);
        p.get(n, holders);
        p.set(holders, add(n, 1));
        p.assert(eq(n, 0), 'alone');
      });
      p.atomic(() => {
        p.unlock(lock);
        p.set(holders, 0);
      });
    };
    b.task('T0', 0, body);
    b.task('T1', 1, body);
    b.task('T2', 0, (p) => p.set(open, 1));
  });
  expect(failures).toEqual([]);
});

/** T0 touches p in the middle of a region that waits before or after it, for ever; T1 writes it. */
function opened(wait: 'before' | 'after' | 'none'): (b: MachineBuilder) => void {
  return (b) => {
    const [p, open, seen] = [b.location('p'), b.ghost('open'), b.ghost('seen')];
    b.task('T0', 0, (t) => {
      const r = t.register('r');
      t.atomic(() => {
        t.set(seen, 1);
        if (wait === 'before') t.wait(ghost(open));
        t.load(r, p, 'plain');
        if (wait === 'after') t.wait(ghost(open));
        t.set(seen, r);
      });
    });
    b.task('T1', 1, (t) => t.store(p, 1, 'plain'));
  };
}

test.each([
  ['before', ['deadlock']],
  ['after', ['deadlock']],
  ['none', ['race']],
] as const)(
  'an access in a region races only if the region can step: wait %s',
  async (w, races) => {
    expect((await explored(opened(w))).failures).toEqual(races);
  },
);

test('a region steps on the CPU on which it began', async () => {
  const { failures } = await explored((b) => {
    const [x, y, cpu] = [b.location('x'), b.location('y'), b.ghost('cpu')];
    const r = b.ghost('r');
    b.task('T0', ghost(cpu), (p) => {
      p.atomic(() => {
        p.set(cpu, 1);
        p.store(x, 1);
      });
      const v = p.register('v');
      p.load(v, y);
      p.set(r, v);
    });
    b.task('T1', 0, (p) => {
      const v = p.register('v');
      p.load(v, x);
      p.store(y, v);
    });
  }, 'tso');
  expect(failures).toEqual([]);
});

test('under TSO a full barrier in a region waits for the store buffer', async () => {
  const { failures } = await explored((b) => {
    const [x, y, passed] = [b.location('x'), b.location('y'), b.ghost('passed')];
    b.task('T0', 0, (p) => {
      const r = p.register('r');
      p.store(x, 1);
      p.atomic(() => {
        p.set(passed, 1);
        p.load(r, y);
        p.fence('mb');
      });
    });
    b.task('T1', 1, (p) => {
      const r = p.register('r');
      p.wait(ghost(passed));
      p.load(r, x);
      p.assert(eq(r, 1), 'drained');
    });
  }, 'tso');
  expect(failures).toEqual([]);
});
