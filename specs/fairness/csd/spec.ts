/**
 * Task A waits for its cross call, which is under way (kernel/smp.c: csd_lock_wait()), while others use the
 * same descriptor again and again. CSD_FLAG_LOCK then says that some call is under way, and not whose.
 *
 * - polled: the waiter loads flags in a loop. It may see the lock bit of another call every time.
 * - cond_load: the wait as one step, which is there while the bit is clear. Under strong fairness it is
 *   taken in the end, under weak fairness not: the bit is set again before it is.
 * - own: a descriptor of the task's own. When its bit is clear it stays clear.
 */
import { spec, shared, service, task, cpu_relax, progress } from 'kcheck';
import { READ_ONCE, smp_cond_load_acquire, smp_store_release, test_and_set_bit_lock } from 'kcheck';

const LOCK_BIT = 0;
const CSD_FLAG_LOCK = 1 << LOCK_BIT;

const starved = { fails: 'A' };

export default spec({
  title: 'a wait for a call whose descriptor others reuse',
  versions: {
    polled: { polled: true, own: false },
    cond_load: { polled: false, own: false },
    own: { polled: true, own: true },
  },
  configurations: { weak: {}, strong: {} },
  models: ['sc', 'tso'],
  fairness: ({ configuration }) => (configuration === 'weak' ? 'weak' : 'strong'),
  system({ polled, own }) {
    const call_of_A = { flags: CSD_FLAG_LOCK };
    const csd = shared(own ? [{ flags: 0 }, call_of_A] : [call_of_A]);
    const csd_of_A = csd[own ? 1 : 0];

    function csd_lock(which: typeof csd_of_A): void {
      while (test_and_set_bit_lock(LOCK_BIT, which.flags)) cpu_relax();
    }

    function csd_lock_wait(which: typeof csd_of_A): void {
      if (polled) while ((READ_ONCE(which.flags) & CSD_FLAG_LOCK) !== 0) cpu_relax();
      else smp_cond_load_acquire(which.flags, (flags) => (flags & CSD_FLAG_LOCK) === 0);
    }

    task('A', () => {
      csd_lock_wait(csd_of_A);
    });
    service('B', () => {
      for (;;) {
        csd_lock(csd[0]);
        progress();
      }
    });
    // What the target CPU does about each descriptor: run the function, and unlock.
    for (const each of csd) {
      service(`target of ${each === csd_of_A ? 'A' : 'B'}`, () => {
        for (;;) {
          progress();
          smp_cond_load_acquire(each.flags, (flags) => (flags & CSD_FLAG_LOCK) !== 0);
          smp_store_release(each.flags, 0);
        }
      });
    }
  },
  expect: {
    polled: starved,
    cond_load: { weak: starved, strong: 'pass' },
    own: 'pass',
  },
});
