/** Scenes about max_cids, affinity and execve(). All of them are finite. */
import { MM_CID_UNSET } from 'kcheck/models/mm-cid';
import { OFF } from 'kcheck/models/sched';
import { limited, oncpu, running, sleeping, unborn, worker } from './tasks.ts';
import type { Scene } from './tasks.ts';

/** max_cids shrinks in per task mode: T0 exits, and A comes in with a CID that is too big now. */
const converge: Scene = {
  nr_cpus: 3,
  nr_cpus_allowed: 3,
  percpu: false,
  pcpu_thrs: 1,
  pcpu: [null, null, null],
  tasks: [running('T0', 0, 0), running('T1', 1, 1), sleeping('A', 2, 2, 2), unborn('X', 1, 0)],
  deeds: { 0: ['exit'], 1: [{ fork: 3 }] },
};

/** The same in per CPU mode: CPU2 owns a CID that is too big, while CPU0 has none. */
const converge_percpu: Scene = {
  nr_cpus: 3,
  nr_cpus_allowed: 3,
  percpu: true,
  pcpu_thrs: 1,
  pcpu: [null, 1, 2],
  tasks: [
    running('E', 1, oncpu(1)),
    sleeping('A', 2, oncpu(2), 1),
    sleeping('B', 0, MM_CID_UNSET, 1),
  ],
  deeds: { 0: ['exit'] },
};

/** max_cids shrinks, and per CPU mode ends at the same time: what is too big is given back. */
const converge_exit: Scene = {
  ...converge_percpu,
  pcpu_thrs: 2,
  pcpu: [null, 1, null],
  tasks: [running('E', 1, oncpu(1)), sleeping('A', 2, MM_CID_UNSET, 1)],
};

/** The tasks may run on a second CPU now, so per CPU mode is to end: the worker ends it. */
const affinity: Scene = {
  nr_cpus: 2,
  nr_cpus_allowed: 1,
  percpu: true,
  pcpu_thrs: 1,
  pcpu: [0, 1],
  tasks: [running('T0', 0, oncpu(0)), sleeping('A', 1, oncpu(1), 2), worker('K', 1)],
  deeds: { 0: [{ allow: 2, pcpu_thrs: 3, worker: 2 }], 2: ['work'] },
};

/** The same, and T1 exits: whoever comes first ends per CPU mode. */
const affinity_exit: Scene = {
  ...affinity,
  tasks: [
    running('T0', 0, oncpu(0)),
    running('T1', 1, oncpu(1)),
    worker('K', 1),
    sleeping('B', 0, MM_CID_UNSET, 1),
  ],
  deeds: { ...affinity.deeds, 1: ['exit'] },
};

/** The tasks may run on a third CPU now, while T1 creates the thread that is too many for two. */
const affinity_fork: Scene = {
  nr_cpus: 3,
  nr_cpus_allowed: 2,
  percpu: false,
  pcpu_thrs: 1,
  pcpu: [null, null, null],
  tasks: [running('T0', 0, 0), running('T1', 1, 1), unborn('X', 1, 1)],
  deeds: { 0: [{ allow: 3, pcpu_thrs: 1, worker: null }], 1: [{ fork: 2 }] },
};

/** V, which shares the mm as a child of vfork() does, executes a program, and so ends per CPU mode. */
const execve: Scene = {
  nr_cpus: 2,
  percpu: true,
  pcpu_thrs: 3,
  pcpu: [0, 1],
  tasks: [
    { ...running('V', 1, oncpu(1)), process: 1 },
    sleeping('A', 0, oncpu(0), 1),
    sleeping('B', 0, MM_CID_UNSET, 1),
  ],
  deeds: { 0: ['execve'] },
};

/** E fails to execute a program, and is a user again; then T0 and T1 exit, which ends per CPU mode. */
const failed_execve: Scene = {
  nr_cpus: 2,
  percpu: true,
  pcpu_thrs: 2,
  pcpu: [0, 1],
  tasks: [
    running('E', 1, oncpu(1)),
    running('T0', 0, oncpu(0)),
    { ...running('T1', 0, MM_CID_UNSET), state: OFF },
  ],
  deeds: { 0: ['failed_execve'], 1: ['exit'], 2: ['exit'] },
};

/**
 * E has failed to execute a program, was moved to CPU1 meanwhile, and is not scheduled since: a user
 * that runs without a CID, on a CPU without one. T0 exits, which ends per CPU mode.
 */
const unset: Scene = {
  nr_cpus: 2,
  percpu: true,
  pcpu_thrs: 2,
  pcpu: [0, null],
  tasks: [
    { ...running('E', 1, MM_CID_UNSET), pinned: true },
    { ...running('T0', 0, oncpu(0)), pinned: true },
  ],
  deeds: { 0: [], 1: ['exit'] },
};

/** The same, but E was not moved, so its CPU has a CID; then E forks, and is moved. */
const unset_fork: Scene = {
  ...unset,
  pcpu: [0, 1],
  tasks: [
    { ...running('E', 1, MM_CID_UNSET), preemptions: 1 },
    { ...running('T0', 0, oncpu(0)), pinned: true, preemptions: 0 },
    unborn('X', 1, 0),
  ],
  deeds: { 0: [{ fork: 2 }], 1: ['exit'] },
};

/** The only user, left over in per CPU mode, fails to execute a program, then creates a thread. */
const lone_execve: Scene = {
  nr_cpus: 2,
  nr_cpus_allowed: 1,
  percpu: true,
  pcpu_thrs: 1,
  pcpu: [0, null],
  tasks: [running('T0', 0, oncpu(0)), unborn('T1', 0, 1)],
  deeds: { 0: ['failed_execve', { fork: 1 }] },
};

export const other_scenes = {
  'converge-0': limited(converge, 0),
  'converge-percpu-0': limited(converge_percpu, 0),
  'converge-exit-0': limited(converge_exit, 0),
  'affinity-0': limited(affinity, 0),
  'affinity-exit-0': limited(affinity_exit, 0),
  'affinity-fork-0': limited(affinity_fork, 0),
  'execve-0': limited(execve, 0),
  'failed-execve-0': limited(failed_execve, 0),
  'unset-0': limited(unset, 0),
  'unset-fork-1': unset_fork,
  'lone-execve-0': limited(lone_execve, 0),
};
