/** Peterson's filter lock, taken by `n` CPUs for ever. bench/promela/filter-lock{,-tso}.pml. */
import { assert, atomic, bool, cpus, ghost, progress, ranged, READ_ONCE, service } from 'kcheck';
import { shared, smp_mb, spec, WRITE_ONCE } from 'kcheck';

export default spec({
  title: "Peterson's filter lock",
  versions: { bare: { fence: false }, fenced: { fence: true } },
  parameters: { n: 3 },
  system({ n, fence }) {
    const ids = cpus(n);
    const level = ids.map((cpu) => shared(ranged(0, 0, n - 1), `level${cpu}`));
    const last = ids.slice(1).map((l) => shared(ranged(0, 0, n - 1), `last${l}`));
    const inside = ghost(bool(false));

    function may_pass(me: number, l: number): boolean {
      if (READ_ONCE(last[l - 1]) !== me) return true;
      // From the next CPU on, so that none is special.
      for (let k = 1; k < n; k++) {
        if (READ_ONCE(level[(me + k) % n]) >= l) return false;
      }
      return true;
    }

    for (const me of ids) {
      service(`P${me}`, { cpu: me }, () => {
        for (;;) {
          progress();
          for (let l = 1; l < n; l++) {
            WRITE_ONCE(level[me], l);
            WRITE_ONCE(last[l - 1], me);
            if (fence) smp_mb();
            while (!may_pass(me, l));
          }
          atomic(() => {
            assert(!inside.value, 'one at a time');
            inside.value = true;
          });
          atomic(() => {
            inside.value = false;
            WRITE_ONCE(level[me], 0);
          });
        }
      });
    }
  },
});
