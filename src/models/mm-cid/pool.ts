/** The bitmap of the CIDs of an mm: how one is taken from it and given back. */
import {
  assert,
  atomic_fetch_andnot_relaxed,
  cpu_relax,
  READ_ONCE,
  test_and_set_bit,
} from 'kcheck';
import { MM_CID_UNSET, MM_CID_ONCPU, cid_on_cpu, cid_on_task, cpu_cid_to_cid } from './cid.ts';
import type { MmCidState } from './state.ts';

export type CidPool = ReturnType<typeof cid_pool>;

export function cid_pool({ v, setup, N, mm, t }: MmCidState) {
  const { nr_cpus_allowed } = setup;

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

  function read_max_cids(): number {
    return nr_cpus_allowed === undefined ? N : READ_ONCE(mm.max_cids);
  }

  return {
    mm_get_cid,
    mm_cid_converge,
    mm_drop_cid,
    mm_unset_cid_on_task,
    mm_drop_cid_on_cpu,
    read_max_cids,
  };
}
