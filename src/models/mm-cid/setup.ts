/** Which mm_cid is modelled, and what it starts from. */
import type { TaskSetup } from '../sched.ts';

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
