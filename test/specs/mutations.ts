/** Copies of mm_cid's model with one thing wrong: which property notices? */
export interface Mutation {
  readonly name: string;
  /** Below src/models. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The smallest scene in which it shows. */
  readonly configuration: string;
  /** `sc` unless named. */
  readonly model?: 'tso' | 'power';
  /** Short names of properties that fail; others may fail with them. */
  readonly fails: readonly string[];
}

export const mutations: readonly Mutation[] = [
  {
    name: 'schedule in forgets TRANSIT on the way to per CPU mode',
    file: 'mm-cid/switch.ts',
    from: 'v.transit_to_cpu && transit_of(mode) !== 0',
    to: 'v.transit_to_cpu && mode === 0',
    configuration: 'fork',
    fails: ['L1', 'L2'],
  },
  {
    name: 'schedule in forgets TRANSIT on the way to per task mode',
    file: 'mm-cid/switch.ts',
    from: 'tcid |= transit_of(mode);',
    to: '',
    configuration: 'exit',
    fails: ['L1', 'L2'],
  },
  {
    name: 'the walk over CPUs does not lock the runqueues',
    file: 'mm-cid/fixup.ts',
    from: 'sched.raw_spin_lock_irq(current, rq[cpu].lock);',
    to: 'sched.local_irq_disable(current);',
    configuration: 'exit',
    fails: ['S4'],
  },
  {
    name: 'the walk over tasks does not mark a running task',
    file: 'mm-cid/fixup.ts',
    from: 'if (READ_ONCE(rq[cpu].curr) === task + 1) mm_cid_transit_to_cpu(task, cpu);',
    to: 'if (READ_ONCE(rq[cpu].curr) === task + 1) return active;',
    configuration: 'fork-wake',
    fails: ['L1'],
  },
  {
    name: 'the walk over tasks keeps the CID of a sleeping task',
    file: 'mm-cid/fixup.ts',
    from: 'else mm_unset_cid_on_task(task);\n    }\n    sched.task_rq_unlock',
    to: '}\n    sched.task_rq_unlock',
    configuration: 'fork',
    fails: ['S7', 'L1', 'L2'],
  },
  {
    name: 'schedule out loses a CID in transit',
    file: 'mm-cid/switch.ts',
    from: 'mm_drop_cid(cid);\n    t[prev].cid.value = MM_CID_UNSET;',
    to: 't[prev].cid.value = MM_CID_UNSET;',
    configuration: 'fork-wake',
    fails: ['S3', 'L1', 'L2'],
  },
  {
    name: 'schedule out drops a CID in transit and keeps it',
    file: 'mm-cid/switch.ts',
    from: 'mm_drop_cid(cid);\n    t[prev].cid.value = MM_CID_UNSET;',
    to: 'mm_drop_cid(cid);',
    configuration: 'fork-wake',
    fails: ['S2', 'S3'],
  },
  {
    name: 'the transition is never ended',
    file: 'mm-cid/fixup.ts',
    from: '    clear_transit(false);',
    to: '',
    configuration: 'exit',
    fails: ['S6'],
  },
  {
    name: 'an exiting task keeps its CID',
    file: 'mm-cid/users.ts',
    from: 'mm_unset_cid_on_task(task);\n    mm.users.value--;',
    to: 'mm.users.value--;',
    configuration: 'exit',
    fails: ['S5'],
  },
  {
    name: 'two words in the wrong order: percpu before transit',
    file: 'mm-cid/mode.ts',
    from: 'set_mode(mm.mode.value ^ (MM_CID_TRANSIT | MM_CID_ONCPU));',
    to: 'set_mode(mm.mode.value ^ MM_CID_ONCPU);',
    configuration: 'fork',
    fails: ['S6'],
  },
  {
    name: 'a context switch without the runqueue lock',
    file: 'sched.ts',
    from: 'raw_spin_lock(rq[cpu].lock);\n    smp_mb__after_spinlock();',
    to: 'smp_mb__after_spinlock();',
    configuration: 'fork-wake',
    fails: ['race', 'S4'],
  },
  {
    name: 'fork without the mutex',
    file: 'mm-cid/users.ts',
    from: 'mutex_lock(mm.mutex);\n    const cpu = sched.raw_spin_lock_irq(current, mm.lock);\n    if (is_lone',
    to: 'const cpu = sched.raw_spin_lock_irq(current, mm.lock);\n    if (is_lone',
    configuration: 'two-forks',
    fails: ['mutex_unlock() of a lock that is not held'],
  },
  {
    name: 'a CID is taken with a plain look at the bitmap',
    file: 'mm-cid/pool.ts',
    from: 'if (test_and_set_bit(cid, mm.bitmap)) return MM_CID_UNSET;',
    to: 'WRITE_ONCE(mm.bitmap, READ_ONCE(mm.bitmap) | (1 << cid));',
    configuration: 'exit',
    fails: ['S1', 'S2'],
  },
  {
    name: 'no smp_mb() behind the fixup',
    file: 'mm-cid/mode.ts',
    from: 'if (v.mb_after_fixup) smp_mb();',
    to: '',
    configuration: 'b1',
    model: 'power',
    fails: ['B1'],
  },
  {
    name: 'a child is woken up without a release',
    file: 'sched.ts',
    from: 'raw_spin_lock(p[t].pi_lock);\n      atomic(() => {\n        raw_spin_unlock(p[t].pi_lock);\n        state[t]',
    to: 'atomic(() => {\n        state[t]',
    configuration: 'failed-fork-0',
    model: 'power',
    fails: ['race'],
  },
  {
    name: 'a task is off its CPU without a release',
    file: 'sched.ts',
    from: 'smp_store_release(p[prev - 1].on_cpu, false)',
    to: 'WRITE_ONCE(p[prev - 1].on_cpu, false)',
    configuration: 'wake-0',
    model: 'power',
    fails: ['race'],
  },
  {
    name: 'a preempted task moves without the lock of its runqueue',
    file: 'sched.ts',
    from: 'raw_spin_lock(rq[from].lock);\n    atomic(() => {\n      raw_spin_unlock(rq[from].lock);',
    to: 'atomic(() => {',
    configuration: 'fork-1',
    model: 'power',
    fails: ['race'],
  },
];

/** What nobody notices; docs/mechanisms/mm-cid.md says why. */
export const unnoticed: readonly Pick<Mutation, 'name' | 'file' | 'from' | 'to'>[] = [
  {
    name: 'no smp_mb() before the fixup',
    file: 'mm-cid/mode.ts',
    from: 'if (v.mb_before_fixup) smp_mb();',
    to: '',
  },
  {
    name: 'no smp_mb__after_spinlock() in the scheduler',
    file: 'sched.ts',
    from: '    smp_mb__after_spinlock();\n',
    to: '',
  },
  {
    name: 'a CID is taken by a relaxed atomic',
    file: 'mm-cid/pool.ts',
    from: 'if (test_and_set_bit(cid, mm.bitmap)) return MM_CID_UNSET;',
    to: 'if ((atomic_fetch_or_relaxed(1 << cid, mm.bitmap) & (1 << cid)) !== 0) return MM_CID_UNSET;',
  },
  {
    name: 'a task is taken over without an acquire',
    file: 'sched.ts',
    from: 'while (xchg_acquire(p[next - 1].on_cpu, true))',
    to: 'while (xchg_relaxed(p[next - 1].on_cpu, true))',
  },
];
