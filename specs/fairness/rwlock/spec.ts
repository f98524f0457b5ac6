/**
 * A writer waits for a reader-writer lock whose readers keep coming: kernel/locking/qrwlock.c.
 *
 * - qrwlock: a writer that waits announces itself, and new readers queue up behind it.
 * - reader-preferring: readers look at _QW_LOCKED alone, as those in interrupts do. Two of them suffice
 *   to keep the writer out for ever.
 */
import { spec, shared, ghost, service, task, assert, cpu_relax, progress } from 'kcheck';
import { atomic_add_return_acquire, atomic_or, atomic_read, atomic_sub } from 'kcheck';
import { atomic_sub_return_release, atomic_cmpxchg_acquire, atomic } from 'kcheck';
import { mcs_lock } from '../mcs-lock.ts';

/** Bits of `cnts`: a writer holds the lock, a writer waits; readers are counted above. */
const _QW_LOCKED = 1;
const _QW_WAITING = 2;
const _QR_BIAS = 4;

const READERS = 2;
const WRITER = READERS;

export default spec({
  title: 'a writer among readers that keep coming',
  versions: {
    'reader-preferring': { readers_wait_for: _QW_LOCKED },
    qrwlock: { readers_wait_for: _QW_LOCKED | _QW_WAITING },
  },
  models: ['sc', 'tso'],
  fairness: 'strong',
  system({ readers_wait_for }) {
    const cnts = shared(0);
    const wait_lock = mcs_lock(READERS + 1);
    const inside = ghost({ readers: 0, writer: false });

    function read_lock(cpu: number): void {
      if ((atomic_add_return_acquire(_QR_BIAS, cnts) & readers_wait_for) === 0) return;
      atomic_sub(_QR_BIAS, cnts);
      wait_lock.lock(cpu);
      atomic_add_return_acquire(_QR_BIAS, cnts);
      while ((atomic_read(cnts) & _QW_LOCKED) !== 0) cpu_relax();
      wait_lock.unlock(cpu);
    }

    function read_unlock(): void {
      atomic_sub_return_release(_QR_BIAS, cnts);
    }

    function write_lock(): void {
      wait_lock.lock(WRITER);
      atomic_or(_QW_WAITING, cnts);
      while (atomic_cmpxchg_acquire(cnts, _QW_WAITING, _QW_LOCKED) !== _QW_WAITING) cpu_relax();
      wait_lock.unlock(WRITER);
    }

    function write_unlock(): void {
      atomic_sub_return_release(_QW_LOCKED, cnts);
    }

    for (let cpu = 0; cpu < READERS; cpu++) {
      service(`reader${cpu}`, () => {
        for (;;) {
          read_lock(cpu);
          progress();
          assert(!inside.writer.value, 'no reader beside the writer');
          read_unlock();
        }
      });
    }
    task('writer', () => {
      write_lock();
      atomic(() => {
        inside.writer.value = true;
      });
      atomic(() => {
        inside.writer.value = false;
      });
      write_unlock();
    });
  },
  expect: {
    'reader-preferring': { fails: 'writer' },
    qrwlock: 'pass',
  },
});
