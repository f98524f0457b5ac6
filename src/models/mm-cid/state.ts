/** The memory of an mm and of its tasks, as far as their CIDs go. */
import { bool, hex, mutex, shared, spinlock, u8 } from 'kcheck';
import {
  MM_CID_UNSET,
  MM_CID_ONCPU,
  cid_on_task,
  cid_to_cpu_cid,
  cid_word,
  mode_word,
} from './cid.ts';
import type { MmCidSetup, MmCidVersion } from './setup.ts';

export type MmCidState = ReturnType<typeof mm_cid_state>;

export function mm_cid_state(v: MmCidVersion, setup: MmCidSetup) {
  const N = setup.nr_cpus;
  const users = setup.tasks.filter((t) => t.active).length;
  const owned = [
    ...setup.tasks.filter((t) => t.active && cid_on_task(t.cid)).map((t) => t.cid),
    ...setup.pcpu.filter((cid) => cid !== null),
  ];
  const oncpu = setup.percpu ? MM_CID_ONCPU : 0;
  const { nr_cpus_allowed } = setup;

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
          max_cids: u8(max_cids_of(nr_cpus_allowed, users, N)),
          update_deferred: bool(false),
        }),
  });
  const t = setup.tasks.map((task) =>
    shared({ cid: cid_word(task.cid), active: bool(task.active) }, task.name),
  );

  return { v, setup, N, mm, t };
}

/** As many CIDs as can be in use, and a quarter more; never more than there are CPUs. */
export function max_cids_of(allowed: number, users: number, N: number): number {
  const opt_cids = Math.min(allowed, users);
  return Math.min(opt_cids + Math.trunc(opt_cids / 4), N);
}
