/** Machines whose state spaces are known, walked by the plain interpreter. */
import { expect, test } from 'vitest';
import { Interpreter } from '../../src/checker/interpreter.ts';
import { exploreReference } from '../../src/checker/reference/explore.ts';
import { scReference } from '../../src/checker/reference/sc.ts';
import type { Machine } from '../../src/machine/machine.ts';
import {
  MachineBuilder,
  add,
  and,
  binary,
  element,
  eq,
  ghost,
  int,
  lt,
  ne,
  not,
  or,
} from './builder.ts';

/** Two tasks whose final registers are kept in locations `out0`, `out1`. */
function litmus(kind: 'mp' | 'sb'): Machine {
  const b = new MachineBuilder(kind);
  const [x, y] = [b.location('x'), b.location('y')];
  const out = [b.location('out0'), b.location('out1')] as const;
  b.task('P0', 0, (p) => {
    p.store(x, 1);
    if (kind === 'mp') p.store(y, 1);
    else {
      const r = p.register('r');
      p.load(r, y);
      p.store(out[0], r);
    }
  });
  b.task('P1', 1, (p) => {
    const [r, s] = [p.register('r'), p.register('s')];
    if (kind === 'mp') {
      p.load(r, y);
      p.load(s, x);
      p.store(out[0], r);
      p.store(out[1], s);
    } else {
      p.store(y, 1);
      p.load(r, x);
      p.store(out[1], r);
    }
  });
  return b.build();
}

function outcomes(machine: Machine): readonly string[] {
  const interpreter = new Interpreter(machine, scReference);
  const { finals } = exploreReference(machine, scReference);
  return [...new Set(finals.map((s) => interpreter.snapshot(s).memory.slice(2).join()))].toSorted();
}

test('message passing and store buffering have their SC outcomes', () => {
  expect(outcomes(litmus('mp'))).toEqual(['0,0', '0,1', '1,1']);
  expect(outcomes(litmus('sb'))).toEqual(['0,1', '1,0', '1,1']);
});

function peterson(broken = false): Machine {
  const b = new MachineBuilder('peterson');
  const flags = [b.location('flag[0]'), b.location('flag[1]')] as const;
  const turn = b.location('turn');
  const inside = b.ghost('inside');
  for (const me of [0, 1] as const) {
    const [mine, theirs] = me === 0 ? flags : [flags[1], flags[0]];
    b.task(`T${me}`, me, (p) => {
      const [f, t, n] = [p.register('f'), p.register('t'), p.register('n')];
      p.store(mine, 1);
      p.store(turn, broken ? me : 1 - me);
      p.loop(() => {
        p.load(f, theirs);
        p.breakIf(eq(f, 0));
        p.load(t, turn);
        p.breakIf(eq(t, me));
      });
      p.atomic(() => {
        p.get(n, inside);
        p.set(inside, add(n, 1));
      });
      p.atomic(() => {
        p.get(n, inside);
        p.set(inside, add(n, -1));
      });
      p.store(mine, 0);
    });
  }
  b.property('invariant', 'mutual exclusion', (p) => {
    const n = p.register('n');
    p.get(n, inside);
    return lt(n, 2);
  });
  return b.build();
}

test("Peterson's lock excludes, and spoilt does not", () => {
  const good = exploreReference(peterson(), scReference);
  expect([good.states, good.transitions, good.depth]).toEqual([58, 98, 12]);
  expect([good.violated, good.livelocked, good.races]).toEqual([new Set(), new Set(), []]);
  expect(exploreReference(peterson(true), scReference).violated).toEqual(
    new Set(['mutual exclusion']),
  );
});

function philosophers(count: number): Machine {
  const b = new MachineBuilder('dining philosophers', count);
  const forks = Array.from({ length: count }, (_, i) => b.lockWord(`fork${i}`));
  forks.forEach((left, i) => {
    const right = forks[(i + 1) % count] ?? left;
    b.task(`P${i}`, i, (p) => {
      p.lock(left);
      p.lock(right);
      p.unlock(left);
      p.unlock(right);
    });
  });
  return b.build();
}

test('three philosophers deadlock, each waiting for the next', () => {
  const machine = philosophers(3);
  const { states, transitions, deadlocks, livelocked, doomed } = exploreReference(
    machine,
    scReference,
  );
  // 76 of the 125 triples of positions give no fork two holders; of these only the one in which each
  // has put down its left fork and holds its right one cannot be reached.
  expect([states, transitions, deadlocks.length]).toEqual([75, 123, 1]);
  expect(livelocked).toEqual(new Set());
  expect(doomed).toEqual(new Set(['P0', 'P1', 'P2']));
  const interpreter = new Interpreter(machine, scReference);
  const waiting = deadlocks.flatMap((state) => interpreter.blockedOn(state));
  expect(waiting.map(({ context, on, what, holder }) => [context, on, what, holder])).toEqual([
    ['P0', 'lock', 'fork1', 'P1'],
    ['P1', 'lock', 'fork2', 'P2'],
    ['P2', 'lock', 'fork0', 'P0'],
  ]);
});

function testAndSet(locked: boolean): Machine {
  const b = new MachineBuilder('test and set');
  const [word, data] = [b.location('word'), b.location('data')];
  for (const cpu of [0, 1]) {
    b.task(`T${cpu}`, cpu, (p) => {
      const [old, d] = [p.register('old'), p.register('d')];
      if (locked) {
        p.loop(() => {
          p.rmw(old, word, 1);
          p.breakIf(eq(old, 0));
        });
      }
      p.load(d, data, 'plain');
      p.store(data, add(d, 1), 'plain');
      if (locked) p.store(word, 0, 'release');
    });
  }
  return b.build();
}

test('a test-and-set lock protects plain data; without it the accesses race', () => {
  const good = exploreReference(testAndSet(true), scReference);
  expect([good.states, good.transitions, good.depth]).toEqual([8, 10, 4]);
  expect([good.races, good.livelocked]).toEqual([[], new Set()]);
  expect(good.finals.map((state) => state.memory.latest(1))).toEqual([2]);
  const { races } = exploreReference(testAndSet(false), scReference);
  expect(races[0]).toEqual({
    location: 1,
    first: { cpu: 0, context: 0, node: 0, write: false, plain: true },
    second: { cpu: 1, context: 1, node: 1, write: true, plain: true },
    missing: [],
  });
});

test('a race is seen through a lock that blocks', () => {
  const b = new MachineBuilder('blocked');
  const [lock, data] = [b.lockWord('lock'), b.location('data')];
  b.task('T0', 0, (p) => {
    p.lock(lock);
    p.store(data, 1, 'plain');
    p.unlock(lock);
  });
  b.task('T1', 1, (p) => {
    p.store(data, 2, 'plain');
    p.lock(lock);
    p.unlock(lock);
  });
  expect(exploreReference(b.build(), scReference).races.length).toBeGreaterThan(0);
});

test('who waits for a flag that nobody sets spins for ever', () => {
  const b = new MachineBuilder('spin');
  const flag = b.location('flag');
  b.task('T0', 0, (p) => {
    const r = p.register('r');
    p.loop(() => {
      p.load(r, flag);
      p.breakIf(ne(r, 0));
    });
  });
  const { states, livelocked, deadlocks } = exploreReference(b.build(), scReference);
  expect([states, livelocked, deadlocks]).toEqual([1, new Set(['T0']), []]);
});

test('a context may rest at a mark, and nowhere else', () => {
  const build = (first: 'mark' | 'wait'): Machine => {
    const b = new MachineBuilder('server');
    const work = b.ghost('work');
    b.task('client', 0, (p) => p.set(work, 2));
    const serve = { liveness: 'mark' } as const;
    const idle = eq(ghost(work), 1);
    if (first === 'mark') {
      b.task('server', 1, (p) => p.loop(() => p.mark()), { ...serve, guard: idle });
    } else {
      b.task('server', 1, (p) => p.loop(() => (p.wait(idle), p.mark())), serve);
    }
    return b.build();
  };
  expect(exploreReference(build('mark'), scReference).deadlocks).toEqual([]);
  expect(exploreReference(build('wait'), scReference).deadlocks).toHaveLength(1);
});

test('an assertion before a lock that blocks fails all the same', () => {
  const b = new MachineBuilder('assert');
  const lock = b.lockWord('lock');
  b.task('T0', 0, (p) => p.lock(lock));
  b.task('T1', 1, (p) => {
    const r = p.register('r');
    p.choose(r, 2);
    p.assert(eq(r, 0), 'chose 0');
    p.lock(lock);
  });
  const { failures, deadlocks } = exploreReference(b.build(), scReference);
  expect(failures).toEqual(new Set(['chose 0']));
  expect(deadlocks).toHaveLength(2);
});

test('a step says what happened in it', () => {
  const b = new MachineBuilder('events');
  const [x, y] = [b.location('x', 7), b.location('y')];
  b.task('T0', 0, (p) => {
    const [r, c] = [p.register('r'), p.register('c')];
    p.load(r, x, 'plain');
    p.store(y, r);
    p.fence('mb');
    p.choose(c, 2);
    p.store(x, c);
  });
  const interpreter = new Interpreter(b.build(), scReference);
  const steps = interpreter.stepsOf(interpreter.initialState(), 0);
  const told = steps.map(({ events }) =>
    events.map(({ kind, primitive, variable, before, after, choice }) =>
      [kind, primitive, variable?.name, before, after, choice?.value].filter((v) => v != null),
    ),
  );
  const same = [
    ['load', '', 'x', 7],
    ['store', 'WRITE_ONCE', 'y', 0, 7],
    ['fence', 'smp_mb'],
  ];
  expect(told).toEqual([
    [...same, ['choose', '', 0]],
    [...same, ['choose', '', 1]],
  ]);
});

test.each([
  ['bounds', 'x = 4 is out of bounds (0 to 3)'],
  ['integer', 'x = Infinity is no 32-bit integer'],
  ['index', 'index out of bounds'],
])('a fault ends its step: %s', (what, message) => {
  const b = new MachineBuilder(what);
  const x = b.location('x', 0, int(0, 3));
  b.location('x1', 0);
  b.task('T0', 0, (p) => {
    const r = p.register('r');
    if (what === 'bounds') p.store(x, 4);
    if (what === 'integer') p.store(x, binary('/', 1, 0));
    if (what === 'index') p.load(r, element(x, 2, 2));
  });
  const interpreter = new Interpreter(b.build(), scReference);
  const [step] = interpreter.stepsOf(interpreter.initialState(), 0);
  expect(step).toMatchObject({ kind: 'failure', failure: { kind: 'error', node: 0, message } });
});

test('properties of every kind', () => {
  const b = new MachineBuilder('properties');
  const x = b.location('x');
  b.task('T0', 0, (p) => {
    p.store(x, 1);
    p.store(x, 2);
  });
  const is = (kind: 'invariant' | 'final' | 'sometimes' | 'possible', v: number): void =>
    b.property(kind, `${kind} ${v}`, (p) => {
      const r = p.register('r');
      p.load(r, x);
      return or(eq(r, v), and(eq(r, 9), not(r)));
    });
  for (const v of [1, 2, 3]) {
    is('invariant', v);
    is('final', v);
    is('sometimes', v);
    is('possible', v);
  }
  expect([...exploreReference(b.build(), scReference).violated].toSorted()).toEqual([
    'final 1',
    'final 3',
    'invariant 1',
    'invariant 2',
    'invariant 3',
    'possible 1',
    'possible 3',
    'sometimes 3',
  ]);
});

test('a context steps only while its guard holds, and on the CPU of its binding', () => {
  const b = new MachineBuilder('guards', 2);
  const [running, cpu] = [b.ghost('running'), b.ghost('cpu', 1)];
  b.task('scheduler', 0, (p) => p.set(running, 1));
  b.task('task', ghost(cpu), (p) => p.set(running, 0), { guard: eq(ghost(running), 1) });
  const interpreter = new Interpreter(b.build(), scReference);
  const initial = interpreter.initialState();
  expect(interpreter.stepsOf(initial, 1)).toEqual([]);
  expect(interpreter.blockedOn(initial)).toMatchObject([{ context: 'task', on: 'guard', cpu: 1 }]);
  const [step] = interpreter.stepsOf(initial, 0);
  if (step?.kind !== 'state') throw new Error('the scheduler steps');
  expect(interpreter.stepsOf(step.state, 1)).toMatchObject([{ kind: 'state', cpu: 1 }]);
});
