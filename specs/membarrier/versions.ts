/** The states of the code, all with every barrier in place. */
import { ORDERED } from 'kcheck/models/cross-call';
import type {
  MembarrierEvents,
  MembarrierSetup,
  MembarrierVersion,
} from 'kcheck/models/membarrier';

/** All barriers in place. */
export const CORRECT: Omit<MembarrierVersion, 'code'> = {
  a: true,
  c: true,
  d: true,
  e: true,
  ipi_mb: true,
  order: ORDERED,
};

const version = (code: MembarrierVersion['code']): MembarrierVersion => ({ ...CORRECT, code });

/** S: synchronize_sched(), 2015. B0: before the per-CPU mutexes. B2: v2 of them. B3: as merged. */
export const versions = {
  S: version('synchronize_sched'),
  B0: version('expedited'),
  B2: version('posted'),
  B3: version('merged'),
};

const nothing = (): void => undefined;

/** Nothing is looked at but memory. */
export const NO_EVENTS: MembarrierEvents = {
  zalloc_cpumask_var: nothing,
  free_cpumask_var: nothing,
  ipis_sent: nothing,
  ipis_answered: nothing,
  interrupted: nothing,
  user_mode: nothing,
  kernel_mode: nothing,
};

/** CPU 0 calls, CPU 1 runs a thread of the process; locks as in the kernel. */
export const TWO_CPUS: Omit<MembarrierSetup, 'curr'> = {
  nr_cpus: 2,
  callers: [0],
  targets: [1],
  irqs_off: [],
  mutexes: true,
  rq_lock: true,
  hotplug: false,
};
