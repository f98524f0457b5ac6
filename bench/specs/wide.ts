/**
 * `n` tasks that count to `k - 1`, each in words of its own, in one step a number: k^n states by theory,
 * of 40 bytes for n = 5.
 */
import { atomic, cpus, ghost, shared, spec, task, u16, WRITE_ONCE } from 'kcheck';

export default spec({
  title: 'independent counters',
  versions: { counters: {} },
  parameters: { n: 5, k: 10 },
  system({ n, k }) {
    for (const cpu of cpus(n)) {
      const count = shared(u16(0), `count${cpu}`);
      const round = ghost(u16(0), `round${cpu}`);
      const thousands = ghost(u16(0), `thousands${cpu}`);
      task(`T${cpu}`, { cpu }, () => {
        do {
          atomic(() => {
            round.value += 1;
            thousands.value = 1000 * round.value;
            WRITE_ONCE(count, k - round.value);
          });
        } while (round.value < k - 1);
      });
    }
  },
});
