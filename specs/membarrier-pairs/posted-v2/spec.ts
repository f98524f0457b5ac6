/**
 * The ordering table again, for v2 of the per-CPU mutexes as posted: a broadcast returns 0 behind its
 * first barrier, which leaves the other CPUs without one.
 */
import { spec } from 'kcheck';
import { ALL_SHAPES, configurations, pair, pairs_unordered, versions } from '../pairs.ts';

export default spec({
  title: 'membarrier pairs, posted v2',
  versions,
  configurations,
  table: { pass: 'O', fail: 'X' },
  parameters: { code: 'posted' as const, targeted: false },
  system: pair,
  expect: {
    sc: 'pass',
    tso: pairs_unordered({
      'barrier / barrier': ['SB', 'R'],
      'barrier / smp_mb': ['SB'],
      'smp_mb / barrier': ['SB', 'R'],
      'barrier / sys_membarrier': ['SB'],
      'sys_membarrier / barrier': ['SB', 'R'],
    }),
    power: pairs_unordered({
      'barrier / barrier': ALL_SHAPES,
      'barrier / smp_mb': ALL_SHAPES,
      'smp_mb / barrier': ALL_SHAPES,
      'barrier / sys_membarrier': ALL_SHAPES,
      'sys_membarrier / barrier': ALL_SHAPES,
    }),
  },
});
