/**
 * Inter-processor interrupts: a CPU has others run a function, and waits until all have.
 *
 * kernel/smp.c: smp_call_function_many_cond() with `wait`, flush_smp_call_function_queue(), csd_unlock();
 * include/linux/llist.h. One caller a CPU, with preemption disabled for all of the call, so that a csd
 * is free whenever it is taken. A CPU's queue is a word with a bit for each caller. An
 * interrupt is sent for every entry, not for the first of an empty queue alone: one that
 * finds the queue empty does nothing.
 *
 * What orders memory is what the kernel has: llist_add() and llist_del_all() are fully ordered
 * read-modify-writes, the csd is given back with a release and waited for with an acquire.
 */
import {
  atomic,
  atomic_fetch_or,
  bool,
  ghost,
  shared,
  smp_cond_load_acquire,
  smp_store_release,
  WRITE_ONCE,
  xchg,
} from 'kcheck';
import type { Nesting } from './nmi.ts';

export interface Ipis {
  /**
   * Runs the function on every CPU but `this_cpu` for which `mask` holds, and waits for them. The caller has
   * interrupts on, else two callers can wait for each other.
   */
  smp_call_function_many(this_cpu: number, mask: (cpu: number) => boolean): void;
}

/** `func(cpu)` is what an interrupted CPU runs. */
export function ipis(irqs: Nesting, callers: readonly number[], func: (cpu: number) => void): Ipis {
  const { cpu_ids } = irqs;
  const targets = cpu_ids.filter((cpu) => callers.some((caller) => caller !== cpu));
  const call_single_queue = cpu_ids.map((cpu) => shared(0, `call_single_queue[${cpu}]`));
  const raised = cpu_ids.map((cpu) => ghost(bool(false), `CPU${cpu}.ipi`));
  const csd = cpu_ids.map((caller) =>
    cpu_ids.map((cpu) => shared({ locked: false }, `csd[${caller}][${cpu}]`)),
  );

  function flush_smp_call_function_queue(cpu: number): void {
    const entries = xchg(call_single_queue[cpu], 0);
    for (const caller of callers) {
      if (caller !== cpu && (entries & (1 << caller)) !== 0) {
        func(cpu);
        smp_store_release(csd[caller][cpu].locked, false);
      }
    }
  }

  for (const cpu of targets) {
    irqs.irq(`ipi/${cpu}`, cpu, raised[cpu], () => flush_smp_call_function_queue(cpu));
  }

  return {
    smp_call_function_many(this_cpu, mask) {
      const others = cpu_ids.filter((cpu) => cpu !== this_cpu);
      for (const cpu of others) {
        if (mask(cpu)) {
          WRITE_ONCE(csd[this_cpu][cpu].locked, true);
          atomic(() => {
            atomic_fetch_or(1 << this_cpu, call_single_queue[cpu]);
            raised[cpu].value = true;
          });
        }
      }
      for (const cpu of others) {
        if (mask(cpu)) smp_cond_load_acquire(csd[this_cpu][cpu].locked, (locked) => !locked);
      }
    },
  };
}
