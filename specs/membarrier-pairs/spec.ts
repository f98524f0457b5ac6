/**
 * The ordering table of the commit that introduced sys_membarrier(), 5b25b13ab08f: which pairs of
 * barriers in two threads order their accesses (O), and which do not (X)?
 * docs/mechanisms/membarrier.md holds the answer against the table.
 */
import { spec } from 'kcheck';
import { configurations, MAN_PAGE, pair, versions } from './pairs.ts';

export default spec({
  title: 'membarrier pairs, 2015',
  versions,
  configurations,
  table: { pass: 'O', fail: 'X' },
  parameters: { code: 'synchronize_sched' as const, targeted: false },
  system: pair,
  expect: MAN_PAGE,
});
