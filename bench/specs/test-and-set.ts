/** Counters behind a test-and-set lock: `n` tasks, `k` rounds each. bench/promela/test-and-set.pml. */
import { cpu_relax, ghost, ranged, READ_ONCE, shared, smp_store_release, spec } from 'kcheck';
import { bool, cpus, finally_, task, u8, WRITE_ONCE, xchg } from 'kcheck';

export default spec({
  title: 'test-and-set lock',
  versions: { counter: {} },
  parameters: { n: 3, k: 40 },
  system({ n, k }) {
    const lock = shared(bool(false));
    const counter = shared(u8(0));
    for (const cpu of cpus(n)) {
      const round = ghost(ranged(0, 0, k), `round${cpu}`);
      task(`P${cpu}`, { cpu }, () => {
        do {
          while (xchg(lock, true)) cpu_relax();
          WRITE_ONCE(counter, READ_ONCE(counter) + 1);
          round.value += 1;
          smp_store_release(lock, false);
        } while (round.value < k);
      });
    }
    finally_('no increment is lost', () => counter.value === n * k);
  },
});
