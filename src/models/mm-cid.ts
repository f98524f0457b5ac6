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
import {
  assert,
  atomic_fetch_andnot_relaxed,
  bool,
  cpu_relax,
  flags,
  hex,
  invariant,
  mutex,
  mutex_is_locked,
  mutex_lock,
  mutex_unlock,
  raw_spin_lock,
  raw_spin_unlock,
  READ_ONCE,
  shared,
  smp_load_acquire,
  smp_mb,
  smp_rmb,
  smp_store_release,
  spin_is_locked,
  spinlock,
  test_and_set_bit,
  u8,
  WRITE_ONCE,
} from 'kcheck';
import { NEW, RUNNING, scheduler } from './sched.ts';
import type { Current, TaskSetup } from './sched.ts';

export const MM_CID_UNSET = 1 << 31;
export const MM_CID_ONCPU = 1 << 30;
export const MM_CID_TRANSIT = 1 << 29;

const CID = {
  flags: { ONCPU: MM_CID_ONCPU, TRANSIT: MM_CID_TRANSIT },
  exact: { UNSET: MM_CID_UNSET, 'UNSET|TRANSIT': MM_CID_UNSET | MM_CID_TRANSIT },
};

/** Which of the patches are in. */
export interface MmCidVersion {
  /** Patch 1: the switch to per CPU mode goes through TRANSIT too. */
  readonly transit_to_cpu: boolean;
  /** Patch 2: percpu and transit are one word, `mode`. */
  readonly mode_word: boolean;
  /** Not posted: percpu is stored with smp_store_release(). */
  readonly release: boolean;
  /** Not posted: percpu is read with smp_load_acquire() in the scheduler. */
  readonly acquire: boolean;
  /** The V2 posting: smp_mb() behind the store that sets TRANSIT, before the fixup. */
  readonly mb_before_fixup: boolean;
  /** The V2 posting: smp_mb() behind the fixup, before the store that clears TRANSIT. */
  readonly mb_after_fixup: boolean;
  /** Patch 3: an exit that switches the mode drops its CPU's CID. */
  readonly drop_on_exit: boolean;
  /** Patch 4: a transitional CID is handed over at schedule out once the transition is over. */
  readonly keep_on_schedout: boolean;
  /** 1e83ccd5921a: mm_drop_cid_on_cpu() looks for ONCPU first. */
  readonly drop_checks_oncpu: boolean;
  /** b2e48c429ec5 and after: a child is accounted once visible; the users are on a list. */
  readonly user_list: boolean;
  /** de3ab9bd3133: the walk over CPUs leaves a running task alone that has no CID. */
  readonly skips_unset: boolean;
}

export interface MmCidSetup {
  readonly nr_cpus: number;
  readonly tasks: readonly MmCidTask[];
  /** The CID that each CPU owns at the start; null: none. */
  readonly pcpu: readonly (number | null)[];
  /** Ownership at the start: per CPU or per task. */
  readonly percpu: boolean;
  /** Below so many users the mode goes back to per task. */
  readonly pcpu_thrs: number;
  /**
   * On how many CPUs the tasks may run, at the start: max_cids follows from it and from the users. Left
   * out: max_cids is the number of CPUs, and stays that.
   */
  readonly nr_cpus_allowed?: number | undefined;
}

export interface MmCidTask extends TaskSetup {
  readonly active: boolean;
  /** With its flag bits. */
  readonly cid: number;
  /** In the thread group of task 0, or a process of its own that shares the mm (CLONE_VM). */
  readonly process: number;
}

const cid_on_cpu = (cid: number): boolean => (cid & MM_CID_ONCPU) !== 0;
const cid_in_transit = (cid: number): boolean => (cid & MM_CID_TRANSIT) !== 0;
const cid_on_task = (cid: number): boolean =>
  (cid & (MM_CID_TRANSIT | MM_CID_UNSET | MM_CID_ONCPU)) === 0;
const cid_to_cpu_cid = (cid: number): number => cid | MM_CID_ONCPU;
const cpu_cid_to_cid = (cid: number): number => cid & ~MM_CID_ONCPU;
const cid_to_transit_cid = (cid: number): number => cid | MM_CID_TRANSIT;
const cid_from_transit_cid = (cid: number): number => cid & ~MM_CID_TRANSIT;
/** What user space sees. */
const user_cid = (cid: number): number => cid & ~(MM_CID_ONCPU | MM_CID_TRANSIT);

export function mm_cid(v: MmCidVersion, setup: MmCidSetup) {
  const N = setup.nr_cpus;
  const users = setup.tasks.filter((t) => t.active).length;
  const owned = [
    ...setup.tasks.filter((t) => t.active && cid_on_task(t.cid)).map((t) => t.cid),
    ...setup.pcpu.filter((cid) => cid !== null),
  ];
  const oncpu = setup.percpu ? MM_CID_ONCPU : 0;
  const { nr_cpus_allowed } = setup;
  /** Only one task uses the mm at the start, so it may be the last user, and then the first. */
  const is_lone = users === 1;

  const mm = shared({
    lock: spinlock(),
    mutex: mutex(),
    bitmap: hex(owned.reduce((map, cid) => map | (1 << cid), 0)),
    users: u8(users),
    pcpu_thrs: u8(setup.percpu ? setup.pcpu_thrs : 0),
    pcpu: setup.pcpu.map((cid) => ({
      cid: cid_word(cid === null ? MM_CID_UNSET : cid_to_cpu_cid(cid)),
    })),
    ...(v.mode_word
      ? { mode: mode_word(oncpu) }
      : { percpu: bool(setup.percpu), transit: mode_word(0) }),
    ...(nr_cpus_allowed === undefined
      ? {}
      : {
          nr_cpus_allowed: u8(nr_cpus_allowed),
          max_cids: u8(max_cids_of(nr_cpus_allowed, users)),
          update_deferred: bool(false),
        }),
  });
  const t = setup.tasks.map((task) =>
    shared({ cid: cid_word(task.cid), active: bool(task.active) }, task.name),
  );
  /** Tells which children are on the thread list. */
  const sched = scheduler(
    N,
    setup.tasks,
    mm_cid_switch_to,
    'L1: a CPU can get out of its scheduler',
  );
  const { rq, state } = sched;

  // The pool.

  function find_first_zero_bit(map: number): number {
    let first = N;
    for (let bit = N - 1; bit >= 0; bit--) if ((map & (1 << bit)) === 0) first = bit;
    return first;
  }

  function __mm_get_cid(max_cids: number): number {
    const cid = find_first_zero_bit(READ_ONCE(mm.bitmap));
    if (cid >= max_cids) return MM_CID_UNSET;
    if (test_and_set_bit(cid, mm.bitmap)) return MM_CID_UNSET;
    return cid;
  }

  function mm_get_cid(): number {
    if (nr_cpus_allowed !== undefined) {
      const cid = __mm_get_cid(read_max_cids());
      if (cid !== MM_CID_UNSET) return cid;
      cpu_relax();
    }
    for (;;) {
      const cid = __mm_get_cid(N);
      if (cid !== MM_CID_UNSET) return cid;
      cpu_relax();
    }
  }

  /** Tries to find a CID below max_cids in exchange for one that is not. */
  function mm_cid_converge(orig_cid: number, max_cids: number): number {
    const cid = cpu_cid_to_cid(orig_cid);
    if (cid < max_cids) return orig_cid;
    const new_cid = __mm_get_cid(max_cids);
    if (new_cid === MM_CID_UNSET) return orig_cid;
    mm_drop_cid(cid);
    return new_cid | (orig_cid & MM_CID_ONCPU);
  }

  /** clear_bit(), which tells what was there so that S4 can look. */
  function mm_drop_cid(cid: number): void {
    assert(cid >= 0 && cid < N, 'S4: clear_bit() is given a CID below the number of CPUs');
    const map = atomic_fetch_andnot_relaxed(1 << cid, mm.bitmap);
    assert((map & (1 << cid)) !== 0, 'S4: clear_bit() is given a CID that is not in the pool');
  }

  function mm_unset_cid_on_task(task: number): void {
    const cid = t[task].cid.value;
    t[task].cid.value = MM_CID_UNSET;
    if (cid_on_task(cid)) mm_drop_cid(cid);
  }

  function mm_drop_cid_on_cpu(cpu: number): void {
    const cid = mm.pcpu[cpu].cid.value;
    if (v.drop_checks_oncpu && !cid_on_cpu(cid)) return;
    mm.pcpu[cpu].cid.value = cpu_cid_to_cid(cid);
    mm_drop_cid(cpu_cid_to_cid(cid));
  }

  function max_cids_of(allowed: number, users: number): number {
    const opt_cids = Math.min(allowed, users);
    return Math.min(opt_cids + Math.trunc(opt_cids / 4), N);
  }

  function read_max_cids(): number {
    return nr_cpus_allowed === undefined ? N : READ_ONCE(mm.max_cids);
  }

  // The mode: one word, or two.

  function read_mode(): number {
    if (v.mode_word) return READ_ONCE(mm.mode);
    const percpu = v.acquire ? smp_load_acquire(mm.percpu) : READ_ONCE(mm.percpu);
    return percpu ? MM_CID_ONCPU : 0;
  }

  /** With two words, transit is read where it is needed; with one, it came with the mode. */
  function transit_of(mode: number): number {
    return v.mode_word ? mode & MM_CID_TRANSIT : READ_ONCE(mm.transit);
  }

  function percpu_mode(): boolean {
    return v.mode_word ? cid_on_cpu(mm.mode.value) : mm.percpu.value;
  }

  function flip_mode(percpu: boolean): void {
    if (v.mode_word) {
      set_mode(mm.mode.value ^ (MM_CID_TRANSIT | MM_CID_ONCPU));
      return;
    }
    if (v.transit_to_cpu || !percpu) WRITE_ONCE(mm.transit, MM_CID_TRANSIT);
    if (v.release) smp_store_release(mm.percpu, percpu);
    else WRITE_ONCE(mm.percpu, percpu);
  }

  function clear_transit(percpu: boolean): void {
    if (v.mb_after_fixup) smp_mb();
    if (v.mode_word) set_mode(percpu ? MM_CID_ONCPU : 0);
    else if (v.transit_to_cpu || !percpu) WRITE_ONCE(mm.transit, 0);
  }

  function set_mode(mode: number): void {
    const old = mm.mode.value;
    const next = cid_in_transit(old)
      ? old & ~MM_CID_TRANSIT
      : old ^ (MM_CID_ONCPU | MM_CID_TRANSIT);
    assert(mode === next, 'S6: the mode goes round in its circle');
    WRITE_ONCE(mm.mode, mode);
  }

  /** Whether the mode changed. Called with mm.lock held. */
  function mm_update_max_cids(): boolean {
    const percpu = percpu_mode();
    if (nr_cpus_allowed !== undefined) {
      mm.update_deferred.value = false;
      __mm_update_max_cids();
    }
    const max_cids = nr_cpus_allowed === undefined ? N : mm.max_cids.value;
    if (!percpu) {
      if (mm.users.value > max_cids) mm.pcpu_thrs.value = setup.pcpu_thrs;
    } else {
      if (mm.users.value < mm.pcpu_thrs.value) mm.pcpu_thrs.value = 0;
    }
    const wanted = mm.pcpu_thrs.value !== 0;
    if (percpu === wanted) return false;
    flip_mode(wanted);
    if (v.mb_before_fixup) smp_mb();
    return true;
  }

  function __mm_update_max_cids(): void {
    WRITE_ONCE(mm.max_cids, max_cids_of(mm.nr_cpus_allowed.value, mm.users.value));
  }

  // The scheduler.

  function mm_cid_from_cpu(cpu: number, next: number, cpu_cid: number, mode: number): void {
    const tcid = t[next].cid.value;
    const max_cids = read_max_cids();
    let cid = cpu_cid;
    if (cid_on_cpu(cpu_cid & tcid)) {
      if (nr_cpus_allowed === undefined || cpu_cid_to_cid(cpu_cid) < max_cids) {
        t[next].cid.value = cpu_cid;
        return;
      }
      cid = mm_cid_converge(cpu_cid, max_cids);
    } else {
      if (cid_on_task(tcid)) {
        if (cid_on_cpu(cid)) mm_unset_cid_on_task(next);
        else cid = cid_to_cpu_cid(tcid);
      }
      if (!cid_on_cpu(cid)) cid = cid_to_cpu_cid(mm_get_cid());
      if (v.transit_to_cpu && transit_of(mode) !== 0) {
        cid = cid_to_transit_cid(cpu_cid_to_cid(cid));
      }
    }
    mm.pcpu[cpu].cid.value = cid;
    t[next].cid.value = cid;
  }

  function mm_cid_from_task(cpu: number, next: number, cpu_cid: number, mode: number): void {
    let tcid = t[next].cid.value;
    const max_cids = read_max_cids();
    if (cid_on_task(tcid | cpu_cid)) {
      if (nr_cpus_allowed === undefined || tcid < max_cids) {
        mm.pcpu[cpu].cid.value = tcid;
        return;
      }
      tcid = mm_cid_converge(tcid, max_cids);
    } else {
      if (cid_on_cpu(cpu_cid)) {
        if (cid_on_task(tcid)) mm_drop_cid_on_cpu(cpu);
        else tcid = cpu_cid_to_cid(cpu_cid);
      }
      if (!cid_on_task(tcid)) tcid = mm_get_cid();
      tcid |= transit_of(mode);
    }
    mm.pcpu[cpu].cid.value = tcid;
    t[next].cid.value = tcid;
  }

  function mm_cid_schedin(cpu: number, next: number): void {
    if (!t[next].active.value) return;
    const cpu_cid = mm.pcpu[cpu].cid.value;
    const mode = read_mode();
    if (cid_on_cpu(mode)) mm_cid_from_cpu(cpu, next, cpu_cid, mode);
    else mm_cid_from_task(cpu, next, cpu_cid, mode);
  }

  function mm_cid_schedout(cpu: number, prev: number): void {
    const tcid = t[prev].cid.value;
    if (!cid_in_transit(tcid)) return;
    let cid = cid_from_transit_cid(tcid);
    if (v.keep_on_schedout) {
      const mode = READ_ONCE(mm.mode);
      if (!cid_in_transit(mode) && cid < read_max_cids()) {
        if (cid_on_cpu(mode)) cid = cid_to_cpu_cid(cid);
        mm.pcpu[cpu].cid.value = cid;
        t[prev].cid.value = cid;
        return;
      }
    }
    mm_drop_cid(cid);
    t[prev].cid.value = MM_CID_UNSET;
  }

  /** Numbers as in `rq->curr`. */
  function mm_cid_switch_to(cpu: number, prev: number, next: number): void {
    if (prev !== 0) mm_cid_schedout(cpu, prev - 1);
    if (next !== 0) mm_cid_schedin(cpu, next - 1);
  }

  // The fixups: the mode has changed, CIDs follow.

  function mm_cid_transit_to_task(task: number, cpu: number): void {
    const cid = t[task].cid.value;
    if (!cid_on_cpu(cid)) return;
    const next = cid_to_transit_cid(cpu_cid_to_cid(cid));
    t[task].cid.value = next;
    mm.pcpu[cpu].cid.value = next;
  }

  /** mm_cid_transfer_to_cpu() before patch 1. */
  function mm_cid_transit_to_cpu(task: number, cpu: number): void {
    const cid = t[task].cid.value;
    if (!cid_on_task(cid)) return;
    const next = v.transit_to_cpu ? cid_to_transit_cid(cid) : cid_to_cpu_cid(cid);
    t[task].cid.value = next;
    mm.pcpu[cpu].cid.value = next;
  }

  function mm_cid_fixup_cpus_to_tasks(current: Current): void {
    for (let cpu = 0; cpu < N; cpu++) {
      sched.raw_spin_lock_irq(current, rq[cpu].lock);
      const cid = mm.pcpu[cpu].cid.value;
      const curr = READ_ONCE(rq[cpu].curr);
      const active = curr !== 0 && t[curr - 1].active.value;
      if (cid_on_cpu(cid)) {
        if (active) mm_cid_transit_to_task(curr - 1, cpu);
        else mm_drop_cid_on_cpu(cpu);
      } else if (active) {
        const tcid = t[curr - 1].cid.value;
        if (!cid_in_transit(tcid) && !(v.skips_unset && tcid === MM_CID_UNSET)) {
          t[curr - 1].cid.value = cid_to_transit_cid(tcid);
          mm.pcpu[cpu].cid.value = cid_to_transit_cid(tcid);
        }
      }
      sched.raw_spin_unlock_irq(current, rq[cpu].lock);
    }
    clear_transit(false);
  }

  /** Whether the task counts as a user. */
  function mm_cid_fixup_task_to_cpu(current: Current, task: number): boolean {
    const cpu = sched.task_rq_lock(current, task);
    const active = t[task].active.value;
    if (active && cid_on_task(t[task].cid.value)) {
      if (READ_ONCE(rq[cpu].curr) === task + 1) mm_cid_transit_to_cpu(task, cpu);
      else mm_unset_cid_on_task(task);
    }
    sched.task_rq_unlock(current, task, cpu);
    return active;
  }

  /** Whether the walk over threads can see the task. */
  function visible(task: number): boolean {
    return setup.tasks[task].state !== NEW || state[task].value !== NEW;
  }

  function mm_cid_do_fixup_tasks_to_cpus(current: Current): void {
    const others = setup.tasks.map((_, task) => task).filter((task) => task !== current);
    if (v.user_list) {
      // Being a user is being on the list; both change under the mutex.
      for (const task of others) {
        if (t[task].active.value) mm_cid_fixup_task_to_cpu(current, task);
      }
      return;
    }
    // The newly incoming task is accounted for, but not yet visible.
    let users = mm.users.value - 2;
    if (users === 0) return;
    for (const task of others) {
      if (setup.tasks[task].process !== setup.tasks[current].process) continue;
      if (visible(task) && mm_cid_fixup_task_to_cpu(current, task)) users--;
    }
    if (users === 0) return;
    // Happens only for CLONE_VM processes.
    for (const task of others) {
      if (visible(task) && mm_cid_fixup_task_to_cpu(current, task)) {
        users--;
        if (users === 0) return;
      }
    }
  }

  function mm_cid_fixup_tasks_to_cpus(current: Current): void {
    mm_cid_do_fixup_tasks_to_cpus(current);
    clear_transit(true);
  }

  // fork() and exit().

  function sched_mm_cid_add_user(task: number): boolean {
    t[task].active.value = true;
    mm.users.value++;
    return mm_update_max_cids();
  }

  function sched_mm_cid_remove_user(task: number): boolean {
    t[task].active.value = false;
    t[task].cid.value = cid_from_transit_cid(t[task].cid.value);
    mm_unset_cid_on_task(task);
    mm.users.value--;
    return mm_update_max_cids();
  }

  function sched_mm_cid_fork(current: Current, child: number): void {
    mutex_lock(mm.mutex);
    const cpu = sched.raw_spin_lock_irq(current, mm.lock);
    if (is_lone && mm.users.value === 0) {
      sched_mm_cid_add_user(child);
      t[child].cid.value = mm_get_cid();
      mm.pcpu[cpu].cid.value = t[child].cid.value;
      sched.raw_spin_unlock_irq(current, mm.lock);
      mutex_unlock(mm.mutex);
      return;
    }
    if (!sched_mm_cid_add_user(child)) {
      if (!percpu_mode()) t[child].cid.value = mm_get_cid();
      sched.raw_spin_unlock_irq(current, mm.lock);
      mutex_unlock(mm.mutex);
      return;
    }
    const percpu = percpu_mode();
    if (percpu) mm_cid_transit_to_cpu(current, cpu);
    else mm_cid_transit_to_task(current, cpu);
    sched.raw_spin_unlock_irq(current, mm.lock);
    if (percpu) {
      mm_cid_fixup_tasks_to_cpus(current);
    } else {
      mm_cid_fixup_cpus_to_tasks(current);
      t[child].cid.value = mm_get_cid();
    }
    mutex_unlock(mm.mutex);
  }

  /** `task` is current, or the child of a fork that failed. */
  function sched_mm_cid_exit(current: Current, task: number): void {
    mutex_lock(mm.mutex);
    if (is_lone && mm.users.value === 1) {
      const cpu = sched.raw_spin_lock_irq(current, mm.lock);
      if (task === current) mm_cid_transit_to_task(current, cpu);
      sched_mm_cid_remove_user(task);
      sched.raw_spin_unlock_irq(current, mm.lock);
      mutex_unlock(mm.mutex);
      return;
    }
    const cpu = sched.raw_spin_lock_irq(current, mm.lock);
    const change = sched_mm_cid_remove_user(task);
    if (change) {
      if (v.drop_on_exit) mm_drop_cid_on_cpu(cpu);
      else mm_cid_transit_to_task(current, cpu);
    }
    sched.raw_spin_unlock_irq(current, mm.lock);
    if (change) mm_cid_fixup_cpus_to_tasks(current);
    mutex_unlock(mm.mutex);
  }

  // Affinity.

  /** Called with a runqueue locked. Threads may run on `weight` CPUs now, and the threshold follows. */
  function mm_update_cpus_allowed(weight: number, pcpu_thrs: number): void {
    raw_spin_lock(mm.lock);
    if (mm.nr_cpus_allowed.value !== weight) {
      WRITE_ONCE(mm.nr_cpus_allowed, weight);
      __mm_update_max_cids();
      if (percpu_mode()) {
        mm.pcpu_thrs.value = pcpu_thrs;
        if (mm.users.value < pcpu_thrs) mm.update_deferred.value = true;
      }
    }
    raw_spin_unlock(mm.lock);
  }

  /**
   * sched_setaffinity() of the task itself. The work is queued in any case, which is more than the
   * kernel does: it looks at update_deferred.
   */
  function set_cpus_allowed(
    current: Current,
    weight: number,
    pcpu_thrs: number,
    worker: number | null,
  ): void {
    const cpu = sched.task_rq_lock(current, current);
    mm_update_cpus_allowed(weight, pcpu_thrs);
    sched.task_rq_unlock(current, current, cpu);
    if (worker !== null) sched.wake_up_new_task(worker);
  }

  function mm_cid_work_fn(current: Current): void {
    mutex_lock(mm.mutex);
    sched.raw_spin_lock_irq(current, mm.lock);
    const change = mm.update_deferred.value && mm_update_max_cids();
    sched.raw_spin_unlock_irq(current, mm.lock);
    if (change) mm_cid_fixup_cpus_to_tasks(current);
    mutex_unlock(mm.mutex);
  }

  // Who does what.

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

  function sched_mm_cid_before_execve(current: Current): void {
    sched_mm_cid_exit(current, current);
  }

  function sched_mm_cid_after_execve(current: Current): void {
    sched_mm_cid_fork(current, current);
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

  // Properties. S4 and S6 are asserted where the bitmap and the mode are written.

  const rq_locked = (): boolean => {
    for (const { lock } of rq) if (spin_is_locked(lock)) return true;
    return false;
  };
  const updating = (): boolean => rq_locked() || spin_is_locked(mm.lock);
  const changing = (): boolean => mutex_is_locked(mm.mutex) || updating();
  const tasks = setup.tasks.map((_, task) => task);

  const runs = (task: number): boolean =>
    state[task].value === RUNNING && t[task].active.value && t[task].cid.value !== MM_CID_UNSET;

  invariant('S1: no two running tasks have the same CID', () => {
    for (const a of tasks) {
      for (const b of tasks.slice(a + 1)) {
        if (runs(a) && runs(b) && user_cid(t[a].cid.value) === user_cid(t[b].cid.value))
          return false;
      }
    }
    return true;
  });

  /** How many own the CID: a CPU, a task, or a task on its way to another mode. */
  function owners(cid: number): number {
    let count = 0;
    for (const { cid: word } of mm.pcpu) if (word.value === cid_to_cpu_cid(cid)) count++;
    for (const task of t) {
      const word = task.cid.value;
      if (word === cid || word === cid_to_transit_cid(cid)) count++;
    }
    return count;
  }

  invariant('S2: a CID has one owner at most', () => {
    if (updating()) return true;
    for (let cid = 0; cid < N; cid++) if (owners(cid) > 1) return false;
    return true;
  });

  invariant('S3: the bitmap holds the CIDs that are owned, and no others', () => {
    if (changing()) return true;
    const map = mm.bitmap.value;
    for (let cid = 0; cid < N; cid++) {
      const taken = (map & (1 << cid)) !== 0;
      if (taken !== owners(cid) > 0) return false;
    }
    return true;
  });

  invariant('S5: a task that is no user has no CID', () => {
    if (spin_is_locked(mm.lock)) return true;
    for (const task of t) if (!task.active.value && task.cid.value !== MM_CID_UNSET) return false;
    return true;
  });

  invariant('S6: a transition is over when its mutex is free', () => {
    if (changing()) return true;
    return v.mode_word ? !cid_in_transit(mm.mode.value) : mm.transit.value === 0;
  });

  invariant('S7: between transitions nobody owns a CID in the other mode', () => {
    if (changing()) return true;
    if (percpu_mode()) {
      for (const task of t) if (task.active.value && cid_on_task(task.cid.value)) return false;
    } else {
      for (const { cid } of mm.pcpu) if (cid_on_cpu(cid.value)) return false;
    }
    return true;
  });

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

function cid_word(cid: number) {
  return flags(cid, CID.flags, { prefix: 'CID', exact: CID.exact });
}

function mode_word(mode: number) {
  return flags(mode, CID.flags, { prefix: '', exact: { 'per task': 0 } });
}
