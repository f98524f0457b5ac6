/** A CPU that is online stays so in a section with preemption off. */
import { assert, READ_ONCE, shared, spec, task, WRITE_ONCE } from 'kcheck';
import { preemption } from 'kcheck/models/preemption';
import { stop_machine } from 'kcheck/models/stop-machine';

export default spec({
  title: 'stop_machine',
  versions: { off: { disable: true }, on: { disable: false } },
  models: ['sc', 'tso', 'power'],
  system({ disable }) {
    const processors = preemption(2, [{ name: 'A', cpus: [0] }]);
    const online = shared(true);
    const take_cpu_down = (): void => {
      WRITE_ONCE(online, false);
    };
    const stop = stop_machine(processors, 1, take_cpu_down, () => false);

    processors.thread(0, 'A ends', () => {
      if (disable) processors.preempt_disable(0);
      const was = READ_ONCE(online);
      assert(!was || READ_ONCE(online), 'an online CPU stays online');
      if (disable) processors.preempt_enable(0);
    });
    task('cpuhp', () => {
      stop.cpu_down();
      assert(!READ_ONCE(online), 'it is down when cpu_down() returns');
    });
  },
  expect: { off: 'pass', on: { fails: 'an online CPU stays online' } },
});
