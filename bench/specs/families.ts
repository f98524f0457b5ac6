/** Litmus families in any number of threads, without barriers: how states grow with threads. */
import { cpus, ghost, READ_ONCE, shared, smp_mb, spec, task, u8, WRITE_ONCE } from 'kcheck';

interface Parameters {
  readonly n: number;
  readonly shape: 'SB' | 'MP' | 'IRIW';
  readonly barriers: boolean;
}

const versions: Record<string, Omit<Parameters, 'n'>> = {
  SB: { shape: 'SB', barriers: false },
  'SB+mbs': { shape: 'SB', barriers: true },
  MP: { shape: 'MP', barriers: false },
  IRIW: { shape: 'IRIW', barriers: false },
  'IRIW+mbs': { shape: 'IRIW', barriers: true },
};

export default spec({
  title: 'litmus families',
  versions,
  parameters: { n: 2 },
  system({ n, shape, barriers }: Parameters) {
    const ids = cpus(n);
    const x = ids.map((cpu) => shared({ x: u8(0) }, `x${cpu}`));
    const seen = ids.map((cpu) => ghost(u8(0), `seen${cpu}`));
    const fence = (): void => {
      if (barriers) smp_mb();
    };

    // Each stores to its own location and reads its neighbour's.
    function store_buffering(cpu: number): void {
      WRITE_ONCE(x[cpu].x, 1);
      fence();
      seen[cpu].value = READ_ONCE(x[(cpu + 1) % n].x);
    }

    // A message goes from hand to hand.
    function message_passing(cpu: number): void {
      if (cpu > 0) seen[cpu].value = READ_ONCE(x[cpu - 1].x);
      fence();
      if (cpu < n - 1) WRITE_ONCE(x[cpu].x, 1);
    }

    // Two write, the others read both, every second one in the other order.
    function independent_reads(cpu: number): void {
      if (cpu < 2) {
        WRITE_ONCE(x[cpu].x, 1);
        return;
      }
      const first = READ_ONCE(x[cpu % 2].x);
      fence();
      const second = READ_ONCE(x[1 - (cpu % 2)].x);
      seen[cpu].value = first * 2 + second;
    }

    const body = { SB: store_buffering, MP: message_passing, IRIW: independent_reads }[shape];
    for (const cpu of ids) task(`P${cpu}`, { cpu }, () => body(cpu));
  },
});
