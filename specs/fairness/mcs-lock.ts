/** An MCS lock for the CPUs 0 to n - 1: kernel/locking/mcs_spinlock.h. 0 stands for NULL, i + 1 for node i. */
import { shared, cmpxchg_release, smp_cond_load_acquire, smp_cond_load_relaxed } from 'kcheck';
import { READ_ONCE, WRITE_ONCE, smp_store_release, xchg } from 'kcheck';

export function mcs_lock(n: number): { lock(cpu: number): void; unlock(cpu: number): void } {
  const tail = shared(0, 'mcs.tail');
  const node = shared(
    Array.from({ length: n }, () => ({ next: 0, locked: 0 })),
    'mcs.node',
  );

  return {
    lock(cpu) {
      WRITE_ONCE(node[cpu].locked, 0);
      WRITE_ONCE(node[cpu].next, 0);
      const prev = xchg(tail, cpu + 1);
      if (prev === 0) return;
      WRITE_ONCE(node[prev - 1].next, cpu + 1);
      smp_cond_load_acquire(node[cpu].locked, (locked) => locked === 1);
    },
    unlock(cpu) {
      let next = READ_ONCE(node[cpu].next);
      if (next === 0) {
        if (cmpxchg_release(tail, cpu + 1, 0) === cpu + 1) return;
        next = smp_cond_load_relaxed(node[cpu].next, (value) => value !== 0);
      }
      smp_store_release(node[next - 1].locked, 1);
    },
  };
}
