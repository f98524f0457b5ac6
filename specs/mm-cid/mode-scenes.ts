/** Scenes in which fork() and exit() change the ownership mode. */
import { MM_CID_UNSET } from 'kcheck/models/mm-cid';
import { limited, oncpu, running, sleeping, unborn } from './tasks.ts';
import type { Scene } from './tasks.ts';

/** T0 creates the thread that is one too many for two CPUs, while T1 sleeps for good. */
const fork: Scene = {
  nr_cpus: 2,
  percpu: false,
  pcpu_thrs: 2,
  pcpu: [null, null],
  tasks: [running('T0', 0, 0), sleeping('T1', 1, 1, 0), unborn('T2', 0, 1)],
  deeds: { 0: [{ fork: 2 }] },
};

/** The same, but T1 may wake up. */
const fork_wake: Scene = {
  ...fork,
  tasks: [running('T0', 0, 0), sleeping('T1', 1, 1, 2), unborn('T2', 0, 1)],
};

/**
 * The reported one: T1 is scheduled in on one CPU, then on another, while T0 walks the threads. T0
 * stays on its CPU; in the scenes with two CPUs it may go anywhere.
 */
const fork3: Scene = {
  nr_cpus: 3,
  percpu: false,
  pcpu_thrs: 2,
  pcpu: [null, null, null],
  tasks: [
    { ...running('T0', 0, 0), pinned: true },
    sleeping('T1', 1, 1, 2),
    sleeping('T2', 2, 2, 0),
    unborn('T3', 0, 0),
  ],
  deeds: { 0: [{ fork: 3 }] },
};

/** E exits and so ends per CPU mode, while A and B are scheduled. */
const exit: Scene = {
  nr_cpus: 2,
  percpu: true,
  pcpu_thrs: 3,
  pcpu: [0, 1],
  tasks: [
    running('E', 1, oncpu(1)),
    sleeping('A', 0, oncpu(0), 1),
    sleeping('B', 0, MM_CID_UNSET, 1),
  ],
  deeds: { 0: ['exit'] },
};

/** Per CPU mode and back: T0 forks T2, then T1 exits. */
const fork_exit: Scene = {
  nr_cpus: 2,
  percpu: false,
  pcpu_thrs: 3,
  pcpu: [null, null],
  tasks: [running('T0', 0, 0), running('T1', 1, 1), unborn('T2', 0, 1)],
  deeds: { 0: [{ fork: 2 }], 1: ['exit'] },
};

/** Per task mode and back: T1 exits, T0 forks T2. */
const exit_fork: Scene = {
  nr_cpus: 2,
  percpu: true,
  pcpu_thrs: 3,
  pcpu: [0, 1],
  tasks: [
    running('T0', 0, oncpu(0)),
    running('T1', 1, oncpu(1)),
    sleeping('B', 0, MM_CID_UNSET, 1),
    unborn('T2', 0, 0),
  ],
  deeds: { 0: [{ fork: 3 }], 1: ['exit'] },
};

/** A fork that fails after its child was accounted, with T1 gone in the meantime. */
const failed_fork: Scene = {
  nr_cpus: 2,
  percpu: true,
  pcpu_thrs: 2,
  pcpu: [0, 1],
  tasks: [
    running('T0', 0, oncpu(0)),
    running('T1', 1, oncpu(1)),
    unborn('X', 0, 0),
    unborn('Y', 0, 1),
  ],
  deeds: { 0: [{ failed_fork: 2 }, { fork: 3 }], 1: ['exit'] },
};

/**
 * Two threads fork at the same time: one child is accounted and not yet visible to the other. Every
 * task stays on a CPU of its own, and X sleeps for good.
 */
const two_forks: Scene = {
  nr_cpus: 3,
  percpu: false,
  pcpu_thrs: 2,
  pcpu: [null, null, null],
  tasks: [
    { ...running('T0', 0, 0), pinned: true },
    { ...running('T1', 1, 1), pinned: true },
    unborn('X', 0, 0),
    { ...unborn('Y', 2, 1), pinned: true },
  ],
  deeds: { 0: [{ fork: 2 }], 1: [{ fork: 3 }] },
};

/** V shares the mm, but is a process of its own. */
const vfork: Scene = {
  nr_cpus: 3,
  percpu: false,
  pcpu_thrs: 2,
  pcpu: [null, null, null],
  tasks: [
    running('T0', 0, 0),
    { ...running('T1', 1, 1), wakes: 0 },
    { ...sleeping('V', 2, 2, 0), process: 1 },
    unborn('T2', 0, 1),
  ],
  deeds: { 0: [{ fork: 3 }] },
};

/**
 * E, on CPU0, exits, and the walk ends with CPU1, where O looks at the mode meanwhile. Nobody else
 * takes the lock of CPU1's runqueue before O has looked.
 */
const b1: Scene = {
  nr_cpus: 2,
  percpu: true,
  pcpu_thrs: 2,
  pcpu: [0, 1],
  tasks: [
    { ...running('E', 0, oncpu(0)), pinned: true, preemptions: 0 },
    { ...running('O', 1, oncpu(1)), pinned: true, preemptions: 0 },
  ],
  deeds: { 0: ['exit'], 1: [{ look: false }] },
};

/** The other way: T0, on CPU0, forks, and the last task of the walk is O, on CPU1. */
const b1_fork: Scene = {
  nr_cpus: 2,
  percpu: false,
  pcpu_thrs: 2,
  pcpu: [null, null],
  tasks: [
    { ...running('T0', 0, 0), pinned: true, preemptions: 0 },
    { ...running('O', 1, 1), pinned: true, preemptions: 0 },
    { ...unborn('T2', 0, 0), pinned: true },
  ],
  deeds: { 0: [{ fork: 2 }], 1: [{ look: true }] },
};

/** The mode stays: A is scheduled in on one CPU, then on the other. */
const wake: Scene = {
  nr_cpus: 2,
  percpu: false,
  pcpu_thrs: 2,
  pcpu: [null, null],
  tasks: [{ ...running('T0', 0, 0), pinned: true }, sleeping('A', 1, 1, 2)],
  deeds: { 0: [] },
};

/** Tasks that fork or exit are preempted without end. */
export const mode_scenes = {
  fork,
  'fork-wake': fork_wake,
  fork3,
  exit,
  'fork-exit': fork_exit,
  'exit-fork': exit_fork,
  'failed-fork': failed_fork,
  'two-forks': two_forks,
  vfork,
};

/** Nothing goes on without end, so power's histories are finite. */
export const finite_mode_scenes = {
  'wake-0': limited(wake, 0),
  'fork-1': limited(fork, 1),
  'fork3-0': limited(fork3, 0),
  'exit-0': limited(exit, 0),
  'fork-exit-0': limited(fork_exit, 0),
  'exit-fork-0': limited(exit_fork, 0),
  'failed-fork-0': limited(failed_fork, 0),
  'two-forks-0': limited(two_forks, 0),
  'vfork-1': limited(vfork, 1),
  b1,
  'b1-fork': b1_fork,
};
