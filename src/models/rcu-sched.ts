/**
 * RCU whose readers are not preempted: a read-side section costs nothing, and a grace period waits until
 * every CPU has been outside of one.
 *
 * kernel/rcu/tree.c: synchronize_rcu(), rcu_qs(), rcu_report_qs_rdp(). Each CPU reports a quiescent
 * state when it is asked for one and is in no section, as at a context switch or an interrupt from
 * user mode, with smp_mb(). So the reader has no barrier: what orders it is the quiescent state before
 * or after its section. The request and the report are one word for each CPU, released and
 * acquired, in place of the tree of rcu_nodes. Grace periods are one at a time; no call_rcu().
 *
 * include/linux/rcupdate.h has the guarantee: a section that a grace period does not wait for sees
 * what came before it, and what is done in one that it waits for is over after it.
 */
import {
  assert,
  atomic,
  ghost,
  mutex,
  mutex_lock,
  mutex_unlock,
  progress,
  service,
  shared,
  smp_cond_load_acquire,
  smp_load_acquire,
  smp_mb,
  smp_store_release,
  u8,
  wait_until,
} from 'kcheck';

export interface RcuSched {
  rcu_read_lock(cpu: number): void;
  rcu_read_unlock(cpu: number): void;
  /** Not to be called in a read-side section: it would wait for its own end. */
  synchronize_rcu(cpu: number): void;
}

/** `readers` are the CPUs on which there are read-side sections; one task runs on each. */
export function rcu_sched(readers: readonly number[]): RcuSched {
  const gp_lock = shared(mutex(), 'rcu.gp_lock');
  const rdp = readers.map((cpu) => ({
    cpu,
    need_qs: shared(false, `rcu[${cpu}].need_qs`),
    nesting: ghost(u8(0), `CPU${cpu}.rcu_nesting`),
  }));

  for (const { cpu, need_qs, nesting } of rdp) {
    service(`rcu/${cpu}`, { cpu }, () => {
      for (;;) {
        progress();
        atomic(() => {
          const asked = smp_load_acquire(need_qs);
          wait_until(() => asked && nesting.value === 0);
        });
        smp_mb();
        smp_store_release(need_qs, false);
      }
    });
  }

  function nesting_on(cpu: number) {
    return rdp.filter((each) => each.cpu === cpu).map(({ nesting }) => nesting);
  }

  return {
    rcu_read_lock(cpu) {
      for (const nesting of nesting_on(cpu)) atomic(() => (nesting.value += 1));
    },

    rcu_read_unlock(cpu) {
      for (const nesting of nesting_on(cpu)) {
        atomic(() => {
          assert(nesting.value > 0, 'rcu_read_unlock() outside of a section');
          nesting.value -= 1;
        });
      }
    },

    synchronize_rcu(cpu) {
      const others = rdp.filter((each) => each.cpu !== cpu);
      mutex_lock(gp_lock);
      smp_mb();
      for (const { need_qs } of others) smp_store_release(need_qs, true);
      for (const { need_qs } of others) smp_cond_load_acquire(need_qs, (asked) => !asked);
      smp_mb();
      mutex_unlock(gp_lock);
    },
  };
}
