/**
 * A pool of `n` CIDs in a bitmap, as mm_cid's: each CPU takes one, keeps it in its own word, and gives it
 * back, for ever. bench/promela/cid-pool.pml.
 */
import {
  assert,
  atomic_fetch_andnot_relaxed,
  cpu_relax,
  cpus,
  progress,
  ranged,
  READ_ONCE,
} from 'kcheck';
import { service, shared, spec, test_and_set_bit, WRITE_ONCE } from 'kcheck';

export default spec({
  title: 'a pool of CIDs',
  versions: { pool: {} },
  parameters: { n: 4 },
  system({ n }) {
    const bitmap = shared(ranged(0, 0, (1 << n) - 1));
    const ids = cpus(n);
    const pcpu = ids.map((cpu) => shared(ranged(n, 0, n), `pcpu${cpu}`));

    function find_first_zero_bit(map: number): number {
      let first = n;
      for (let bit = n - 1; bit >= 0; bit--) if ((map & (1 << bit)) === 0) first = bit;
      return first;
    }

    function mm_get_cid(): number {
      for (;;) {
        const cid = find_first_zero_bit(READ_ONCE(bitmap));
        if (cid < n && !test_and_set_bit(cid, bitmap)) return cid;
        cpu_relax();
      }
    }

    for (const cpu of ids) {
      service(`sched/${cpu}`, { cpu }, () => {
        for (;;) {
          progress();
          WRITE_ONCE(pcpu[cpu], mm_get_cid());
          const cid = READ_ONCE(pcpu[cpu]);
          const map = atomic_fetch_andnot_relaxed(1 << cid, bitmap);
          assert((map & (1 << cid)) !== 0, 'what is given back is in the pool');
          WRITE_ONCE(pcpu[cpu], n);
        }
      });
    }
  },
});
