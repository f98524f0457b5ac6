/** Copies of the page-table walk with one barrier, lock or ordering less: which property notices? */
export interface Mutation {
  readonly name: string;
  readonly file: 'page-table-walk.ts' | 'ipi.ts' | 'nmi.ts';
  readonly from: string;
  readonly to: string;
  /** In a run of the spec that passes as it is: version, configuration and memory model. */
  readonly run: readonly [version: string, configuration: string, model: string];
  /** Short names of the properties that fail, all of them. */
  readonly fails: readonly string[];
}

export const noticed: readonly Mutation[] = [
  {
    name: 'the freer without smp_mb()',
    file: 'page-table-walk.ts',
    from: "if (freer.barrier === 'smp_mb') smp_mb();",
    to: '',
    run: ['v4-mb', 'mb', 'tso'],
    fails: ['U'],
  },
  {
    name: 'the walker without smp_mb()',
    file: 'page-table-walk.ts',
    from: "if (walkers.start === 'smp_mb') smp_mb();",
    to: '',
    run: ['v4-mb', 'mb', 'tso'],
    fails: ['U'],
  },
  {
    name: 'the walker with smp_wmb() for smp_mb()',
    file: 'page-table-walk.ts',
    from: "if (walkers.start === 'smp_mb') smp_mb();",
    to: "if (walkers.start === 'smp_mb') smp_wmb();",
    run: ['v4-mb', 'mb', 'tso'],
    fails: ['U'],
  },
  {
    name: 'the walk ends in a plain store',
    file: 'page-table-walk.ts',
    from: 'smp_store_release(active, next)',
    to: 'WRITE_ONCE(active, next)',
    run: ['v4-mb', 'mb', 'power'],
    fails: ['U'],
  },
  {
    name: 'the walk with interrupts on',
    file: 'page-table-walk.ts',
    from: 'const flags = irqs.local_irq_save(cpu);',
    to: 'const flags = false;',
    run: ['v4-mb', 'mb', 'sc'],
    fails: ['U'],
  },
  {
    name: 'the walk leaves interrupts off',
    file: 'page-table-walk.ts',
    from: 'irqs.local_irq_restore(cpu, flags);',
    to: 'if (flags) return;',
    run: ['v4-mb', 'mb', 'sc'],
    fails: ['deadlock'],
  },
  {
    name: 'the walk ends with interrupts on in an NMI',
    file: 'page-table-walk.ts',
    from: 'irqs.local_irq_restore(cpu, flags);',
    to: 'irqs.local_irq_enable(cpu);',
    run: ['v4-mb', 'nested-restore', 'sc'],
    fails: ['U'],
  },
  {
    name: 'the walk says where it is too late',
    file: 'page-table-walk.ts',
    from: `    const prev = pt_walk_lockless_start(cpu, walked);
    walk(walked);`,
    to: `    walk(walked);
    const prev = pt_walk_lockless_start(cpu, walked);`,
    run: ['v4-mb', 'mb', 'sc'],
    fails: ['U'],
  },
  {
    name: 'the walkers are looked for before the pmd entry is cleared',
    file: 'page-table-walk.ts',
    from: `    clear_pmd();
    if (freer.sync === 'tlb_remove_table_sync_one') tlb_remove_table_sync_one();
    else tlb_remove_table_sync_mm();`,
    to: `    tlb_remove_table_sync_mm();
    clear_pmd();`,
    run: ['v4-mb', 'mb', 'sc'],
    fails: ['U'],
  },
  {
    name: 'the page table is freed before anyone is interrupted',
    file: 'page-table-walk.ts',
    from: `    clear_pmd();
    if (freer.sync`,
    to: `    clear_pmd();
    page_tables.kmem_cache_free(page);
    if (freer.sync`,
    run: ['v4-mb', 'mb', 'sc'],
    fails: ['U', 'double free'],
  },
  {
    name: 'nobody waits for the functions',
    file: 'ipi.ts',
    from: 'if (mask(cpu)) smp_cond_load_acquire',
    to: 'if (this_cpu < 0) smp_cond_load_acquire',
    run: ['v4-mb', 'mb', 'sc'],
    fails: ['U'],
  },
  {
    name: 'the csd is not locked',
    file: 'ipi.ts',
    from: 'WRITE_ONCE(csd[this_cpu][cpu].locked, true);',
    to: '',
    run: ['v4-mb', 'mb', 'sc'],
    fails: ['U'],
  },
  {
    name: 'the csd is never unlocked',
    file: 'ipi.ts',
    from: 'smp_store_release(csd[caller][cpu].locked, false);',
    to: '',
    run: ['v4-mb', 'mb', 'sc'],
    fails: ['deadlock'],
  },
  {
    name: 'a relaxed llist_add(), everybody interrupted',
    file: 'ipi.ts',
    from: 'atomic_fetch_or(1 << this_cpu',
    to: 'atomic_fetch_or_relaxed(1 << this_cpu',
    run: ['sync_one', 'none', 'power'],
    fails: ['U', 'deadlock'],
  },
  {
    name: 'a relaxed llist_del_all(), and the csd is unlocked without a release',
    file: 'ipi.ts',
    from: `    const entries = xchg(call_single_queue[cpu], 0);
    for (const caller of callers) {
      if (caller !== cpu && (entries & (1 << caller)) !== 0) {
        func(cpu);
        smp_store_release(csd[caller][cpu].locked, false);`,
    to: `    const entries = xchg_relaxed(call_single_queue[cpu], 0);
    for (const caller of callers) {
      if (caller !== cpu && (entries & (1 << caller)) !== 0) {
        func(cpu);
        WRITE_ONCE(csd[caller][cpu].locked, false);`,
    run: ['sync_one', 'none', 'power'],
    fails: ['U'],
  },
  {
    name: 'a CPU that takes interrupts while they are off',
    file: 'nmi.ts',
    from: '!irqs_off[cpu].value && !in_hardirq[cpu].value',
    to: '!in_hardirq[cpu].value',
    run: ['v4-mb', 'mb', 'sc'],
    fails: ['U'],
  },
];

/** Nothing notices these; docs/mechanisms/page-table-walk.md says why. */
export const unnoticed: readonly Omit<Mutation, 'run' | 'fails'>[] = [
  {
    name: 'the page table is read without the address dependency',
    file: 'page-table-walk.ts',
    from: 'page_tables.use(table.pte',
    to: 'page_tables.use(page.pte',
  },
  {
    name: 'the walk says where it is with interrupts on',
    file: 'page-table-walk.ts',
    from: `    const flags = irqs.local_irq_save(cpu);
    const prev = pt_walk_lockless_start(cpu, walked);`,
    to: `    const prev = pt_walk_lockless_start(cpu, walked);
    const flags = irqs.local_irq_save(cpu);`,
  },
  {
    name: 'a relaxed llist_del_all()',
    file: 'ipi.ts',
    from: 'xchg(call_single_queue[cpu], 0)',
    to: 'xchg_relaxed(call_single_queue[cpu], 0)',
  },
  {
    name: 'the csd is unlocked without a release',
    file: 'ipi.ts',
    from: 'smp_store_release(csd[caller][cpu].locked, false);',
    to: 'WRITE_ONCE(csd[caller][cpu].locked, false);',
  },
  {
    name: 'the csd is waited for without an acquire',
    file: 'ipi.ts',
    from: 'smp_cond_load_acquire(csd',
    to: 'smp_cond_load_relaxed(csd',
  },
];
