/** Copies of mm_cid's model with one thing wrong: which property notices? */
export interface Mutation {
  readonly name: string;
  readonly file: 'mm-cid.ts' | 'sched.ts';
  readonly from: string;
  readonly to: string;
  /** The smallest scene in which it shows. */
  readonly configuration: string;
  /** Short names of properties that fail; others may fail with them. */
  readonly fails: readonly string[];
}

export const mutations: readonly Mutation[] = [
  {
    name: 'schedule in forgets TRANSIT on the way to per CPU mode',
    file: 'mm-cid.ts',
    from: 'v.transit_to_cpu && transit_of(mode) !== 0',
    to: 'v.transit_to_cpu && mode === 0',
    configuration: 'fork',
    fails: ['L1', 'L2'],
  },
  {
    name: 'schedule in forgets TRANSIT on the way to per task mode',
    file: 'mm-cid.ts',
    from: 'tcid |= transit_of(mode);',
    to: '',
    configuration: 'exit',
    fails: ['L1', 'L2'],
  },
  {
    name: 'the walk over CPUs does not lock the runqueues',
    file: 'mm-cid.ts',
    from: 'sched.raw_spin_lock_irq(current, rq[cpu].lock);',
    to: 'sched.local_irq_disable(current);',
    configuration: 'exit',
    fails: ['S4'],
  },
  {
    name: 'the walk over tasks does not mark a running task',
    file: 'mm-cid.ts',
    from: 'if (READ_ONCE(rq[cpu].curr) === task + 1) mm_cid_transit_to_cpu(task, cpu);',
    to: 'if (READ_ONCE(rq[cpu].curr) === task + 1) return active;',
    configuration: 'fork-wake',
    fails: ['L1'],
  },
  {
    name: 'the walk over tasks keeps the CID of a sleeping task',
    file: 'mm-cid.ts',
    from: 'else mm_unset_cid_on_task(task);\n    }\n    sched.task_rq_unlock',
    to: '}\n    sched.task_rq_unlock',
    configuration: 'fork',
    fails: ['S7', 'L1', 'L2'],
  },
  {
    name: 'schedule out loses a CID in transit',
    file: 'mm-cid.ts',
    from: 'mm_drop_cid(cid);\n    t[prev].cid.value = MM_CID_UNSET;',
    to: 't[prev].cid.value = MM_CID_UNSET;',
    configuration: 'fork-wake',
    fails: ['S3', 'L1', 'L2'],
  },
  {
    name: 'schedule out drops a CID in transit and keeps it',
    file: 'mm-cid.ts',
    from: 'mm_drop_cid(cid);\n    t[prev].cid.value = MM_CID_UNSET;',
    to: 'mm_drop_cid(cid);',
    configuration: 'fork-wake',
    fails: ['S2', 'S3'],
  },
  {
    name: 'the transition is never ended',
    file: 'mm-cid.ts',
    from: '    clear_transit(false);',
    to: '',
    configuration: 'exit',
    fails: ['S6'],
  },
  {
    name: 'an exiting task keeps its CID',
    file: 'mm-cid.ts',
    from: 'mm_unset_cid_on_task(task);\n    mm.users.value--;',
    to: 'mm.users.value--;',
    configuration: 'exit',
    fails: ['S5'],
  },
  {
    name: 'two words in the wrong order: percpu before transit',
    file: 'mm-cid.ts',
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
    file: 'mm-cid.ts',
    from: 'mutex_lock(mm.mutex);\n    const cpu = sched.raw_spin_lock_irq(current, mm.lock);\n    if (!sched_mm_cid_add_user',
    to: 'const cpu = sched.raw_spin_lock_irq(current, mm.lock);\n    if (!sched_mm_cid_add_user',
    configuration: 'two-forks',
    fails: ['mutex_unlock() of a lock that is not held'],
  },
  {
    name: 'a CID is taken with a plain look at the bitmap',
    file: 'mm-cid.ts',
    from: 'if (test_and_set_bit(cid, mm.bitmap)) return MM_CID_UNSET;',
    to: 'WRITE_ONCE(mm.bitmap, READ_ONCE(mm.bitmap) | (1 << cid));',
    configuration: 'exit',
    fails: ['S1', 'S2'],
  },
];
