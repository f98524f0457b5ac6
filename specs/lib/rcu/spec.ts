/** A reader under RCU, and an updater that frees what the reader may have found. */
import { assert, ghost, READ_ONCE, shared, spec, task, WRITE_ONCE } from 'kcheck';
import { rcu } from 'kcheck/models/rcu';

export default spec({
  title: 'rcu',
  versions: {
    right: { section: true, grace_period: true },
    'no section': { section: false, grace_period: true },
    'no grace period': { section: true, grace_period: false },
  },
  models: ['sc'],
  system({ section, grace_period }) {
    const readers = rcu(['reader']);
    const published = shared(true);
    const alive = ghost(true);

    task('reader', () => {
      if (section) readers.rcu_read_lock(0);
      const found = READ_ONCE(published);
      if (found) assert(alive.value, 'the reader does not use freed memory');
      if (section) readers.rcu_read_unlock(0);
    });
    task('updater', () => {
      WRITE_ONCE(published, false);
      if (grace_period) readers.synchronize_rcu();
      alive.value = false;
    });
  },
  expect: {
    right: 'pass',
    'no section': { fails: 'the reader does not use freed memory' },
    'no grace period': { fails: 'the reader does not use freed memory' },
  },
});
