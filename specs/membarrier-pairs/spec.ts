/**
 * The ordering table of the commit that introduced sys_membarrier(), 5b25b13ab08f: which pairs of
 * barriers in two threads order their accesses (O), and which do not (X)?
 * docs/mechanisms/membarrier.md holds the answer against the table.
 */
import { spec } from 'kcheck';
import { configurations, pair, versions } from './pairs.ts';

export default spec({
  title: 'pairs of barriers and synchronize_sched(), 2015',
  versions,
  configurations,
  table: { pass: 'O', fail: 'X' },
  parameters: { code: 'synchronize_sched' },
  system: pair,
});
