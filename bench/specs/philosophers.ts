/** Dining philosophers who think and eat for ever; each takes the fork on the left first. */
import { cpus, progress, service, shared, spin_lock, spin_unlock, spec, spinlock } from 'kcheck';

export default spec({
  title: 'dining philosophers',
  versions: { deadlock: {} },
  parameters: { n: 9 },
  system({ n }) {
    const fork = cpus(n).map(() => shared(spinlock()));
    for (let i = 0; i < n; i++) {
      const left = fork[i];
      const right = fork[(i + 1) % n];
      service(`P${i}`, { cpu: i }, () => {
        for (;;) {
          progress();
          spin_lock(left);
          spin_lock(right);
          spin_unlock(left);
          spin_unlock(right);
        }
      });
    }
  },
  expect: { deadlock: { fails: 'deadlock' } },
});
