/**
 * The ordering table again, for v2 of the per-CPU mutexes with commands that name the other thread's
 * CPU: these do what they should.
 */
import { spec } from 'kcheck';
import { configurations, MAN_PAGE, pair, versions } from '../pairs.ts';

export default spec({
  title: 'membarrier pairs, posted v2',
  versions,
  configurations,
  table: { pass: 'O', fail: 'X' },
  parameters: { code: 'posted' as const, targeted: true },
  system: pair,
  expect: MAN_PAGE,
});
