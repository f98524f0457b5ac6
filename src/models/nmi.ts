/**
 * What runs on a CPU besides its task: interrupt handlers and NMIs, nested as the hardware nests
 * them. There is no scheduler: a CPU has one task here (src/models/sched.ts has CPUs that
 * switch between tasks).
 *
 * A task runs while nothing has interrupted it. A handler begins when its interrupt is raised and
 * the CPU takes interrupts, and runs to its end without another. An NMI begins at any moment, in
 * a handler and with interrupts off too; nothing interrupts it.
 *
 * All of this is ghost state, which orders nothing. An interrupt is taken between two steps of
 * what it interrupts, with no access put off: what that has read is settled, what it has
 * stored is on its way.
 */
import { atomic, bool, cpus, ghost, progress, service, task, wait_until } from 'kcheck';
import type { Ghost } from 'kcheck';

export interface Nesting {
  readonly cpu_ids: readonly number[];
  /** A task, which must come to its end; `property` names what fails if it cannot. */
  task(name: string, cpu: number, body: () => void, property?: string): void;
  /** A handler that runs whenever `raised` is set and the CPU takes interrupts. */
  irq(name: string, cpu: number, raised: Ghost<boolean>, handler: () => void): void;
  /** A handler that runs once at most, at any moment. */
  nmi(name: string, cpu: number, handler: () => void): void;
  local_irq_disable(cpu: number): void;
  local_irq_enable(cpu: number): void;
  /** Interrupts go off; returns whether they were, for local_irq_restore(). */
  local_irq_save(cpu: number): boolean;
  local_irq_restore(cpu: number, flags: boolean): void;
}

export function nesting(nr_cpus: number): Nesting {
  const cpu_ids = cpus(nr_cpus);
  const irqs_off = cpu_ids.map((cpu) => ghost(bool(false), `CPU${cpu}.irqs_off`));
  const in_hardirq = cpu_ids.map((cpu) => ghost(bool(false), `CPU${cpu}.in_hardirq`));
  const in_nmi = cpu_ids.map((cpu) => ghost(bool(false), `CPU${cpu}.in_nmi`));

  return {
    cpu_ids,

    task(name, cpu, body, property) {
      const when = (): boolean => !in_hardirq[cpu].value && !in_nmi[cpu].value;
      task(name, property === undefined ? { cpu, when } : { cpu, when, property }, body);
    },

    irq(name, cpu, raised, handler) {
      service(name, { cpu, when: () => !in_nmi[cpu].value }, () => {
        for (;;) {
          progress();
          atomic(() => {
            wait_until(() => raised.value && !irqs_off[cpu].value && !in_hardirq[cpu].value);
            raised.value = false;
            in_hardirq[cpu].value = true;
          });
          handler();
          in_hardirq[cpu].value = false;
        }
      });
    },

    nmi(name, cpu, handler) {
      service(name, { cpu }, () => {
        progress();
        atomic(() => {
          wait_until(() => !in_nmi[cpu].value);
          in_nmi[cpu].value = true;
        });
        handler();
        in_nmi[cpu].value = false;
      });
    },

    local_irq_disable(cpu) {
      irqs_off[cpu].value = true;
    },

    local_irq_enable(cpu) {
      irqs_off[cpu].value = false;
    },

    local_irq_save(cpu) {
      return atomic(() => {
        const flags = irqs_off[cpu].value;
        irqs_off[cpu].value = true;
        return flags;
      });
    },

    local_irq_restore(cpu, flags) {
      irqs_off[cpu].value = flags;
    },
  };
}
