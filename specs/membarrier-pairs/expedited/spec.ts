/** The ordering table again, for private expedited commands as they are after the per-CPU mutexes. */
import { spec } from 'kcheck';
import { configurations, MAN_PAGE, pair, versions } from '../pairs.ts';

export default spec({
  title: 'membarrier pairs, expedited',
  versions,
  configurations,
  table: { pass: 'O', fail: 'X' },
  parameters: { code: 'merged' as const, targeted: false },
  system: pair,
  expect: MAN_PAGE,
});
