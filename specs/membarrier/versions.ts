/** The states of the code, all with every barrier in place. */
import { ALL_BARRIERS } from 'kcheck/models/membarrier';
import type { MembarrierSetup, MembarrierVersion } from 'kcheck/models/membarrier';

const version = (code: MembarrierVersion['code']): MembarrierVersion => ({ ...ALL_BARRIERS, code });

/** S: synchronize_sched(), 2015. B0: before the per-CPU mutexes. B2: v2 of them. B3: as merged. */
export const versions = {
  S: version('synchronize_sched'),
  B0: version('expedited'),
  B2: version('posted'),
  B3: version('merged'),
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
