/**
 * Cross calls used rightly and wrongly: what the caller wrote before is there for the function, what
 * the function wrote is there for the caller, and who waits for another CPU can be interrupted.
 */
import { assert, cpus, ghost, READ_ONCE, shared, spec, task, WRITE_ONCE } from 'kcheck';
import { cross_calls, ORDERED } from 'kcheck/models/cross-call';

export default spec({
  title: 'cross calls',
  versions: {
    ordered: { order: ORDERED },
    'relaxed delivery': { order: { ...ORDERED, delivery: false } },
    'relaxed completion': { order: { ...ORDERED, completion: false } },
    'relaxed wait': { order: { ...ORDERED, wait: false } },
  },
  configurations: {
    'one calls': { senders: [0], targets: [1], irqs_off: false },
    'both call': { senders: [0, 1], targets: [0, 1], irqs_off: false },
    'both call with irqs off': { senders: [0, 1], targets: [0, 1], irqs_off: true },
  },
  skip: ({ version, configuration }) =>
    version !== 'ordered' && configuration === 'both call with irqs off',
  system({ order, senders, targets, irqs_off }) {
    cpus(2);
    const asked = shared([0, 0]);
    const answer = shared([0, 0]);
    const masked = ghost(false);

    const cross = cross_calls({ nr_cpus: 2, senders, targets, order }, (cpu) => {
      assert(!masked.value || cpu === 0, 'masked: no call comes while interrupts are off');
      assert(READ_ONCE(asked[cpu]) === 1, 'asked: the function sees what the caller wrote');
      WRITE_ONCE(answer[cpu], 2);
    });
    for (const cpu of senders) {
      const other = 1 - cpu;
      task(`caller/${cpu}`, { cpu, when: () => cross.runs(cpu) }, () => {
        if (irqs_off) cross.local_irq_disable(cpu);
        WRITE_ONCE(asked[other], 1);
        cross.smp_call_function_single(cpu, other);
        assert(READ_ONCE(answer[other]) === 2, 'answer: the caller sees the answer');
        if (irqs_off) cross.local_irq_enable(cpu);
      });
    }
    if (senders.length > 1) return;
    task('target', { cpu: 1, when: () => cross.runs(1) }, () => {
      cross.local_irq_disable(1);
      masked.value = true;
      masked.value = false;
      cross.local_irq_enable(1);
    });
  },
  // x86 keeps the order of loads and that of stores by itself.
  expect: {
    ordered: {
      'one calls': 'pass',
      'both call': 'pass',
      'both call with irqs off': { fails: 'deadlock' },
    },
    'relaxed delivery': { sc: 'pass', tso: 'pass', power: { fails: 'asked' } },
    'relaxed completion': { sc: 'pass', tso: 'pass', power: { fails: 'answer' } },
    'relaxed wait': { sc: 'pass', tso: 'pass', power: { fails: 'answer' } },
  },
});
