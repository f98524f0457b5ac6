/**
 * call_single_data: the csd lock, the queue of a CPU, and the handler that empties it.
 *
 * kernel/smp.c: csd_lock(), csd_unlock(), csd_lock_wait(), __smp_call_single_queue(),
 * __flush_smp_call_function_queue(); kernel/irq_work.c and CSD debugging left out. The handler goes
 * through its list once, where the kernel runs all synchronous callbacks and then the others.
 *
 * A csd is a number from 1 (llist.ts). `queued_by` is a ghost: whose call is in it, from the moment
 * that it is on a queue until the handler gives it back.
 */
import {
  assert,
  atomic,
  cmpxchg,
  flags,
  ghost,
  names,
  READ_ONCE,
  shared,
  smp_cond_load_acquire,
  smp_cond_load_relaxed,
  smp_store_release,
  smp_wmb,
  u8,
  WRITE_ONCE,
} from 'kcheck';
import type { Ghost } from 'kcheck';
import { llist_add, llist_del_all, llist_reverse_order, NULL } from './llist.ts';

export const CSD_FLAG_LOCK = 1;
export const CSD_TYPE_SYNC = 2;

const NOBODY = 0;

export interface CsdVersion {
  /** csd_lock(): `flags |= LOCK` plain as written, the same marked, or with cmpxchg(). */
  readonly csd_lock: 'plain' | 'marked' | 'cmpxchg';
  /** The smp_wmb() at the end of csd_lock(). */
  readonly csd_wmb: boolean;
  /** csd_unlock(): smp_store_release() as written, or WRITE_ONCE(). */
  readonly csd_unlock: 'release' | 'relaxed';
  /** csd_lock_wait(): smp_cond_load_acquire() as written, or smp_cond_load_relaxed(). */
  readonly csd_wait: 'acquire' | 'relaxed';
}

export const csd_as_written: CsdVersion = {
  csd_lock: 'marked',
  csd_wmb: true,
  csd_unlock: 'release',
  csd_wait: 'acquire',
};

export interface CsdPlace {
  readonly name: string;
  /** Whether its memory is there. */
  readonly alive: Ghost<boolean>;
}

/** Runs on `cpu`; `by()` tells whose call it is. */
export type CsdFunction = (cpu: number, info: number, by: () => number) => void;

export function call_single_data(
  v: CsdVersion,
  nr_cpus: number,
  places: readonly CsdPlace[],
  infos: readonly string[],
  func: CsdFunction,
) {
  const nodes = Object.fromEntries(places.map(({ name }, i) => [name, i + 1]));
  const info_names = Object.fromEntries(infos.map((name, i) => [name, i]));
  const alive = places.map((place) => place.alive);
  const csd = places.map(({ name }) =>
    shared(
      {
        flags: flags(0, { LOCK: CSD_FLAG_LOCK, SYNC: CSD_TYPE_SYNC }),
        info: names(0, info_names),
        next: names(NULL, { NULL, ...nodes }),
      },
      name,
    ),
  );
  const queued_by = places.map(({ name }) => ghost(u8(NOBODY), `${name}.queued_by`));
  const call_single_queue = Array.from({ length: nr_cpus }, (_, cpu) =>
    shared(names(NULL, { NULL, ...nodes }), `call_single_queue[${cpu}]`),
  );

  const next = (node: number) => csd[node - 1].next;
  const unlocked = (word: number): boolean => (word & CSD_FLAG_LOCK) === 0;

  function not_freed(node: number): void {
    assert(alive[node - 1].value, 'W3: a csd is not used after it was freed');
  }

  function not_queued(node: number): void {
    assert(queued_by[node - 1].value === NOBODY, 'W2: a csd is not taken while it is queued');
  }

  function csd_lock_wait(node: number): void {
    const word = csd[node - 1].flags;
    atomic(() => {
      not_freed(node);
      if (v.csd_wait === 'acquire') smp_cond_load_acquire(word, unlocked);
      else smp_cond_load_relaxed(word, unlocked);
    });
  }

  /** Two stores in the kernel, LOCK and then the type, to which nobody looks in between. */
  function csd_lock(node: number, type: number): void {
    const word = csd[node - 1].flags;
    csd_lock_wait(node);
    if (v.csd_lock === 'cmpxchg') {
      while (!try_csd_lock(node, type)) csd_lock_wait(node);
    } else if (v.csd_lock === 'marked') {
      const old = READ_ONCE(word);
      atomic(() => {
        not_queued(node);
        WRITE_ONCE(word, old | CSD_FLAG_LOCK | type);
      });
    } else {
      word.value |= CSD_FLAG_LOCK | type;
    }
    if (v.csd_wmb) smp_wmb();
  }

  function try_csd_lock(node: number, type: number): boolean {
    return cmpxchg(csd[node - 1].flags, 0, CSD_FLAG_LOCK | type) === 0;
  }

  /** Returns whose call it was. */
  function csd_unlock(node: number): number {
    const word = csd[node - 1].flags;
    let by = NOBODY;
    atomic(() => {
      not_freed(node);
      by = queued_by[node - 1].value;
      queued_by[node - 1].value = NOBODY;
      if (v.csd_unlock === 'release') smp_store_release(word, 0);
      else WRITE_ONCE(word, 0);
    });
    return by;
  }

  /** CSD_TYPE(): plain, since nobody writes to a csd that is queued; who tries to, by cmpxchg(), races. */
  function type_of(node: number): number {
    const word = csd[node - 1].flags;
    return (v.csd_lock === 'cmpxchg' ? READ_ONCE(word) : word.value) & CSD_TYPE_SYNC;
  }

  return {
    csd,
    queued_by,
    csd_lock,
    csd_lock_wait,

    /** Whether the queue was empty, so that an IPI has to be sent. */
    __smp_call_single_queue(cpu: number, node: number, info: number, by: number): boolean {
      csd[node - 1].info.value = info;
      return llist_add(node, next, call_single_queue[cpu], () => {
        not_freed(node);
        not_queued(node);
        queued_by[node - 1].value = by;
      });
    },

    __flush_smp_call_function_queue(cpu: number): void {
      let node = llist_reverse_order(llist_del_all(call_single_queue[cpu]), next);
      while (node !== NULL) {
        const done = node;
        const info = csd[done - 1].info.value;
        const type = type_of(done);
        node = next(done).value;
        if (type === CSD_TYPE_SYNC) {
          func(cpu, info, () => queued_by[done - 1].value);
          csd_unlock(done);
        } else {
          const by = csd_unlock(done);
          func(cpu, info, () => by);
        }
      }
    },
  };
}
