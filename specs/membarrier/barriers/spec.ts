/**
 * Which of membarrier's barriers are needed, and for what? A caller on one CPU; on the other a thread
 * with nothing but compiler barriers, which is scheduled in before its two accesses and out behind
 * them, and perhaps preempted in between. Without mutexes and runqueue locks, which could only hide what
 * the barriers themselves are there for; the versions `+ locks` have them. In the versions `+ IPI` the
 * thread runs all the time, so that it is always interrupted.
 */
import { barrier, choose_bool, cpus, spec, task } from 'kcheck';
import { ORDERED } from 'kcheck/models/cross-call';
import { ALL_BARRIERS, membarrier, MM, NO_EVENTS, OTHER } from 'kcheck/models/membarrier';
import { shapes } from '../../membarrier-pairs/shapes.ts';
import { unordered } from '../../membarrier-pairs/verdicts.ts';

const all = { ...ALL_BARRIERS, locks: false, still: false };
const no_ipi_mb = { ...all, ipi_mb: false };
const relaxed = { delivery: false, completion: false, wait: true };
const relaxed_wait = { ...ORDERED, wait: false };

const versions = {
  all,
  'no (a)': { ...all, a: false },
  'no (a) + locks': { ...all, a: false, locks: true },
  'no (a) + IPI': { ...all, a: false, still: true },
  'no (c)': { ...all, c: false },
  'no (c) + locks': { ...all, c: false, locks: true },
  'no (c) + IPI': { ...all, c: false, still: true },
  'no (c) + IPI + relaxed wait': { ...all, c: false, still: true, order: relaxed_wait },
  'no (d)': { ...all, d: false },
  'no (d) + locks': { ...all, d: false, locks: true },
  'no (e)': { ...all, e: false },
  'no (e) + locks': { ...all, e: false, locks: true },
  'no ipi_mb': no_ipi_mb,
  'no ipi_mb + relaxed delivery': { ...no_ipi_mb, order: { ...ORDERED, delivery: false } },
  'no ipi_mb + relaxed completion': { ...no_ipi_mb, order: { ...ORDERED, completion: false } },
  'no ipi_mb + both relaxed': { ...no_ipi_mb, order: relaxed },
  'all + relaxed cross call': { ...all, order: { ...relaxed, wait: false } },
};

/** The membarrier is in thread A or in thread B of the shape. */
const configurations = {
  SB: { shape: 'SB', caller: 'A' },
  'MP-A': { shape: 'MP', caller: 'A' },
  'MP-B': { shape: 'MP', caller: 'B' },
  LB: { shape: 'LB', caller: 'A' },
  'R-A': { shape: 'R', caller: 'A' },
  'R-B': { shape: 'R', caller: 'B' },
  'S-A': { shape: 'S', caller: 'A' },
  'S-B': { shape: 'S', caller: 'B' },
  '2+2W': { shape: '2+2W', caller: 'A' },
} as const;

const every_shape = Object.keys(configurations);

export default spec({
  title: "membarrier's barriers",
  versions,
  configurations,
  table: { pass: 'O', fail: 'X' },
  parameters: { code: 'merged' as const },
  system({ shape, caller, locks, still, ...version }) {
    cpus(2);
    const mb = membarrier(
      version,
      {
        nr_cpus: 2,
        callers: [0],
        targets: [1],
        curr: [MM, still ? MM : OTHER],
        irqs_off: [],
        mutexes: locks,
        rq_lock: locks,
        hotplug: false,
      },
      NO_EVENTS,
    );
    const { first, second } = shapes[shape]();
    const [calling, other] = caller === 'A' ? [first, second] : [second, first];

    task('caller', { cpu: 0, when: () => mb.runs(0) }, () => {
      const note = calling(() => mb.sys_membarrier(0, -1));
      note();
    });
    task('thread', { cpu: 1, when: () => mb.runs(1) }, () => {
      if (!still) mb.schedule_in(1);
      const note = other(() => {
        barrier();
        if (still || !choose_bool()) return;
        mb.schedule_out(1);
        mb.schedule_in(1);
      });
      if (!still) mb.schedule_out(1);
      note();
    });
  },
  expect: {
    sc: 'pass',
    tso: unordered(versions, configurations, {
      'no (a)': ['SB', 'R-A'],
      'no (e)': ['SB', 'R-A'],
      'no (e) + locks': ['SB', 'R-A'],
    }),
    power: unordered(versions, configurations, {
      'no (a)': every_shape,
      'no (a) + locks': ['SB', 'MP-A', 'R-A', 'R-B', 'S-A', '2+2W'],
      'no (c)': ['SB', 'MP-B', 'R-B'],
      'no (c) + IPI + relaxed wait': ['SB', 'MP-B', 'R-B'],
      'no (d)': every_shape,
      'no (e)': every_shape,
      'no (e) + locks': ['SB', 'MP-A', 'R-A', 'R-B', 'S-A', '2+2W'],
      'no ipi_mb + both relaxed': every_shape.filter((shape) => shape !== 'LB'),
    }),
  },
});
