/** What calls of sys_membarrier() hold up, and what they are serialized for. */
import { always_possible, atomic, cpus, ghost, invariant, observer, sometimes, task } from 'kcheck';
import { membarrier, MM, NO_EVENTS } from 'kcheck/models/membarrier';
import type { MembarrierVersion } from 'kcheck/models/membarrier';
import { TWO_CPUS } from './versions.ts';

export interface ProgressSetup {
  /** What A on CPU 0 asks for: a CPU, or -1; and B on CPU 1. */
  readonly A: number;
  readonly B: number;
  /** The process of B; A's is MM. */
  readonly mm_of_B: number;
  /** Somebody waits for cpus_write_lock(). */
  readonly hotplug: boolean;
}

/**
 * CPU 2 keeps its interrupts off for ever, and A waits for it. P1: B, which asks for nothing of CPU 2,
 * comes to its end.
 */
export function progress(v: MembarrierVersion, { A, B, mm_of_B, hotplug }: ProgressSetup): void {
  cpus(4);
  const mb = membarrier(
    v,
    {
      ...TWO_CPUS,
      nr_cpus: 3,
      callers: [0, 1],
      targets: [0, 1, 2],
      curr: [MM, mm_of_B, MM],
      irqs_off: [2],
      rq_lock: false,
      hotplug,
    },
    NO_EVENTS,
  );
  const returned = ghost(false);
  observer('A', { cpu: 0, when: () => mb.runs(0) }, () => mb.sys_membarrier(0, A));
  observer('B', { cpu: 1, when: () => mb.runs(1) }, () => {
    mb.sys_membarrier(1, B, mm_of_B);
    returned.value = true;
  });
  if (hotplug) observer('hotplug', { cpu: 3 }, () => mb.cpus_write());
  always_possible('P1: a call that asks nothing of a deaf CPU returns', () => returned.value);
}

export interface ThrottleSetup {
  /** What A on CPU 0 asks for: a CPU, or -1; and B on CPU 1. */
  readonly A: number;
  readonly B: number;
  /** Somebody takes cpus_write_lock() too, and must get it. */
  readonly hotplug: boolean;
}

/**
 * Every CPU answers. P2: one broadcast at most is waiting for answers, and one targeted call a CPU.
 * P3: two calls for two CPUs can wait at the same time.
 */
export function throttle(v: MembarrierVersion, { A, B, hotplug }: ThrottleSetup): void {
  cpus(4);
  /** Calls that wait: broadcasts, then targeted ones by CPU. */
  const waiting = ghost([0, 0, 0, 0]);
  const mb = membarrier(
    v,
    {
      ...TWO_CPUS,
      nr_cpus: 3,
      callers: [0, 1],
      targets: [0, 1, 2],
      curr: [MM, MM, MM],
      rq_lock: false,
      hotplug,
    },
    {
      ...NO_EVENTS,
      ipis_sent(cpu_id) {
        atomic(() => {
          waiting[cpu_id + 1].value += 1;
        });
      },
      ipis_answered(cpu_id) {
        atomic(() => {
          waiting[cpu_id + 1].value -= 1;
        });
      },
    },
  );
  task('A', { cpu: 0, when: () => mb.runs(0) }, () => mb.sys_membarrier(0, A));
  task('B', { cpu: 1, when: () => mb.runs(1) }, () => mb.sys_membarrier(1, B));
  if (hotplug) task('hotplug', { cpu: 3 }, () => mb.cpus_write());
  invariant('P2: one broadcast at most is waiting, and one targeted call a CPU', () => {
    for (const each of waiting) if (each.value > 1) return false;
    return true;
  });
  if (A !== B) {
    sometimes(
      'P3: calls for two CPUs can wait at the same time',
      () => waiting[A + 1].value === 1 && waiting[B + 1].value === 1,
    );
  }
}
