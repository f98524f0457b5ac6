/**
 * Inter-processor interrupts (src/models/ipi.ts): two CPUs have each other do something. What a caller
 * wrote is there for the function, and what that wrote for the caller; all of it is plain.
 */
import { spec, shared, spinlock, assert, raw_spin_lock, raw_spin_unlock } from 'kcheck';
import { ipis } from 'kcheck/models/ipi';
import { nesting } from 'kcheck/models/nmi';

interface Version {
  readonly callers: readonly number[];
  /** The callers have interrupts off. */
  readonly irqs_off: boolean;
  /** CPU0 calls with a lock held that CPU1 waits for with interrupts off. */
  readonly lock_held: boolean;
}

const one: Version = { callers: [0], irqs_off: false, lock_held: false };

const versions: Record<string, Version> = {
  one,
  both: { ...one, callers: [0, 1] },
  'one-irqs-off': { ...one, irqs_off: true },
  'both-irqs-off': { ...one, callers: [0, 1], irqs_off: true },
  'lock-held': { ...one, lock_held: true },
};

export default spec({
  title: 'ipi',
  versions,
  system({ callers, irqs_off, lock_held }) {
    const irqs = nesting(2);
    const question = shared([0, 0]);
    const answer = shared([0, 0]);
    const lock = shared(spinlock());
    const calls = ipis(irqs, callers, (cpu) => {
      answer[cpu].value = question[1 - cpu].value + 1;
    });

    function call(cpu: number): void {
      question[cpu].value = 1;
      if (irqs_off) irqs.local_irq_disable(cpu);
      if (lock_held) raw_spin_lock(lock);
      calls.smp_call_function_many(cpu, () => true);
      if (lock_held) raw_spin_unlock(lock);
      if (irqs_off) irqs.local_irq_enable(cpu);
      assert(answer[1 - cpu].value === 2, 'the function has run');
    }
    function wait_for_the_lock(cpu: number): void {
      irqs.local_irq_disable(cpu);
      raw_spin_lock(lock);
      raw_spin_unlock(lock);
      irqs.local_irq_enable(cpu);
    }

    for (const cpu of callers) irqs.task(`T${cpu}`, cpu, () => call(cpu));
    if (lock_held) irqs.task('T1', 1, () => wait_for_the_lock(1));
  },
  expect: {
    one: 'pass',
    both: 'pass',
    'one-irqs-off': 'pass',
    'both-irqs-off': { fails: 'deadlock' },
    'lock-held': { fails: 'deadlock' },
  },
});
