/**
 * Inter-processor interrupts: one vector, with one bit for each CPU that says that it is pending.
 *
 * A CPU takes a pending interrupt at any moment at which its interrupts are on, however late, and
 * handles it before its task goes on. Sending it once more while it is pending does nothing. Neither
 * sending nor taking one orders memory: what the kernel relies on has to be in the code.
 */
import { atomic, ghost, progress, service, wait_until } from 'kcheck';
import type { Processors } from './preemption.ts';

/** `property` names what fails when a handler can never return; `online(cpu)` is ghost state. */
export function interrupts(
  processors: Processors,
  targets: readonly number[],
  handler: (cpu: number) => void,
  property: string,
) {
  const { ids, in_irq, irqs_off } = processors;
  const pending = ids.map((cpu) => ghost(false, `CPU${cpu}.ipi_pending`));

  for (const cpu of targets) {
    service(`irq/${cpu}`, { cpu, property }, () => {
      for (;;) {
        progress();
        atomic(() => {
          wait_until(() => pending[cpu].value && !irqs_off[cpu].value);
          pending[cpu].value = false;
          in_irq[cpu].value = true;
        });
        handler(cpu);
        in_irq[cpu].value = false;
      }
    });
  }

  return {
    pending,

    send_IPI(cpu: number): void {
      pending[cpu].value = true;
    },

    /** To every CPU whose bit is set, at once. */
    send_IPI_mask(mask: number): void {
      atomic(() => {
        for (const cpu of ids) if ((mask & (1 << cpu)) !== 0) pending[cpu].value = true;
      });
    },
  };
}
