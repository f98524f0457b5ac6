/** mutex_lock() and mutex_unlock(): two tasks update two counters, rightly and wrongly. */
import { spec, finally_, mutex, mutex_lock, mutex_unlock, shared, task } from 'kcheck';

/** Which mutexes the tasks take, in which order, and how often they release each. */
interface Version {
  readonly first: readonly ('a' | 'b')[];
  readonly second: readonly ('a' | 'b')[];
  readonly unlocks: number;
}

const right: Version = { first: ['a', 'b'], second: ['a', 'b'], unlocks: 1 };

const versions: Record<string, Version> = {
  right,
  'one-in-common': { ...right, second: ['b'] },
  'none-in-common': { ...right, first: ['a'], second: ['b'] },
  inverted: { ...right, second: ['b', 'a'] },
  recursive: { ...right, second: ['a', 'a'] },
  'unlocked-twice': { ...right, unlocks: 2 },
};

export default spec({
  title: 'mutex',
  versions,
  system({ first, second, unlocks }) {
    const locks = shared({ a: mutex(), b: mutex() });
    const counts = shared({ x: 0, y: 0 });

    function count(order: readonly ('a' | 'b')[]): void {
      for (const name of order) mutex_lock(locks[name]);
      counts.x.value += 1;
      counts.y.value += 1;
      for (const name of order) for (let i = 0; i < unlocks; i++) mutex_unlock(locks[name]);
    }

    task('T0', () => count(first));
    task('T1', () => count(second));
    finally_('no increment is lost', () => counts.x.value === 2 && counts.y.value === 2);
  },
  expect: {
    right: 'pass',
    'one-in-common': 'pass',
    'none-in-common': { fails: 'race' },
    inverted: { fails: 'deadlock' },
    recursive: { fails: 'deadlock' },
    'unlocked-twice': { fails: 'mutex_unlock() of a lock that is not held' },
  },
});
