/** The CPUs on which the tasks may run change, and with them how many CIDs they need. */
import { mutex_lock, mutex_unlock, raw_spin_lock, raw_spin_unlock, WRITE_ONCE } from 'kcheck';
import type { Current, Scheduler } from '../sched.ts';
import type { CidFixups } from './fixup.ts';
import type { OwnershipMode } from './mode.ts';
import type { MmCidState } from './state.ts';

export function cid_affinity(
  { mm }: MmCidState,
  { __mm_update_max_cids, mm_update_max_cids, percpu_mode }: OwnershipMode,
  { mm_cid_fixup_cpus_to_tasks }: CidFixups,
  sched: Scheduler,
) {
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

  return { set_cpus_allowed, mm_cid_work_fn };
}
