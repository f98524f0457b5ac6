/** Per-CPU counters: safe with preemption off, and not with preemption on. */
import { finally_, shared, spec } from 'kcheck';
import { preemption } from 'kcheck/models/preemption';

export default spec({
  title: 'preemption',
  versions: { off: { disable: true }, on: { disable: false } },
  configurations: {
    'one CPU': { nr_cpus: 1, allowed: [0] },
    'two CPUs': { nr_cpus: 2, allowed: [0, 1] },
  },
  models: ['sc', 'tso'],
  system({ disable, nr_cpus, allowed }) {
    const setup = ['A', 'B'].map((name) => ({ name, cpus: allowed }));
    const processors = preemption(nr_cpus, setup);
    const counter = shared(Array.from({ length: nr_cpus }, () => 0));

    setup.forEach((_, t) => {
      processors.thread(t, 'a task ends', () => {
        const cpu = disable ? processors.preempt_disable(t) : processors.raw_smp_processor_id(t);
        counter[cpu].value += 1;
        if (disable) processors.preempt_enable(t);
      });
    });
    finally_('no increment is lost', () => {
      let sum = 0;
      for (const cpu of processors.ids) sum += counter[cpu].value;
      return sum === setup.length;
    });
  },
  expect: {
    off: 'pass',
    on: {
      'one CPU': { fails: 'no increment is lost' },
      'two CPUs': { fails: ['no increment is lost', 'race'] },
    },
  },
});
