import { expect, test } from 'vitest';
import { footprints, plainLocations } from '../../src/machine/footprint.ts';
import { immediatePostDominators } from '../../src/machine/joins.ts';
import { liveRegisters } from '../../src/machine/liveness.ts';
import { isStop, stepKinds } from '../../src/machine/steps.ts';
import type { Machine, Program } from '../../src/machine/machine.ts';
import { MachineBuilder, add, element, eq, ghost, lt } from './builder.ts';
import type { ProgramBuilder } from './builder.ts';

function only(machine: Machine): Program {
  const [context] = machine.contexts;
  if (context === undefined) throw new Error('no context');
  return context;
}

function one(body: (p: ProgramBuilder, b: MachineBuilder) => void): Machine {
  const b = new MachineBuilder('one');
  b.task('T', 0, (p) => body(p, b));
  return b.build();
}

test('a register is live from where it is set to where it is last read', () => {
  const machine = one((p, b) => {
    const x = b.location('x');
    const [r, s] = [p.register('r'), p.register('s')];
    p.load(r, x);
    p.load(s, x);
    p.store(x, r);
  });
  expect(liveRegisters(only(machine)).map((live) => [...live])).toEqual([[], [0], [0], []]);
});

test('a register read in the next round of a loop is live throughout the loop', () => {
  const machine = one((p, b) => {
    const x = b.location('x');
    const i = p.register('i');
    p.assign([i, 0]);
    p.loop(() => {
      p.breakIf(eq(i, 2));
      p.store(x, 1);
      p.assign([i, add(i, 1)]);
    });
  });
  expect(liveRegisters(only(machine)).map((live) => [...live])).toEqual([[], [0], [0], [0], []]);
});

test('what an RMW reads of its own register is the value it receives', () => {
  const machine = one((p, b) => {
    const x = b.location('x');
    const old = p.register('old');
    p.rmw(old, x, add(old, 1));
    p.rmw(old, element(x, old, 1), 1);
  });
  expect(liveRegisters(only(machine)).map((live) => [...live])).toEqual([[], [0], []]);
});

test('registers observed after the end are live up to it', () => {
  const [context] = one((p, b) => p.load(p.register('r'), b.location('x'))).contexts;
  if (context === undefined) throw new Error('no context');
  const live = liveRegisters({ ...context, liveAtEnd: [0] });
  expect(live.map((set) => [...set])).toEqual([[], [0]]);
});

test('arms join at the immediate post-dominator; an arm that leaves joins nowhere', () => {
  const machine = one((p, b) => {
    const x = b.location('x');
    const r = p.register('r');
    p.load(r, x); // 0
    p.if(
      eq(r, 0), // 1
      () => p.store(x, 1), // 2
      () => p.store(x, 2), // 3
    );
    p.if(eq(r, 1), () => p.done()); // 4, 5
    p.store(x, 3); // 6
  });
  expect(immediatePostDominators(only(machine))).toEqual([1, 4, 4, 4, null, null, 7, null]);
});

test('a loop without an end has no post-dominator', () => {
  const machine = one((p, b) => {
    const x = b.location('x');
    p.loop(() => p.store(x, 1));
  });
  expect(immediatePostDominators(only(machine))).toEqual([null]);
});

test('a footprint shrinks as the program goes on', () => {
  const machine = one((p, b) => {
    const [x, y, g] = [b.location('x'), b.location('y'), b.ghost('g')];
    const r = p.register('r');
    p.load(r, x, 'plain');
    p.store(y, 1);
    p.set(g, 1);
  });
  const seen = footprints(only(machine)).map((f) =>
    [f.reads, f.writes, f.ghostReads, f.ghostWrites].map((set) => [...set]),
  );
  expect(seen).toEqual([
    [[0], [1], [], [0]],
    [[], [1], [], [0]],
    [[], [], [], [0]],
    [[], [], [], []],
  ]);
  expect([...plainLocations(machine)]).toEqual([0]);
});

test('marked accesses are visible, plain ones plain, the rest local', () => {
  const machine = one((p, b) => {
    const [x, y] = [b.location('x'), b.location('y')];
    const r = p.register('r');
    p.load(r, x);
    p.load(r, y, 'plain');
    p.store(y, 1, 'plain');
    p.fence('mb');
    p.choose(r, 2);
    p.assert(eq(r, 0));
    p.lock(x);
  });
  const local = ['local', 'local', 'local'];
  const visible = ['visible', 'visible'];
  expect(stepKinds(machine)).toEqual([['visible', 'plain', 'plain', ...local, ...visible]]);
  expect(stepKinds(machine, { fences: 'visible' })[0]?.[3]).toBe('visible');
  expect(stepKinds(machine, { fences: (f) => (f === 'wmb' ? 'visible' : 'local') })[0]?.[3]).toBe(
    'local',
  );
});

test('a plain store that a property reads is visible', () => {
  const b = new MachineBuilder('observed');
  const x = b.location('x');
  b.task('T', 0, (p) => {
    p.load(p.register('r'), x, 'plain');
    p.store(x, 1, 'plain');
  });
  b.property('invariant', 'small', (p) => {
    const r = p.register('r');
    p.load(r, x);
    return lt(r, 2);
  });
  expect(stepKinds(b.build())).toEqual([['plain', 'visible', 'visible']]);
});

test('a ghost of one context is local until a guard or another context asks for it', () => {
  const build = (guarded: boolean): Machine => {
    const b = new MachineBuilder('ghosts');
    const g = b.ghost('g');
    b.task('T', 0, (p) => p.set(g, 1));
    b.task('U', 0, (p) => p.done(), guarded ? { guard: eq(ghost(g), 1) } : {});
    return b.build();
  };
  expect(stepKinds(build(false))[0]).toEqual(['local', 'visible']);
  expect(stepKinds(build(true))[0]).toEqual(['visible', 'visible']);
});

test('plain accesses of a context that can be preempted are visible where others conflict', () => {
  const b = new MachineBuilder('preempted');
  const [x, y, on] = [b.location('x'), b.location('y'), b.ghost('on', 1)];
  b.task(
    'task',
    0,
    (p) => {
      p.store(x, 1, 'plain');
      p.store(y, 1, 'plain');
    },
    { guard: ghost(on) },
  );
  b.task('irq', 0, (p) => {
    p.set(on, 0);
    p.load(p.register('r'), x, 'plain');
    p.set(on, 1);
  });
  expect(stepKinds(b.build())).toEqual([
    ['visible', 'plain', 'visible'],
    ['visible', 'plain', 'visible', 'visible'],
  ]);
});

test('a loop of local work is cut at its head', () => {
  const machine = one((p) => {
    const i = p.register('i');
    p.loop(() => {
      p.breakIf(eq(i, 9));
      p.assign([i, add(i, 1)]);
    });
  });
  expect(stepKinds(machine)).toEqual([['visible', 'local', 'visible']]);
});

test('an atomic region that others notice begins with a visible node', () => {
  const b = new MachineBuilder('atomic');
  const [g, h] = [b.ghost('g'), b.ghost('h')];
  const body = (p: ProgramBuilder): void => {
    const r = p.register('r');
    p.loop(() =>
      p.atomic(() => {
        p.assign([r, 1]);
        p.set(g, r);
        p.set(h, r);
      }),
    );
  };
  b.task('T', 0, body, { liveness: 'none' });
  b.task('U', 0, body, { liveness: 'none' });
  const machine = b.build();
  const [kinds] = stepKinds(machine);
  expect(kinds).toEqual(['visible', 'visible', 'visible']);
  expect([0, 1, 2].map((n) => isStop(only(machine), kinds ?? [], n))).toEqual([true, false, false]);
});
