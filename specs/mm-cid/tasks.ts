/** What a scene is made of: tasks, and what those with code of their own do. */
import { MM_CID_ONCPU, MM_CID_UNSET } from 'kcheck/models/mm-cid';
import type { MmCidSetup, MmCidTask } from 'kcheck/models/mm-cid';
import { NEW, OFF, RUNNING } from 'kcheck/models/sched';

/** A task that runs on a CPU, as a user of the mm. */
export function running(name: string, cpu: number, cid: number): MmCidTask {
  return { name, cpu, state: RUNNING, wakes: null, active: true, cid, process: 0 };
}

/** A task that is off CPU, and may be scheduled in so many times. */
export function sleeping(name: string, cpu: number, cid: number, wakes: number): MmCidTask {
  return { name, cpu, state: OFF, wakes, active: true, cid, process: 0 };
}

/** A child that is not born yet; afterwards it may be scheduled in so many times. */
export function unborn(name: string, cpu: number, wakes: number): MmCidTask {
  return { name, cpu, state: NEW, wakes, active: false, cid: MM_CID_UNSET, process: 0 };
}

export const oncpu = (cid: number): number => cid | MM_CID_ONCPU;

/** What the tasks with code of their own do, by task. */
export type Deed =
  | { readonly fork: number }
  | { readonly failed_fork: number }
  | 'exit'
  | 'execve'
  | 'failed_execve'
  /** sched_setaffinity(): the threads may run on so many CPUs now; who is woken to follow. */
  | { readonly allow: number; readonly pcpu_thrs: number; readonly worker: number | null }
  /** mm_cid_work_fn() in a worker. */
  | 'work'
  /** Looks whether the mode is per CPU. */
  | { readonly look: boolean };

export interface Scene extends MmCidSetup {
  readonly deeds: Readonly<Record<number, readonly Deed[]>>;
}

/** A task that is woken to work, and uses no mm. */
export function worker(name: string, cpu: number): MmCidTask {
  return { ...unborn(name, cpu, 0), wakes: null, process: 1 };
}

/** The same, but tasks with code of their own are preempted so often at most: histories are finite. */
export function limited(scene: Scene, preemptions: number): Scene {
  const tasks = scene.tasks.map((task) => (task.wakes === null ? { ...task, preemptions } : task));
  return { ...scene, tasks };
}
