/**
 * Cross calls: a CPU interrupts others, they execute a function, and it waits until they have.
 *
 * kernel/smp.c: smp_call_function_single(), smp_call_function_many() with `wait`, as far as memory
 * order and blocking are concerned. A request is a word of memory for each pair of CPUs (the csd):
 * set by the sender, cleared by the target. The interrupt is taken when the target reads the request,
 * so it comes no sooner than memory lets the target see it, and only while the target has interrupts
 * enabled. The queue of requests and the reuse of a csd are not here.
 *
 * A context of a CPU that can be interrupted has `when: () => runs(cpu)`.
 */
import {
  assert,
  atomic,
  choose,
  ghost,
  progress,
  READ_ONCE,
  service,
  shared,
  smp_cond_load_acquire,
  smp_cond_load_relaxed,
  smp_load_acquire,
  smp_store_release,
  wait_until,
  WRITE_ONCE,
} from 'kcheck';
import type { Shared } from 'kcheck';

/** What orders the memory of sender and target. The kernel has all three. */
export interface CrossCallOrder {
  /** The request is a release, and the target's look at it an acquire. */
  readonly delivery: boolean;
  /** The target reports with a release. */
  readonly completion: boolean;
  /** The sender waits with an acquire. */
  readonly wait: boolean;
}

export const ORDERED: CrossCallOrder = { delivery: true, completion: true, wait: true };

export interface CrossCallSetup {
  readonly nr_cpus: number;
  /** Between which CPUs requests can be made. */
  readonly senders: readonly number[];
  readonly targets: readonly number[];
  /** These have interrupts off at the start. */
  readonly irqs_off?: readonly number[];
  readonly order: CrossCallOrder;
}

/** `func` is what a target executes, in its interrupt handler. */
export function cross_calls(setup: CrossCallSetup, func: (cpu: number) => void) {
  const { nr_cpus, senders, targets, order } = setup;
  const cpu_ids = Array.from({ length: nr_cpus }, (_, cpu) => cpu);
  const irqs_off = cpu_ids.map((cpu) =>
    ghost(setup.irqs_off?.includes(cpu) === true, `CPU${cpu}.irqs_off`),
  );
  const in_irq = cpu_ids.map((cpu) => ghost(false, `CPU${cpu}.in_irq`));
  const csds = targets.flatMap((cpu) =>
    senders
      .filter((from) => from !== cpu)
      .map((from) => ({ from, cpu, word: shared(false, `csd[${from}][${cpu}]`) })),
  );

  function request(word: Shared<boolean>): void {
    if (order.delivery) smp_store_release(word, true);
    else WRITE_ONCE(word, true);
  }

  function requested(word: Shared<boolean>): boolean {
    return order.delivery ? smp_load_acquire(word) : READ_ONCE(word);
  }

  function complete(word: Shared<boolean>): void {
    if (order.completion) smp_store_release(word, false);
    else WRITE_ONCE(word, false);
  }

  function csd_lock_wait(word: Shared<boolean>): void {
    if (order.wait) smp_cond_load_acquire(word, (busy) => !busy);
    else smp_cond_load_relaxed(word, (busy) => !busy);
  }

  /** One request an interrupt; which one, if there are several, is anybody's guess. */
  function take_interrupt(cpu: number, csd: readonly Csd[]): number {
    return atomic(() => {
      const which = csd.length === 1 ? 0 : choose(csd.length);
      for (const [index, { word }] of csd.entries()) {
        if (which !== index) continue;
        const pending = requested(word);
        wait_until(() => pending);
        break;
      }
      in_irq[cpu].value = true;
      return which;
    });
  }

  function return_from_interrupt(cpu: number, csd: readonly Csd[], which: number): void {
    atomic(() => {
      for (const [index, { word }] of csd.entries()) {
        if (which !== index) continue;
        complete(word);
        break;
      }
      in_irq[cpu].value = false;
    });
  }

  for (const cpu of targets) {
    const csd = csds.filter((each) => each.cpu === cpu);
    if (csd.length === 0) continue;
    service(`irq/${cpu}`, { cpu, when: () => !irqs_off[cpu].value }, () => {
      for (;;) {
        progress();
        const which = take_interrupt(cpu, csd);
        func(cpu);
        return_from_interrupt(cpu, csd, which);
      }
    });
  }

  return {
    /** Whether the CPU executes what it was interrupted in. */
    runs: (cpu: number): boolean => !in_irq[cpu].value,

    local_irq_disable(cpu: number): void {
      irqs_off[cpu].value = true;
    },

    local_irq_enable(cpu: number): void {
      irqs_off[cpu].value = false;
    },

    /** The own CPU executes it on the spot. */
    smp_call_function_single(this_cpu: number, cpu: number): void {
      if (cpu === this_cpu) {
        irqs_off[cpu].value = true;
        func(cpu);
        irqs_off[cpu].value = false;
        return;
      }
      this.smp_call_function_many(this_cpu, 1 << cpu);
    },

    /** `mask` has a bit for each CPU to call; the own one is left out. */
    smp_call_function_many(this_cpu: number, mask: number): void {
      const own = csds.filter(({ from }) => from === this_cpu);
      const known = own.reduce((bits, { cpu }) => bits | (1 << cpu), 1 << this_cpu);
      assert((mask & ~known) === 0, 'cross_calls(): only targets are called');
      for (const { cpu, word } of own) if ((mask & (1 << cpu)) !== 0) request(word);
      for (const { cpu, word } of own) if ((mask & (1 << cpu)) !== 0) csd_lock_wait(word);
    },
  };
}

interface Csd {
  readonly from: number;
  readonly cpu: number;
  readonly word: Shared<boolean>;
}
