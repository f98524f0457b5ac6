/**
 * percpu_rw_semaphore: readers count themselves on their own CPU and look whether a writer blocks
 * them; a writer blocks new readers and waits until all counts are zero.
 *
 * kernel/locking/percpu-rwsem.c, barriers A to D as named there. Only the slow path of readers is
 * here, which is what they take from the moment at which a writer comes (rcu_sync_enter()); without
 * a writer it differs from the fast path in nothing but time. A reader stays on its CPU.
 */
import {
  atomic_dec,
  atomic_inc,
  cpu_relax,
  shared,
  smp_cond_load_relaxed,
  smp_load_acquire,
  smp_mb,
  smp_store_release,
  u8,
  xchg_acquire,
} from 'kcheck';

/** Which of the barriers are there. */
export interface PercpuRwsemBarriers {
  /** Readers: between the count and the look at `block`. D is its partner. */
  readonly A: boolean;
  /** Readers: between their critical section and the count. C is its partner. */
  readonly B: boolean;
  /** The writer: between the last count that it waited for and its critical section. */
  readonly C: boolean;
  /** The writer: between `block` and its look at the counts. */
  readonly D: boolean;
}

export const ALL_BARRIERS: PercpuRwsemBarriers = { A: true, B: true, C: true, D: true };

export function percpu_rwsem(name: string, nr_cpus: number, barriers = ALL_BARRIERS) {
  const block = shared(false, `${name}.block`);
  const read_count = Array.from({ length: nr_cpus }, (_, cpu) =>
    shared(u8(0), `${name}.read_count[${cpu}]`),
  );

  function __percpu_down_read_trylock(cpu: number): boolean {
    atomic_inc(read_count[cpu]);
    if (barriers.A) smp_mb();
    if (!smp_load_acquire(block)) return true;
    percpu_up_read(cpu);
    return false;
  }

  function percpu_up_read(cpu: number): void {
    if (barriers.B) smp_mb();
    atomic_dec(read_count[cpu]);
  }

  return {
    percpu_down_read(cpu: number): void {
      while (!__percpu_down_read_trylock(cpu)) smp_cond_load_relaxed(block, (held) => !held);
    },

    percpu_up_read,

    percpu_down_write(): void {
      while (xchg_acquire(block, true)) cpu_relax();
      if (barriers.D) smp_mb();
      for (const count of read_count) smp_cond_load_relaxed(count, (readers) => readers === 0);
      if (barriers.C) smp_mb();
    },

    percpu_up_write(): void {
      smp_store_release(block, false);
    },
  };
}
