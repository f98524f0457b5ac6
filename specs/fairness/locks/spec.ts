/**
 * Does a waiter get a lock that another CPU takes again and again?
 *
 * - test-and-set: the loop that everybody writes first. xchg() may come at the wrong moment every time.
 * - spinlock: the same lock as one step that is there while the lock is free. Under strong fairness it is
 *   taken in the end; that the loop does better than its worst luck is what is assumed then.
 * - ticket: FIFO (include/asm-generic/spinlock.h). Tickets count modulo 2, enough for two CPUs.
 * - mcs: FIFO, each waiter polls a word of its own (kernel/locking/mcs_spinlock.h).
 */
import { spec, shared, spinlock, service, task, cpu_relax, progress } from 'kcheck';
import { atomic_fetch_xor, smp_store_release, spin_lock, spin_unlock, xchg } from 'kcheck';
import { READ_ONCE } from 'kcheck';
import { mcs_lock } from '../mcs-lock.ts';

type Kind = 'test-and-set' | 'spinlock' | 'ticket' | 'mcs';

interface SomeLock {
  lock(cpu: number): void;
  unlock(cpu: number): void;
}

function lock_of(kind: Kind): SomeLock {
  switch (kind) {
    case 'test-and-set':
      return test_and_set_lock();
    case 'spinlock':
      return step_lock();
    case 'ticket':
      return ticket_lock();
    case 'mcs':
      return mcs_lock(2);
  }
}

function test_and_set_lock(): SomeLock {
  const locked = shared(0);
  return {
    lock() {
      while (xchg(locked, 1) !== 0) cpu_relax();
    },
    unlock() {
      smp_store_release(locked, 0);
    },
  };
}

function step_lock(): SomeLock {
  const l = shared(spinlock());
  return {
    lock() {
      spin_lock(l);
    },
    unlock() {
      spin_unlock(l);
    },
  };
}

function ticket_lock(): SomeLock {
  const next = shared(0);
  const owner = shared(0);
  return {
    lock() {
      const mine = atomic_fetch_xor(1, next);
      while (READ_ONCE(owner) !== mine) cpu_relax();
    },
    unlock() {
      smp_store_release(owner, READ_ONCE(owner) ^ 1);
    },
  };
}

const starved = { fails: 'waiter' };

export default spec({
  title: 'a lock that another CPU keeps taking',
  versions: {
    'test-and-set': { kind: 'test-and-set' },
    spinlock: { kind: 'spinlock' },
    ticket: { kind: 'ticket' },
    mcs: { kind: 'mcs' },
  } as const,
  configurations: { weak: {}, strong: {} },
  models: ['sc', 'tso'],
  fairness: ({ configuration }) => (configuration === 'weak' ? 'weak' : 'strong'),
  system({ kind }) {
    const lock = lock_of(kind);
    task('waiter', () => {
      lock.lock(0);
      lock.unlock(0);
    });
    service('other', () => {
      for (;;) {
        lock.lock(1);
        progress();
        lock.unlock(1);
      }
    });
  },
  expect: {
    'test-and-set': starved,
    spinlock: { weak: starved, strong: 'pass' },
    ticket: 'pass',
    mcs: 'pass',
  },
});
