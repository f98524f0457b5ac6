/** Memory that is freed and used again (src/models/slab.ts): used rightly, and wrongly. */
import { spec, shared, spinlock, task, finally_, pointer } from 'kcheck';
import { READ_ONCE, spin_lock, spin_unlock, WRITE_ONCE } from 'kcheck';
import { kmem_cache } from 'kcheck/models/slab';

export default spec({
  title: 'slab',
  versions: {
    locked: { lock: true, frees: 1 },
    unlocked: { lock: false, frees: 1 },
    'freed-twice': { lock: true, frees: 2 },
    leaked: { lock: true, frees: 0 },
  },
  system({ lock, frees }) {
    const nodes = [1, 2].map((key) => shared({ key }, `node${key}`));
    const cache = kmem_cache(nodes, 1, (node) => [node.key], 'nodes');
    const head = shared(pointer(nodes[0]));
    const head_lock = shared(spinlock());

    /** Puts a new node in place of the old one. */
    task('writer', () => {
      const fresh = cache.kmem_cache_alloc();
      if (fresh === null) return;
      WRITE_ONCE(fresh.key, 2);
      if (lock) spin_lock(head_lock);
      const old = READ_ONCE(head);
      WRITE_ONCE(head, fresh);
      if (lock) spin_unlock(head_lock);
      if (old === null) return;
      for (let i = 0; i < frees; i++) cache.kmem_cache_free(old);
    });
    task('reader', () => {
      if (lock) spin_lock(head_lock);
      const node = READ_ONCE(head);
      if (node !== null) cache.use(node.key);
      if (lock) spin_unlock(head_lock);
    });
    finally_('no leak', () => cache.allocated() === 1);
  },
  expect: {
    locked: 'pass',
    unlocked: { fails: 'use after free' },
    'freed-twice': { fails: 'double free' },
    leaked: { fails: 'no leak' },
  },
});
