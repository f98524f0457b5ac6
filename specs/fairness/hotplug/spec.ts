/**
 * CPU hotplug takes cpu_hotplug_lock for writing, while readers keep coming (cpus_read_lock()):
 * kernel/locking/percpu-rwsem.c, with each reader on a CPU of its own and its counter.
 *
 * - block-first: the writer sets `block`, and new readers back out and wait; then it waits until the
 *   readers that are inside have left. This is percpu_down_write().
 * - block-last: the writer waits for a moment without readers first, and closes the door then. As long
 *   as the readers overlap it finds none. It may also close the door in vain for ever, each time that a
 *   reader looks.
 */
import { spec, shared, ghost, service, task, assert, cpu_relax, progress } from 'kcheck';
import { READ_ONCE, WRITE_ONCE, smp_mb, smp_load_acquire, smp_store_release } from 'kcheck';

const READERS = 2;

export default spec({
  title: 'hotplug among readers that keep coming',
  versions: {
    'block-first': { block_first: true },
    'block-last': { block_first: false },
  },
  models: ['sc', 'tso'],
  fairness: 'weak',
  system({ block_first }) {
    const block = shared(0);
    const read_count = shared([0, 0]);
    const offlining = ghost(false);

    function percpu_down_read(cpu: number): void {
      WRITE_ONCE(read_count[cpu], 1);
      smp_mb(); // Either the writer sees the count, or this sees `block`.
      while (smp_load_acquire(block) !== 0) {
        smp_store_release(read_count[cpu], 0);
        while (READ_ONCE(block) !== 0) cpu_relax();
        WRITE_ONCE(read_count[cpu], 1);
        smp_mb();
      }
    }

    function percpu_up_read(cpu: number): void {
      smp_store_release(read_count[cpu], 0);
    }

    function readers_active(): boolean {
      let sum = 0;
      for (let cpu = 0; cpu < READERS; cpu++) sum += smp_load_acquire(read_count[cpu]);
      return sum !== 0;
    }

    function percpu_down_write(): void {
      if (!block_first) while (readers_active()) cpu_relax();
      WRITE_ONCE(block, 1);
      smp_mb();
      while (readers_active()) {
        if (block_first) cpu_relax();
        else {
          WRITE_ONCE(block, 0);
          while (readers_active()) cpu_relax();
          WRITE_ONCE(block, 1);
          smp_mb();
        }
      }
    }

    function percpu_up_write(): void {
      smp_store_release(block, 0);
    }

    for (let cpu = 0; cpu < READERS; cpu++) {
      service(`reader${cpu}`, () => {
        for (;;) {
          percpu_down_read(cpu);
          progress();
          assert(!offlining.value, 'no CPU goes away under a reader');
          percpu_up_read(cpu);
        }
      });
    }
    task('hotplug', () => {
      percpu_down_write();
      offlining.value = true;
      offlining.value = false;
      percpu_up_write();
    });
  },
  expect: {
    'block-first': 'pass',
    'block-last': { fails: ['hotplug', 'reader0', 'reader1'] },
  },
});
