/**
 * stop_machine(), as CPU hotplug uses it: a function runs on the CPU that goes offline while every
 * other CPU waits with interrupts off.
 *
 * kernel/stop_machine.c: multi_cpu_stop(); kernel/cpu.c: take_cpu_down(), sched_cpu_deactivate().
 *
 * The stopper thread of a CPU preempts whatever is preemptible there; tasks do not run from then on,
 * interrupts do, until all stoppers have come. Then interrupts go off everywhere, each CPU says so by
 * an atomic decrement (a full barrier), and the function runs. A section with preemption or interrupts
 * off keeps all of this from happening; that is what such sections are used for.
 */
import {
  atomic,
  atomic_dec_return,
  ghost,
  observer,
  shared,
  smp_cond_load_acquire,
  smp_store_release,
  u8,
  wait_until,
} from 'kcheck';
import type { Processors } from './preemption.ts';

/**
 * `take_cpu_down` runs on `cpu`, which does nothing any more afterwards. A CPU on which an interrupt is
 * `due(cpu)`, over ghost state, takes that first.
 */
export function stop_machine(
  processors: Processors,
  cpu: number,
  take_cpu_down: () => void,
  due: (cpu: number) => boolean,
) {
  const { ids, current, in_irq, irqs_off, parked, active, preemptible } = processors;
  const requested = ghost(false, 'stop_machine');
  const multi_stop = shared({ thread_ack: u8(ids.length), exit: false });

  /** The CPU that goes offline has pushed its tasks away before (balance_push()). */
  function may_park(id: number): boolean {
    return preemptible(id) && !due(id) && (id !== cpu || current[id].value === 0);
  }

  function all_parked(): boolean {
    return ids.reduce((all, id) => all && parked[id].value, true);
  }

  for (const id of ids) {
    observer(`stopper/${id}`, { cpu: id }, () => {
      atomic(() => {
        wait_until(() => requested.value && may_park(id));
        parked[id].value = true;
      });
      atomic(() => {
        wait_until(() => all_parked() && !in_irq[id].value && !due(id));
        irqs_off[id].value = true;
      });
      const left = atomic_dec_return(multi_stop.thread_ack);
      if (id === cpu) {
        if (left > 0) smp_cond_load_acquire(multi_stop.thread_ack, (ack) => ack === 0);
        take_cpu_down();
        smp_store_release(multi_stop.exit, true);
      } else {
        smp_cond_load_acquire(multi_stop.exit, (exit) => exit);
        atomic(() => {
          irqs_off[id].value = false;
          parked[id].value = false;
        });
      }
    });
  }

  return {
    /** Returns when the CPU is down. */
    cpu_down(): void {
      active[cpu].value = false;
      requested.value = true;
      smp_cond_load_acquire(multi_stop.exit, (exit) => exit);
    },
  };
}
