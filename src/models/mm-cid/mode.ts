/** Who owns CIDs, tasks or CPUs: the mode, in one word or two, and when it changes. */
import { assert, READ_ONCE, smp_load_acquire, smp_mb, smp_store_release, WRITE_ONCE } from 'kcheck';
import { MM_CID_ONCPU, MM_CID_TRANSIT, cid_on_cpu, cid_in_transit } from './cid.ts';
import { max_cids_of } from './state.ts';
import type { MmCidState } from './state.ts';

export type OwnershipMode = ReturnType<typeof ownership_mode>;

export function ownership_mode({ v, setup, N, mm }: MmCidState) {
  const { nr_cpus_allowed } = setup;

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
    WRITE_ONCE(mm.max_cids, max_cids_of(mm.nr_cpus_allowed.value, mm.users.value, N));
  }

  return {
    read_mode,
    transit_of,
    percpu_mode,
    clear_transit,
    mm_update_max_cids,
    __mm_update_max_cids,
  };
}
