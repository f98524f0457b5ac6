/** Two asynchronous calls through one csd: locked in between, or queued while it still is on a queue. */
import { assert, finally_, ghost, spec } from 'kcheck';
import { call_single_data, csd_as_written } from 'kcheck/models/csd';
import { interrupts } from 'kcheck/models/interrupts';
import { preemption } from 'kcheck/models/preemption';

export default spec({
  title: 'csd',
  versions: { locked: { lock: true }, unlocked: { lock: false } },
  models: ['sc', 'tso', 'power'],
  system({ lock }) {
    const processors = preemption(2, [{ name: 'A', cpus: [0] }]);
    const alive = ghost(true);
    const ran = ghost(0);
    const place = { name: 'csd', alive };
    const csds = call_single_data(csd_as_written, 2, [place], ['first', 'second'], () => {
      assert(ran.value < 2, 'a call runs once');
      ran.value += 1;
    });
    const ipi = interrupts(processors, [1], csds.__flush_smp_call_function_queue, 'it returns');

    processors.thread(0, 'A ends', () => {
      for (const info of [0, 1]) {
        if (lock) csds.csd_lock(1, 0);
        if (csds.__smp_call_single_queue(1, 1, info, 1)) ipi.send_IPI(1);
      }
    });
    finally_(
      'both calls run',
      () => ran.value === 2 || ipi.pending[1].value || processors.in_irq[1].value,
    );
  },
  expect: { locked: 'pass', unlocked: { fails: ['W2', 'a call runs once', 'race'] } },
});
