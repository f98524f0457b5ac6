/** What must hold in every state. S4 and S6 are asserted where the bitmap and the mode are written, too. */
import { invariant, mutex_is_locked, spin_is_locked } from 'kcheck';
import { RUNNING } from '../sched.ts';
import type { Scheduler } from '../sched.ts';
import {
  MM_CID_UNSET,
  cid_on_cpu,
  cid_in_transit,
  cid_on_task,
  cid_to_cpu_cid,
  cid_to_transit_cid,
  user_cid,
} from './cid.ts';
import type { OwnershipMode } from './mode.ts';
import type { MmCidState } from './state.ts';

export function mm_cid_properties(
  { v, setup, N, mm, t }: MmCidState,
  { percpu_mode }: OwnershipMode,
  { rq, state }: Scheduler,
): void {
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
}
