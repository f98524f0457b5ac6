/** What a context switch does: the CID of the task that leaves a CPU, and of the one that comes. */
import { READ_ONCE } from 'kcheck';
import {
  MM_CID_UNSET,
  cid_on_cpu,
  cid_in_transit,
  cid_on_task,
  cid_to_cpu_cid,
  cpu_cid_to_cid,
  cid_to_transit_cid,
  cid_from_transit_cid,
} from './cid.ts';
import type { OwnershipMode } from './mode.ts';
import type { CidPool } from './pool.ts';
import type { MmCidState } from './state.ts';

export function mm_cid_switch(
  { v, setup, mm, t }: MmCidState,
  pool: CidPool,
  { read_mode, transit_of }: OwnershipMode,
) {
  const { nr_cpus_allowed } = setup;
  const {
    mm_cid_converge,
    mm_drop_cid,
    mm_drop_cid_on_cpu,
    mm_get_cid,
    mm_unset_cid_on_task,
    read_max_cids,
  } = pool;

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

  return mm_cid_switch_to;
}
