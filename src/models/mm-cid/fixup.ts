/** The fixups: the mode has changed, and CIDs follow, while all tasks go on being scheduled. */
import { READ_ONCE } from 'kcheck';
import { NEW } from '../sched.ts';
import type { Current, Scheduler } from '../sched.ts';
import {
  MM_CID_UNSET,
  cid_on_cpu,
  cid_in_transit,
  cid_on_task,
  cid_to_cpu_cid,
  cpu_cid_to_cid,
  cid_to_transit_cid,
} from './cid.ts';
import type { OwnershipMode } from './mode.ts';
import type { CidPool } from './pool.ts';
import type { MmCidState } from './state.ts';

export type CidFixups = ReturnType<typeof cid_fixups>;

export function cid_fixups(
  { v, setup, N, mm, t }: MmCidState,
  { mm_drop_cid_on_cpu, mm_unset_cid_on_task }: CidPool,
  { clear_transit }: OwnershipMode,
  sched: Scheduler,
) {
  const { rq, state } = sched;

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

  return {
    mm_cid_transit_to_task,
    mm_cid_transit_to_cpu,
    mm_cid_fixup_cpus_to_tasks,
    mm_cid_fixup_tasks_to_cpus,
  };
}
