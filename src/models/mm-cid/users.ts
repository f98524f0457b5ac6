/** Tasks become users of the mm, and cease to be: fork, exit and execve. */
import { mutex_lock, mutex_unlock } from 'kcheck';
import type { Current, Scheduler } from '../sched.ts';
import { cid_from_transit_cid } from './cid.ts';
import type { CidFixups } from './fixup.ts';
import type { OwnershipMode } from './mode.ts';
import type { CidPool } from './pool.ts';
import type { MmCidState } from './state.ts';

export function cid_users(
  { v, setup, mm, t }: MmCidState,
  pool: CidPool,
  mode: OwnershipMode,
  fixups: CidFixups,
  sched: Scheduler,
) {
  const { mm_drop_cid_on_cpu, mm_get_cid, mm_unset_cid_on_task } = pool;
  const { mm_update_max_cids, percpu_mode } = mode;
  const {
    mm_cid_fixup_cpus_to_tasks,
    mm_cid_fixup_tasks_to_cpus,
    mm_cid_transit_to_cpu,
    mm_cid_transit_to_task,
  } = fixups;
  /** Only one task uses the mm at the start, so it may be the last user, and then the first. */
  const is_lone = setup.tasks.filter(({ active }) => active).length === 1;

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

  function sched_mm_cid_before_execve(current: Current): void {
    sched_mm_cid_exit(current, current);
  }

  function sched_mm_cid_after_execve(current: Current): void {
    sched_mm_cid_fork(current, current);
  }

  return {
    sched_mm_cid_fork,
    sched_mm_cid_exit,
    sched_mm_cid_before_execve,
    sched_mm_cid_after_execve,
  };
}
