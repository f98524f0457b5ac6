/** Copies of membarrier's models with one thing wrong: which property notices? */
export interface Mutation {
  readonly name: string;
  /** In src/models. */
  readonly file: 'membarrier.ts' | 'cross-call.ts' | 'percpu-rwsem.ts' | 'rseq.ts';
  readonly from: string;
  readonly to: string;
  /** The runs that are explored: a spec below specs/, a version, configurations and memory models. */
  readonly spec: 'membarrier' | 'membarrier/barriers' | 'lib/cross-call' | 'lib/percpu-rwsem';
  readonly version: string;
  readonly configurations: readonly string[];
  readonly models: readonly string[];
  /** Short names of the properties that fail in one of the runs or another. */
  readonly fails: readonly string[];
}

const MERGED = { spec: 'membarrier', version: 'B3', models: ['sc'] } as const;
const BARRIERS = { spec: 'membarrier/barriers', version: 'all' } as const;
const SHAPES = ['SB', 'MP-A', 'MP-B', 'LB', 'R-A', 'R-B', 'S-A', 'S-B', '2+2W'];
const MEMBARRIER = 'membarrier.ts';
const CROSS_CALL = 'cross-call.ts';

const MERGED_ENTRY = 'if (v.a) smp_mb(); // (a)\n    if (cpu_id < 0 || cpu_possible(cpu_id)) {';
const MERGED_EXIT = '}\n    if (v.c) smp_mb(); // (c)';
const D = 'if (v.d) smp_mb(); // (d), smp_mb__after_spinlock()';
const E = 'if (v.e) smp_mb(); // (e)';
const LOCK = 'const lock = cpu_id < 0 ? membarrier_ipi_mutex : membarrier_cpu_mutexes[cpu_id];';
const MERGED_UNLOCK = 'if (setup.mutexes) mutex_unlock(lock);\n    }';

export const mutations: readonly Mutation[] = [
  {
    name: '(a) is missing',
    file: MEMBARRIER,
    from: MERGED_ENTRY,
    to: MERGED_ENTRY.replace('if (v.a) smp_mb();', ''),
    ...BARRIERS,
    configurations: ['SB'],
    models: ['tso', 'power'],
    fails: ['ordered'],
  },
  {
    name: '(a) is smp_wmb()',
    file: MEMBARRIER,
    from: MERGED_ENTRY,
    to: MERGED_ENTRY.replace('smp_mb', 'smp_wmb'),
    ...BARRIERS,
    configurations: ['SB'],
    models: ['tso', 'power'],
    fails: ['ordered'],
  },
  {
    name: '(c) is missing',
    file: MEMBARRIER,
    from: MERGED_EXIT,
    to: '}',
    ...BARRIERS,
    configurations: ['MP-B'],
    models: ['power'],
    fails: ['ordered'],
  },
  {
    name: '(d) is missing',
    file: MEMBARRIER,
    from: D,
    to: '',
    ...BARRIERS,
    configurations: ['MP-B'],
    models: ['power'],
    fails: ['ordered'],
  },
  {
    name: '(e) is missing',
    file: MEMBARRIER,
    from: E,
    to: '',
    ...BARRIERS,
    configurations: ['SB'],
    models: ['tso', 'power'],
    fails: ['ordered'],
  },
  {
    name: '(e) is smp_wmb()',
    file: MEMBARRIER,
    from: E,
    to: E.replace('smp_mb', 'smp_wmb'),
    ...BARRIERS,
    configurations: ['SB'],
    models: ['tso', 'power'],
    fails: ['ordered'],
  },
  {
    name: 'rq->curr is stored after (e)',
    file: MEMBARRIER,
    from: `WRITE_ONCE(rq[cpu].curr, mm);\n    ${E}`,
    to: `${E}\n    WRITE_ONCE(rq[cpu].curr, mm);`,
    ...BARRIERS,
    configurations: ['SB'],
    models: ['tso', 'power'],
    fails: ['ordered'],
  },
  {
    name: 'the caller does not wait for the interrupts',
    file: CROSS_CALL,
    from: 'csd_lock_wait(word);\n    },',
    to: '{}\n    },',
    ...MERGED,
    configurations: ['broadcast', 'targeted'],
    fails: ['Q1'],
  },
  {
    name: 'a broadcast interrupts who runs other processes',
    file: MEMBARRIER,
    from: 'READ_ONCE(rq[cpu].curr) === mm)',
    to: 'READ_ONCE(rq[cpu].curr) !== mm)',
    ...MERGED,
    configurations: ['broadcast'],
    fails: ['Q1'],
  },
  {
    name: 'a targeted command interrupts who runs other processes',
    file: MEMBARRIER,
    from: 'READ_ONCE(rq[cpu_id].curr) !== mm)',
    to: 'READ_ONCE(rq[cpu_id].curr) === mm)',
    ...MERGED,
    configurations: ['targeted'],
    fails: ['Q1'],
  },
  {
    name: 'no CPU is possible',
    file: MEMBARRIER,
    from: 'return cpu_id >>> 0 < nr_cpus;',
    to: 'return false;',
    ...MERGED,
    configurations: ['targeted'],
    fails: ['Q1'],
  },
  {
    name: 'tmpmask is not freed',
    file: MEMBARRIER,
    from: 'if (cpu_id < 0) events.free_cpumask_var(this_cpu);',
    to: '',
    ...MERGED,
    configurations: ['broadcast'],
    fails: ['Q3'],
  },
  {
    name: 'the mutex is not unlocked',
    file: MEMBARRIER,
    from: MERGED_UNLOCK,
    to: '}',
    ...MERGED,
    configurations: ['targeted', 'two for one CPU'],
    fails: ['Q3', 'deadlock'],
  },
  {
    name: 'the handler does not restart a section',
    file: MEMBARRIER,
    from: 'events.interrupted(cpu);\n',
    to: '',
    ...MERGED,
    configurations: ['rseq targeted', 'rseq broadcast'],
    fails: ['Q2'],
  },
  {
    name: 'a section commits although it is to restart',
    file: 'rseq.ts',
    from: 'if (t[thread].abort.value) return false;',
    to: '',
    ...MERGED,
    configurations: ['rseq targeted'],
    fails: ['Q2'],
  },
  {
    name: 'targeted commands are on the one mutex',
    file: MEMBARRIER,
    from: LOCK,
    to: 'const lock = membarrier_ipi_mutex;',
    ...MERGED,
    configurations: ['deaf CPU', 'two for two CPUs'],
    fails: ['P1', 'P3'],
  },
  {
    name: "the mutex is that of the caller's CPU",
    file: MEMBARRIER,
    from: LOCK,
    to: LOCK.replace('[cpu_id]', '[this_cpu]'),
    ...MERGED,
    configurations: ['two for one CPU'],
    fails: ['P2'],
  },
  {
    name: "a broadcast takes the mutex of its caller's CPU",
    file: MEMBARRIER,
    from: LOCK,
    to: LOCK.replace('membarrier_ipi_mutex', 'membarrier_cpu_mutexes[this_cpu]'),
    ...MERGED,
    configurations: ['two broadcasts'],
    fails: ['P2'],
  },
  {
    name: 'cpus_read_unlock() is missing',
    file: MEMBARRIER,
    from: 'if (cpu_hotplug_lock) cpu_hotplug_lock.percpu_up_read(this_cpu);',
    to: '',
    ...MERGED,
    configurations: ['hotplug'],
    fails: ['deadlock'],
  },
  {
    name: 'interrupts are taken where they are off',
    file: CROSS_CALL,
    from: 'when: () => !irqs_off[cpu].value }',
    to: 'when: () => irqs_off[cpu].value || true }',
    spec: 'lib/cross-call',
    version: 'ordered',
    configurations: ['one calls'],
    models: ['sc'],
    fails: ['masked'],
  },
  {
    name: 'a reader of the percpu-rwsem that is turned away does not leave',
    file: 'percpu-rwsem.ts',
    from: 'percpu_up_read(cpu);\n    return false;',
    to: 'return false;',
    spec: 'lib/percpu-rwsem',
    version: 'all barriers',
    configurations: ['one reader'],
    models: ['sc'],
    fails: ['deadlock'],
  },
];

/** Nobody notices these; docs/mechanisms/membarrier.md says why. */
export const redundant: readonly Mutation[] = [
  {
    name: '(c) is smp_rmb()',
    file: MEMBARRIER,
    from: MERGED_EXIT,
    to: MERGED_EXIT.replace('smp_mb', 'smp_rmb'),
    ...BARRIERS,
    configurations: SHAPES,
    models: ['tso', 'power'],
    fails: [],
  },
  {
    name: '(d) is smp_wmb()',
    file: MEMBARRIER,
    from: D,
    to: D.replace('smp_mb', 'smp_wmb'),
    ...BARRIERS,
    configurations: SHAPES,
    models: ['tso', 'power'],
    fails: [],
  },
  {
    name: 'the handler has no barrier',
    file: MEMBARRIER,
    from: 'else if (v.ipi_mb) smp_mb();',
    to: '',
    ...BARRIERS,
    configurations: ['SB', 'MP-B', '2+2W'],
    models: ['tso', 'power'],
    fails: [],
  },
  {
    name: 'a context switch leaves interrupts on',
    file: MEMBARRIER,
    from: 'calls.local_irq_disable(cpu);\n',
    to: '',
    ...BARRIERS,
    configurations: ['SB', 'MP-B', '2+2W'],
    models: ['tso', 'power'],
    fails: [],
  },
  {
    name: 'requests, reports and waiting are relaxed',
    file: CROSS_CALL,
    from: 'const { nr_cpus, senders, targets, order } = setup;',
    to: 'const { nr_cpus, senders, targets } = setup, order = { delivery: false, completion: false, wait: false };',
    ...BARRIERS,
    configurations: ['SB', 'MP-B', '2+2W'],
    models: ['tso', 'power'],
    fails: [],
  },
];
