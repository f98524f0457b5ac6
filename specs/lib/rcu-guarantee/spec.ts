/**
 * What a grace period orders (src/models/rcu-sched.ts), in the shapes MP, SB and LB: the accesses of a
 * section come all before its end or all after its start, although the reader has no barrier. smp_mb()
 * in place of the grace period does not do.
 */
import { spec, cpus, finally_, ghost, shared, smp_mb, task, READ_ONCE, WRITE_ONCE } from 'kcheck';
import { rcu_sched } from 'kcheck/models/rcu-sched';

const one = { fails: 'reader1 is before or after' };
const both = { fails: ['reader1 is before or after', 'reader2 is before or after'] };

export default spec({
  title: 'rcu guarantee',
  versions: {
    synchronize_rcu: { grace_period: true },
    smp_mb: { grace_period: false },
  },
  configurations: {
    mp: { shape: 'MP', readers: 1 },
    sb: { shape: 'SB', readers: 1 },
    lb: { shape: 'LB', readers: 1 },
    mp2: { shape: 'MP', readers: 2 },
    sb2: { shape: 'SB', readers: 2 },
  },
  // Slow under power.
  skip: ({ configuration, model }) => configuration.endsWith('2') && model === 'power',
  system({ grace_period, shape, readers }) {
    const [updater, ...others] = cpus(1 + readers);
    const rcu = rcu_sched(others);
    const x = shared(0);
    const y = shared(0);
    const updater_saw = ghost(0);

    task('updater', { cpu: updater }, () => {
      let seen = 0;
      if (shape === 'LB') seen = READ_ONCE(x);
      else WRITE_ONCE(x, 1);
      if (grace_period) rcu.synchronize_rcu(updater);
      else smp_mb();
      if (shape === 'SB') seen = READ_ONCE(y);
      else WRITE_ONCE(y, 1);
      updater_saw.value = seen;
    });
    for (const cpu of others) {
      const saw = ghost({ x: 0, y: 0 }, `reader${cpu}.saw`);
      task(`reader/${cpu}`, { cpu }, () => {
        let seen_y = 0;
        let seen_x = 0;
        rcu.rcu_read_lock(cpu);
        if (shape === 'SB') WRITE_ONCE(y, 1);
        else seen_y = READ_ONCE(y);
        if (shape === 'LB') WRITE_ONCE(x, 1);
        else seen_x = READ_ONCE(x);
        rcu.rcu_read_unlock(cpu);
        saw.x.value = seen_x;
        saw.y.value = seen_y;
      });
      finally_(`reader${cpu} is before or after`, () => {
        if (shape === 'MP') return saw.y.value === 0 || saw.x.value === 1;
        if (shape === 'SB') return updater_saw.value === 1 || saw.x.value === 1;
        return updater_saw.value === 0 || saw.y.value === 0;
      });
    }
  },
  expect: {
    synchronize_rcu: 'pass',
    smp_mb: {
      mp: { sc: 'pass', tso: 'pass', power: one },
      sb: { sc: 'pass', tso: one, power: one },
      lb: { sc: 'pass', tso: 'pass', power: one },
      mp2: 'pass',
      sb2: { sc: 'pass', tso: both },
    },
  },
});
