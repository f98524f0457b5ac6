/**
 * RCU: read-side sections, which may be preempted, and grace periods that wait for those that were open
 * at their start.
 *
 * kernel/rcu/tree_plugin.h (PREEMPT_RCU). For sc: who waits for whom is ghost state. The readers are
 * fenced here, which the kernel's are not, so a pass under a weaker model says no more than one under sc.
 */
import { atomic, ghost, smp_mb, wait_until } from 'kcheck';
import type { Current } from './preemption.ts';

export function rcu(readers: readonly string[]) {
  const reading = readers.map((name) => ghost(false, `${name}.rcu_read_lock`));
  const awaited = readers.map((name) => ghost(false, `${name}.awaited`));

  return {
    rcu_read_lock(current: Current): void {
      reading[current].value = true;
      smp_mb();
    },

    rcu_read_unlock(current: Current): void {
      smp_mb();
      atomic(() => {
        reading[current].value = false;
        awaited[current].value = false;
      });
    },

    synchronize_rcu(): void {
      smp_mb();
      atomic(() => {
        for (let t = 0; t < readers.length; t++) awaited[t].value = reading[t].value;
      });
      wait_until(() => awaited.reduce((none, reader) => none && !reader.value, true));
      smp_mb();
    },
  };
}
