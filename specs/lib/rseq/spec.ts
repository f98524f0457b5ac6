/**
 * Two threads of one CPU increment a counter with a restartable sequence each: no increment is lost if
 * preemption marks the section, and one is if it does not.
 */
import { atomic, cpus, finally_, ghost, READ_ONCE, shared, spec, task, WRITE_ONCE } from 'kcheck';
import { rseq } from 'kcheck/models/rseq';

export default spec({
  title: 'rseq',
  versions: { marked: { marks: true }, 'not marked': { marks: false } },
  system({ marks }) {
    cpus(1);
    const counter = shared(0);
    const current = ghost(0);
    const done = ghost([false, false]);
    const sections = rseq(['T0', 'T1']);

    for (const me of [0, 1]) {
      const runs = (): boolean => current.value === me || done[1 - me].value;
      task(`T${me}`, { cpu: 0, when: runs }, () => {
        let value = 0;
        do {
          sections.begin(me);
          value = READ_ONCE(counter);
        } while (!sections.commit(me, () => WRITE_ONCE(counter, value + 1)));
        done[me].value = true;
      });
    }
    task('preempt', { cpu: 0 }, () => {
      for (const next of [1, 0, 1]) {
        atomic(() => {
          if (marks) sections.rseq_sched_switch_event(1 - next);
          current.value = next;
        });
      }
    });
    finally_('no increment is lost', () => counter.value === 2);
  },
  expect: {
    marked: 'pass',
    'not marked': { fails: 'no increment is lost' },
  },
});
