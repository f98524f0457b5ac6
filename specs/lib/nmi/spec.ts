/** Interrupts and NMIs over a task (src/models/nmi.ts): a counter that both increment. */
import { spec, ghost, shared, finally_, wait_until } from 'kcheck';
import { atomic_inc, READ_ONCE, WRITE_ONCE } from 'kcheck';
import { nesting } from 'kcheck/models/nmi';

/** What the task does around its increment, what interrupts it, and how that increments. */
interface Version {
  readonly irqs_off: boolean;
  readonly by: 'irq' | 'nmi';
  readonly increment: 'WRITE_ONCE' | 'atomic_inc';
}

const irq: Version = { irqs_off: true, by: 'irq', increment: 'WRITE_ONCE' };

const versions: Record<string, Version> = {
  'irqs-off': irq,
  'irqs-on': { ...irq, irqs_off: false },
  nmi: { ...irq, by: 'nmi' },
  'nmi-atomic': { ...irq, by: 'nmi', increment: 'atomic_inc' },
};

export default spec({
  title: 'nmi',
  versions,
  system({ irqs_off, by, increment }) {
    const irqs = nesting(1);
    const count = shared(0);
    const raised = ghost(true);
    const ran = ghost(false);

    function inc(): void {
      if (increment === 'atomic_inc') atomic_inc(count);
      else WRITE_ONCE(count, READ_ONCE(count) + 1);
    }
    function handler(): void {
      inc();
      ran.value = true;
    }

    irqs.task('task', 0, () => {
      const flags = irqs_off ? irqs.local_irq_save(0) : false;
      inc();
      if (irqs_off) irqs.local_irq_restore(0, flags);
      wait_until(() => ran.value);
    });
    if (by === 'irq') irqs.irq('irq', 0, raised, handler);
    else irqs.nmi('nmi', 0, handler);
    finally_('no increment is lost', () => count.value === 2);
  },
  expect: {
    'irqs-off': 'pass',
    'irqs-on': { fails: 'no increment is lost' },
    nmi: { fails: 'no increment is lost' },
    'nmi-atomic': 'pass',
  },
});
