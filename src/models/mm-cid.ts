/**
 * Concurrency IDs of an mm: who owns one, a task or a CPU, and how ownership changes hands.
 *
 * kernel/sched/core.c and kernel/sched/sched.h as of 6.19 and 7.0: sched_mm_cid_fork(),
 * sched_mm_cid_exit(), mm_cid_fixup_*(), mm_cid_switch_to() and what they call, access by access.
 * A version says which of the patches are in (see `MmCidVersion`).
 *
 * The threshold at which per CPU mode ends is a parameter: with the kernel's own it takes more CPUs
 * and tasks to come there. Not modelled: everything of fork, exit and execve outside of mm_cid.
 */
import { assert, smp_rmb, spin_is_locked } from 'kcheck';
import { cid_affinity } from './mm-cid/affinity.ts';
import { cid_on_cpu } from './mm-cid/cid.ts';
import { cid_fixups } from './mm-cid/fixup.ts';
import { ownership_mode } from './mm-cid/mode.ts';
import { cid_pool } from './mm-cid/pool.ts';
import { mm_cid_properties } from './mm-cid/properties.ts';
import type { MmCidSetup, MmCidVersion } from './mm-cid/setup.ts';
import { mm_cid_state } from './mm-cid/state.ts';
import { mm_cid_switch } from './mm-cid/switch.ts';
import { cid_users } from './mm-cid/users.ts';
import { scheduler } from './sched.ts';
import type { Current } from './sched.ts';

export { MM_CID_ONCPU, MM_CID_UNSET } from './mm-cid/cid.ts';
export type { MmCidSetup, MmCidTask, MmCidVersion } from './mm-cid/setup.ts';

export function mm_cid(v: MmCidVersion, setup: MmCidSetup) {
  const N = setup.nr_cpus;
  const mm_state = mm_cid_state(v, setup);
  const pool = cid_pool(mm_state);
  const mode = ownership_mode(mm_state);
  const mm_cid_switch_to = mm_cid_switch(mm_state, pool, mode);
  const sched = scheduler(
    N,
    setup.tasks,
    mm_cid_switch_to,
    'L1: a CPU can get out of its scheduler',
  );
  const fixups = cid_fixups(mm_state, pool, mode, sched);
  const users = cid_users(mm_state, pool, mode, fixups, sched);
  const { set_cpus_allowed, mm_cid_work_fn } = cid_affinity(mm_state, mode, fixups, sched);
  const { sched_mm_cid_fork, sched_mm_cid_exit } = users;
  const { sched_mm_cid_before_execve, sched_mm_cid_after_execve } = users;
  const { read_mode, transit_of } = mode;
  const { rq } = sched;
  mm_cid_properties(mm_state, mode, sched);

  /** `fails`: copy_process() gives up after the child was accounted. */
  function fork(current: Current, child: number, fails: boolean): void {
    // b2e48c429ec5 accounts a child where fork() can no longer fail.
    if (fails && v.user_list) return;
    sched_mm_cid_fork(current, child);
    if (fails) sched_mm_cid_exit(current, child);
    else sched.wake_up_new_task(child);
  }

  function exit(current: Current): void {
    sched_mm_cid_exit(current, current);
    sched.do_task_dead(current);
  }

  /** Until execve() has got a new mm, or knows that it fails, current is no user of the mm. */
  function execve(current: Current, fails: boolean): void {
    sched_mm_cid_before_execve(current);
    if (fails) sched_mm_cid_after_execve(current);
  }

  function thread(task: number, body: () => void): void {
    sched.thread(task, 'L2: the mode switch ends', body);
  }

  /**
   * Looks at the mode once. B1: who sees that the mode has changed and no transition is on has all of the
   * fixup before him, up to its last unlock, which is that of the last CPU's runqueue.
   */
  function look_at_mode(percpu: boolean): void {
    const mode = read_mode();
    if (cid_on_cpu(mode) !== percpu || transit_of(mode) !== 0) return;
    smp_rmb();
    assert(!spin_is_locked(rq[N - 1].lock), 'B1: a mode without TRANSIT means the fixup is over');
  }

  /** A task that has no more to do, and does not exit. */
  function sleep_for_good(current: Current): void {
    sched.sleep_for_good(current);
  }

  return {
    thread,
    fork,
    exit,
    execve,
    set_cpus_allowed,
    mm_cid_work_fn,
    look_at_mode,
    sleep_for_good,
  };
}
