/** What a call of sys_membarrier() promises: of IPIs, of its locks and its memory, to its users. */
import {
  assert,
  atomic,
  barrier,
  choose_bool,
  cpus,
  finally_,
  ghost,
  pointer,
  u8,
  shared,
  task,
} from 'kcheck';
import {
  rcu_assign_pointer,
  rcu_dereference,
  READ_ONCE,
  smp_cond_load_relaxed,
  WRITE_ONCE,
} from 'kcheck';
import { membarrier, MM, NO_EVENTS } from 'kcheck/models/membarrier';
import type { MembarrierVersion } from 'kcheck/models/membarrier';
import { rseq } from 'kcheck/models/rseq';
import { TWO_CPUS } from './versions.ts';

const FREED = -1;

/**
 * One call. Q1: a CPU that is in user mode with a thread of the process from entry to return runs the
 * handler in between. Q3: what the call allocates it frees, what it locks it unlocks.
 */
export function one_call(v: MembarrierVersion, cpu_id: number): void {
  cpus(2);
  const in_user_mode = ghost(true);
  const owed = ghost(false);
  const tmpmask = ghost(false);

  const mb = membarrier(
    v,
    { ...TWO_CPUS, curr: [MM, MM] },
    {
      ...NO_EVENTS,
      zalloc_cpumask_var() {
        tmpmask.value = true;
      },
      free_cpumask_var() {
        tmpmask.value = false;
      },
      interrupted() {
        owed.value = false;
      },
      user_mode() {
        in_user_mode.value = true;
      },
      kernel_mode() {
        atomic(() => {
          in_user_mode.value = false;
          owed.value = false;
        });
      },
    },
  );
  task('caller', { cpu: 0, when: () => mb.runs(0) }, () => {
    atomic(() => {
      owed.value = in_user_mode.value && cpu_id < 2;
    });
    mb.sys_membarrier(0, cpu_id);
    assert(!owed.value, 'Q1: every CPU that ran a thread of the process has run the handler');
  });
  task('thread', { cpu: 1, when: () => mb.runs(1) }, () => {
    mb.schedule_out(1);
    mb.schedule_in(1);
  });
  finally_(
    'Q3: what was allocated is freed, what was locked is unlocked',
    () => !tmpmask.value && !mb.serializing(),
  );
}

/** liburcu: the reader has compiler barriers only, the updater calls sys_membarrier(). */
export function liburcu(v: MembarrierVersion): void {
  cpus(2);
  const mb = membarrier(v, { ...TWO_CPUS, curr: [MM, MM] }, NO_EVENTS);
  const node = shared([{ data: 1 }, { data: 2 }]);
  const gp = shared(pointer(node[0]));
  const reader_ctr = shared(0);

  task('updater', { cpu: 0, when: () => mb.runs(0) }, () => {
    rcu_assign_pointer(gp, node[1]);
    mb.sys_membarrier(0, -1);
    smp_cond_load_relaxed(reader_ctr, (nesting) => nesting === 0);
    mb.sys_membarrier(0, -1);
    WRITE_ONCE(node[0].data, FREED);
  });
  task('reader', { cpu: 1, when: () => mb.runs(1) }, () => {
    WRITE_ONCE(reader_ctr, 1);
    barrier();
    const p = rcu_dereference(gp);
    const data = p === null ? 0 : READ_ONCE(p.data);
    barrier();
    WRITE_ONCE(reader_ctr, 0);
    assert(data !== FREED, 'D: no reader sees memory that was freed');
  });
}

/**
 * The updater takes an object away from a restartable sequence of another CPU. Q2: a section that ran
 * when the call began does not commit to the object after the call has returned.
 */
export function rseq_update(v: MembarrierVersion, cpu_id: number): void {
  cpus(2);
  const section = rseq(['thread']);
  const restart = (): void => section.rseq_sched_switch_event(0);
  const mb = membarrier(
    v,
    { ...TWO_CPUS, curr: [MM, MM] },
    { ...NO_EVENTS, interrupted: restart, kernel_mode: restart },
  );
  const object = shared([{ data: 0 }, { data: 0 }]);
  const ptr = shared(u8(0));

  task('updater', { cpu: 0, when: () => mb.runs(0) }, () => {
    WRITE_ONCE(ptr, 1);
    mb.sys_membarrier(0, cpu_id);
    WRITE_ONCE(object[0].data, FREED);
  });
  task('thread', { cpu: 1, when: () => mb.runs(1) }, () => {
    let committed = false;
    let preempted = false;
    while (!committed) {
      section.begin(0);
      const index = READ_ONCE(ptr);
      if (!preempted && choose_bool()) {
        preempted = true;
        mb.schedule_out(1);
        mb.schedule_in(1);
      }
      committed = section.commit(0, () => WRITE_ONCE(object[index].data, 1));
    }
  });
  finally_(
    'Q2: no section that ran when the call began commits after it',
    () => object[0].data.value === FREED,
  );
}
