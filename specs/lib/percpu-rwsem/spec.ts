/**
 * percpu-rwsem used rightly, and without each of its barriers: readers and the writer exclude each
 * other. A reader that comes in again behind a writer waits for ever.
 */
import { assert, READ_ONCE, shared, spec, task, WRITE_ONCE } from 'kcheck';
import { ALL_BARRIERS, percpu_rwsem } from 'kcheck/models/percpu-rwsem';

export default spec({
  title: 'percpu-rwsem',
  versions: {
    'all barriers': { barriers: ALL_BARRIERS },
    'without A': { barriers: { ...ALL_BARRIERS, A: false } },
    'without B': { barriers: { ...ALL_BARRIERS, B: false } },
    'without C': { barriers: { ...ALL_BARRIERS, C: false } },
    'without D': { barriers: { ...ALL_BARRIERS, D: false } },
  },
  configurations: {
    'one reader': { readers: 1, nested: false },
    'two readers': { readers: 2, nested: false },
    'one reader twice': { readers: 1, nested: true },
  },
  skip: ({ version, configuration }) =>
    version !== 'all barriers' && configuration !== 'one reader',
  system({ barriers, readers, nested }) {
    const sem = percpu_rwsem('sem', readers, barriers);
    const written = shared([0, 0]);
    const read = shared([0, 0]);

    for (let cpu = 0; cpu < readers; cpu++) {
      task(`reader/${cpu}`, () => {
        sem.percpu_down_read(cpu);
        if (nested) sem.percpu_down_read(cpu);
        const seen = READ_ONCE(written[0]);
        assert(READ_ONCE(written[1]) === seen, 'reader: it sees all of a write or nothing');
        if (cpu === 0) WRITE_ONCE(read[0], 1);
        if (cpu === 0) WRITE_ONCE(read[1], 1);
        if (nested) sem.percpu_up_read(cpu);
        sem.percpu_up_read(cpu);
      });
    }
    task('writer', () => {
      sem.percpu_down_write();
      WRITE_ONCE(written[0], 1);
      WRITE_ONCE(written[1], 1);
      const seen = READ_ONCE(read[0]);
      assert(READ_ONCE(read[1]) === seen, 'writer: it sees all of a reader or nothing');
      sem.percpu_up_write();
    });
  },
  expect: {
    'one reader twice': { fails: 'deadlock' },
    'two readers': 'pass',
    'one reader': {
      // On x86 atomic_inc() and xchg() are barriers by themselves, and B and C order what is in order.
      sc: 'pass',
      tso: 'pass',
      power: {
        'all barriers': 'pass',
        'without A': { fails: ['reader', 'writer'] },
        'without B': { fails: ['reader', 'writer'] },
        'without C': { fails: 'writer' },
        'without D': { fails: ['reader', 'writer'] },
      },
    },
  },
});
