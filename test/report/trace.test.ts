import { expect, test } from 'vitest';
import { failureLines } from '../../src/report/failure.ts';
import { cell, event, failure, int, load, machine, property, shown } from './data.ts';
import { site, step, store } from './data.ts';

const cid = shown({ kind: 'flags', flags: [[0x2000_0000, 'TRANSIT']], prefix: 'CID' });
const lock = { name: 'rq[1].lock', type: int };

const mm = machine({
  cpus: ['CPU0', 'CPU1', 'CPU2'],
  locations: [cell('rq[1].lock', int, true), cell('mm.percpu'), cell('mm.bitmap')],
  sites: [
    site(10, 'mm_cid_fork(T0)'),
    site(20, 'WRITE_ONCE(mm.percpu, 1)', 'mm_cid_fork', 0),
    site(30, 'mm_cid_schedin(T1)'),
    site(40, 'mm_get_cid()', 'mm_cid_schedin', 2),
    site(50, 'test_and_set_bit(cid, mm.bitmap)', 'mm_get_cid', 3),
    site(60, 'task_rq_lock(T1)', '', undefined),
    site(41, 'READ_ONCE(mm.percpu)', 'mm_cid_schedin', 2),
  ],
});

const bitmap = { name: 'mm.bitmap', type: int };

const livelock = failure({
  kind: 'livelock',
  property: 'livelock',
  message: 'T1 can never finish',
  trace: [
    step(1, 0, 'T0', store('mm.percpu', 1, { site: 1 })),
    step(2, 1, 'T1', event('rmw', { primitive: 'raw_spin_lock', variable: lock, after: 2 })),
    step(
      3,
      1,
      'T1',
      load('mm.percpu', 1, { site: 6, note: 'read while the fixup runs' }),
      store('rq[1].curr.cid', 0x2000_0002, {
        site: 6,
        variable: { name: 'rq[1].curr.cid', type: cid },
      }),
    ),
  ],
  cycle: [
    step(
      4,
      1,
      'T1',
      event('rmw', {
        primitive: 'test_and_set_bit',
        variable: bitmap,
        before: 3,
        after: 3,
        site: 4,
      }),
    ),
  ],
  doomedFrom: 1,
  waiting: [{ context: 'T0', cpu: 0, site: 5, on: 'lock', what: 'rq[1].lock', holder: 'T1' }],
});

test('a livelock: the way in, the point of no return, the loop, who waits for whom', () => {
  expect(failureLines(livelock, mm, 75).join('\n')).toMatchInlineSnapshot(`
    "      CPU0 T0                           CPU1 T1
          -------                           -------
          mm_cid_fork():
      1     mm.percpu = 1
      2                                     raw_spin_lock(rq[1].lock)
    --- from here T1 can never finish ---
                                            mm_cid_schedin():
      3                                       mm.percpu -> 1   read while the
                                                fixup runs
                                              rq[1].curr.cid = CID2|TRANSIT
        .-> for ever:
        |                                   mm_get_cid():
      4 |                                     mm.bitmap: 3 -> 3
        |                                       test_and_set_bit()
        '-- back to step 4

    *** LIVELOCK: T1 can never finish ***
        T1 on CPU1 loops in mm_get_cid(), spec.ts:50
        T0 on CPU0 waits for rq[1].lock, held by T1, spec.ts:60"
  `);
});

test('a deadlock tells the circle of those who wait', () => {
  const locks = ['a', 'b'].map((name) => cell(name, int, true));
  const acquire = (name: string) =>
    event('rmw', { primitive: 'spin_lock', variable: { name, type: int }, after: 1, site: 0 });
  const deadlock = failure({
    kind: 'deadlock',
    property: 'deadlock',
    message: 'no context can step, and one and two have not finished',
    trace: [step(1, 0, 'one', acquire('a')), step(2, 1, 'two', acquire('b'))],
    waiting: [
      { context: 'one', cpu: 0, site: 0, on: 'lock', what: 'b', holder: 'two' },
      { context: 'two', cpu: 1, site: 0, on: 'lock', what: 'a', holder: 'one' },
    ],
  });
  const sites = [site(7, 'spin_lock(b)')];
  expect(failureLines(deadlock, machine({ locations: locks, sites }), 75).join('\n'))
    .toMatchInlineSnapshot(`
      "      CPU0 one                          CPU1 two
            --------                          --------
        1   spin_lock(a)
        2                                     spin_lock(b)

      *** DEADLOCK: no context can step, and one and two have not finished ***
          one on CPU0 waits for b, held by two, spec.ts:7
          two on CPU1 waits for a, held by one, spec.ts:7
          a circle: one -> two -> one"
    `);
});

test('an assertion ends with its source line', () => {
  const sites = [site(9, "assert(READ_ONCE(msg.len) === 42, 'the reader sees the message')")];
  const broken = failure({
    property: 'the reader sees the message',
    message: 'the reader sees the message does not hold',
    trace: [
      step(1, 0, 'writer', store('flag', 1)),
      step(2, 1, 'reader', load('flag', 1)),
      step(3, 1, 'reader', load('msg.len', 0), event('assert', { site: 0 })),
    ],
  });
  expect(failureLines(broken, machine({ sites }), 75).join('\n')).toMatchInlineSnapshot(`
    "      CPU0 writer                       CPU1 reader
          -----------                       -----------
      1   flag = 1
      2                                     flag -> 1
      3                                     msg.len -> 0
                                            fails: assert(READ_ONCE(msg.len)
                                              === 42, 'the reader sees the
                                              message')

    *** ASSERTION: the reader sees the message does not hold ***
        spec.ts:9:3: assert(READ_ONCE(msg.len) === 42, 'the reader sees the
          message')"
  `);
});

test('many CPUs: long actions run on to the right edge and break there', () => {
  const cpus = Array.from({ length: 8 }, (_, cpu) => `CPU${cpu}`);
  const trace = cpus.map((_, cpu) =>
    step(cpu + 1, cpu, `T${cpu}`, load('mm.pcpu[3].cid', cpu, { note: 'stale: not yet visible' })),
  );
  const lines = failureLines(failure({ trace }), machine({ cpus }), 75);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(75);
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "      CPU0 CPU1 CPU2 CPU3 CPU4 CPU5 CPU6 CPU7 T7
          ---- ---- ---- ---- ---- ---- ---- -------
          [T0]
      1   mm.pcpu[3].cid -> 0   stale: not yet visible
               [T1]
      2        mm.pcpu[3].cid -> 1   stale: not yet visible
                    [T2]
      3             mm.pcpu[3].cid -> 2   stale: not yet visible
                         [T3]
      4                  mm.pcpu[3].cid -> 3   stale: not yet visible
                              [T4]
      5                       mm.pcpu[3].cid -> 4   stale: not yet visible
                                   [T5]
      6                            mm.pcpu[3].cid -> 5   stale: not yet visible
                                        [T6]
      7                                 mm.pcpu[3].cid -> 6   stale: not yet
                                          visible
      8                                      mm.pcpu[3].cid -> 7   stale: not
                                               yet visible

    *** ASSERTION: assertion fails ***"
  `);
});

test('contexts that share a CPU are told apart, calls and returns are shown', () => {
  const sites = [
    site(1, 'outer()'),
    site(2, 'inner()', 'outer', 0),
    site(3, 'READ_ONCE(x)', 'inner', 1),
    site(4, 'READ_ONCE(y)', 'outer', 0),
  ];
  const trace = [
    step(1, 0, 'T0', load('y', 0, { site: 3 })),
    step(2, 0, 'T0', load('x', 0, { site: 2 })),
    step(3, 0, 'T1', event('choose', { choice: { value: 1, count: 3 } })),
    step(4, 0, 'T0', load('x', 1, { site: 2 })),
    step(5, 0, 'T0', load('y', 1, { site: 3 })),
    step(6, 0, 'T0', event('fence', { primitive: 'smp_mb' })),
  ];
  expect(failureLines(failure({ trace }), machine({ sites }), 75).join('\n'))
    .toMatchInlineSnapshot(`
    "      CPU0 T0
          -------
          outer():
      1     y -> 0
          inner():
      2     x -> 0
          [T1]
      3   choose 1 of 0..2
          [T0] inner():
      4     x -> 1
          back in outer():
      5     y -> 1
      6   smp_mb()

    *** ASSERTION: assertion fails ***
        spec.ts:4:3 in outer(): READ_ONCE(y)"
  `);
});

test('a primitive written in the spec language is shown where it is called', () => {
  const sites = [site(1, 'spin_lock(l)'), site(99, 'xchg(l, 1)', 'spin_lock', 0)];
  const trace = [
    step(1, 0, 'T0', event('rmw', { primitive: 'spin_lock', variable: lock, site: 1, after: 1 })),
  ];
  const lines = failureLines(failure({ trace }), { ...mm, sites }, 75);
  expect(lines.join('\n')).not.toContain('spin_lock():');
  expect(lines.at(-1)).toBe('    spec.ts:1:3: spin_lock(l)');
});

test('a property that never held has no trace', () => {
  const never = failure({
    kind: 'sometimes',
    property: 'both run',
    message: 'both run holds in no reachable state',
  });
  const names = machine({
    sites: [site(12, "sometimes('both run', () => …)")],
    properties: [property('sometimes', 'both run', 0)],
  });
  expect(failureLines(never, names, 75).join('\n')).toMatchInlineSnapshot(`
    "*** NEVER HAPPENS: both run holds in no reachable state ***
        spec.ts:12:3: sometimes('both run', () => …)"
  `);
});
