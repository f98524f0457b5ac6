/** An IPI orders nothing by itself: what its handler is to see needs a barrier on either side. */
import { assert, READ_ONCE, shared, smp_mb, spec, WRITE_ONCE } from 'kcheck';
import { interrupts } from 'kcheck/models/interrupts';
import { preemption } from 'kcheck/models/preemption';

export default spec({
  title: 'interrupts',
  versions: { barrier: { mb: true }, none: { mb: false } },
  models: ['sc', 'tso'],
  system({ mb }) {
    const processors = preemption(2, [{ name: 'A', cpus: [0] }]);
    const data = shared(0);
    const handler = (): void => {
      if (mb) smp_mb();
      assert(READ_ONCE(data) === 1, 'the handler sees the data');
    };
    const ipi = interrupts(processors, [1], handler, 'the handler returns');

    processors.thread(0, 'A ends', () => {
      WRITE_ONCE(data, 1);
      if (mb) smp_mb();
      ipi.send_IPI(1);
    });
  },
  expect: {
    barrier: 'pass',
    none: {
      sc: 'pass',
      tso: { fails: 'the handler sees the data' },
    },
  },
});
