/** RCU (src/models/rcu-sched.ts): a node is replaced, and freed after a grace period. */
import { spec, assert, cpus, mutex, pointer, shared, task } from 'kcheck';
import { mutex_lock, mutex_unlock, rcu_assign_pointer, rcu_dereference } from 'kcheck';
import { READ_ONCE, WRITE_ONCE } from 'kcheck';
import { rcu_sched } from 'kcheck/models/rcu-sched';
import { kmem_cache } from 'kcheck/models/slab';

interface Version {
  readonly grace_period: boolean;
  readonly publish: 'rcu_assign_pointer' | 'WRITE_ONCE';
  /** The reader goes on using the node behind rcu_read_unlock(). */
  readonly leaves_early: boolean;
  /** The reader waits for the writer in its section. */
  readonly mutex_in_section: boolean;
}

const right: Version = {
  grace_period: true,
  publish: 'rcu_assign_pointer',
  leaves_early: false,
  mutex_in_section: false,
};

const versions: Record<string, Version> = {
  right,
  'no-grace-period': { ...right, grace_period: false },
  'leaves-early': { ...right, leaves_early: true },
  'plain-publish': { ...right, publish: 'WRITE_ONCE' },
  'mutex-in-section': { ...right, mutex_in_section: true },
};

export default spec({
  title: 'rcu-sched',
  versions,
  system({ grace_period, publish, leaves_early, mutex_in_section }) {
    const [writer, reader] = cpus(2);
    const rcu = rcu_sched([reader]);
    const nodes = [1, 0].map((key) => shared({ key }, `node${1 + key}`));
    const cache = kmem_cache(nodes, 1, (node) => [node.key], 'nodes');
    const head = shared(pointer(nodes[0]));
    const lock = shared(mutex());

    task('writer', { cpu: writer }, () => {
      mutex_lock(lock);
      const old = READ_ONCE(head);
      const fresh = cache.kmem_cache_alloc();
      if (fresh === null || old === null) return;
      WRITE_ONCE(fresh.key, 2);
      if (publish === 'WRITE_ONCE') WRITE_ONCE(head, fresh);
      else rcu_assign_pointer(head, fresh);
      if (grace_period) rcu.synchronize_rcu(writer);
      cache.kmem_cache_free(old);
      mutex_unlock(lock);
    });
    task('reader', { cpu: reader }, () => {
      rcu.rcu_read_lock(reader);
      if (mutex_in_section) mutex_lock(lock);
      const node = rcu_dereference(head);
      if (leaves_early) rcu.rcu_read_unlock(reader);
      if (node !== null) assert(cache.use(node.key) !== 0, 'the node is complete');
      if (mutex_in_section) mutex_unlock(lock);
      if (!leaves_early) rcu.rcu_read_unlock(reader);
    });
  },
  expect: {
    right: 'pass',
    'no-grace-period': { fails: 'use after free' },
    'leaves-early': { fails: 'use after free' },
    'plain-publish': { sc: 'pass', tso: 'pass', power: { fails: 'the node is complete' } },
    'mutex-in-section': { fails: 'deadlock' },
  },
});
