/**
 * Lockless page-table walkers, and who frees page tables under them.
 *
 * mm/gup.c: gup_fast(); kernel/events/core.c: perf_get_page_size(); mm/mmu_gather.c:
 * tlb_remove_table_sync_one(). And what was posted in February 2026, in version 4:
 * pt_walk_lockless_start(), pt_walk_lockless_end() and tlb_remove_table_sync_mm().
 *
 * A walker has interrupts off, reads the pmd entry and, if there is a page table behind it, an entry
 * of that. Who frees the page table clears the pmd entry, and then makes sure that nobody is still
 * on the way behind it: by an interrupt to all CPUs, or to those that say they walk this mm. One
 * mm, one pmd entry, one page table, which CPU0 frees. No TLB flush, which may be a barrier
 * or an interrupt to all by itself.
 */
import {
  assert,
  hex,
  pointer,
  names,
  READ_ONCE,
  shared,
  smp_mb,
  smp_rmb,
  smp_store_release,
  WRITE_ONCE,
  xchg,
  xchg_relaxed,
} from 'kcheck';
import { ipis } from './ipi.ts';
import { nesting } from './nmi.ts';
import { kmem_cache } from './slab.ts';

/** What active_lockless_pt_walk_mm holds. */
export const NO_MM = 0;
export const MM = 1;
export const OTHER_MM = 2;

/** How a page table is unhooked and freed. */
export interface Freer {
  /** The pmd entry is cleared by a store, by xchg() as on x86, or by xchg_relaxed() as on arm64. */
  readonly clear: 'WRITE_ONCE' | 'xchg' | 'xchg_relaxed';
  readonly sync: 'tlb_remove_table_sync_one' | 'tlb_remove_table_sync_mm';
  /** Between that and the search for CPUs that walk. */
  readonly barrier: 'smp_rmb' | 'smp_mb' | null;
  /** Whether alloc_cpumask_var() gets its memory. */
  readonly cpumask: boolean;
}

/** Who walks, and how a walk says that it begins and ends. */
export interface Walkers {
  /** pt_walk_lockless_start(): the store and smp_mb(), xchg(), xchg_relaxed(), the store alone. */
  readonly start: 'smp_mb' | 'xchg' | 'xchg_relaxed' | null;
  readonly end: 'smp_store_release' | 'WRITE_ONCE';
  /** pt_walk_lockless_end() puts back what pt_walk_lockless_start() found, not NULL. */
  readonly restore: boolean;
  /** What gup_fast() walks on CPU1, on CPU2 …, one after the other. */
  readonly gup_fast: readonly (readonly number[])[];
  /** What an NMI walks on CPU1, once, at any moment. */
  readonly nmi: number | null;
  /** The walk branches on the last entry that it reads, before its end. */
  readonly branches: boolean;
}

/** An entry that maps nothing. */
const PTE_NONE = 0;

const FREER = 0;
const FIRST_WALKER = 1;

export function page_table_walk(freer: Freer, walkers: Walkers): void {
  const irqs = nesting(1 + walkers.gup_fast.length);
  const active_lockless_pt_walk_mm = irqs.cpu_ids.map((cpu) =>
    shared(names(NO_MM, { NULL: NO_MM, mm: MM, other_mm: OTHER_MM }), `pt_walk_mm[${cpu}]`),
  );
  const page = shared({ pte: hex(1) });
  const mm = shared({ pmd: pointer(page) });
  const page_tables = kmem_cache([page], 1, (table) => [table.pte], 'page_tables');
  const calls = ipis(irqs, [FREER], tlb_remove_table_smp_sync);

  function pt_walk_lockless_start(cpu: number, walked: number): number {
    const active = active_lockless_pt_walk_mm[cpu];
    if (walkers.start === 'xchg') return xchg(active, walked);
    if (walkers.start === 'xchg_relaxed') return xchg_relaxed(active, walked);
    const prev = walkers.restore ? READ_ONCE(active) : NO_MM;
    WRITE_ONCE(active, walked);
    if (walkers.start === 'smp_mb') smp_mb();
    return prev;
  }

  function pt_walk_lockless_end(cpu: number, prev: number): void {
    const active = active_lockless_pt_walk_mm[cpu];
    const next = walkers.restore ? prev : NO_MM;
    if (walkers.end === 'smp_store_release') smp_store_release(active, next);
    else WRITE_ONCE(active, next);
  }

  /** Another mm has no page table here. */
  function walk(walked: number): void {
    if (walked !== MM) return;
    const table = READ_ONCE(mm.pmd);
    if (table === null) return;
    const pte = page_tables.use(table.pte, 'U: no walk reads a page table that was freed');
    if (walkers.branches && pte === PTE_NONE) return;
  }

  /** gup_fast() and perf_get_page_size() alike. */
  function walk_lockless(cpu: number, walked: number): void {
    const flags = irqs.local_irq_save(cpu);
    const prev = pt_walk_lockless_start(cpu, walked);
    walk(walked);
    pt_walk_lockless_end(cpu, prev);
    irqs.local_irq_restore(cpu, flags);
  }

  function clear_pmd(): void {
    if (freer.clear === 'xchg') xchg(mm.pmd, null);
    else if (freer.clear === 'xchg_relaxed') xchg_relaxed(mm.pmd, null);
    else WRITE_ONCE(mm.pmd, null);
  }

  /** Simply deliver the interrupt. */
  function tlb_remove_table_smp_sync(cpu: number): void {
    assert(walks_mm(walkers, cpu), 'F: only CPUs that walk the mm are interrupted');
  }

  function tlb_remove_table_sync_one(): void {
    calls.smp_call_function_many(FREER, () => true);
  }

  function tlb_remove_table_sync_mm(): void {
    if (!freer.cpumask) return tlb_remove_table_sync_one();
    if (freer.barrier === 'smp_rmb') smp_rmb();
    if (freer.barrier === 'smp_mb') smp_mb();
    const target_cpus = active_lockless_pt_walk_mm.map((active) => READ_ONCE(active) === MM);
    calls.smp_call_function_many(FREER, (cpu) => target_cpus[cpu]);
  }

  function free_page_table(): void {
    clear_pmd();
    if (freer.sync === 'tlb_remove_table_sync_one') tlb_remove_table_sync_one();
    else tlb_remove_table_sync_mm();
    page_tables.kmem_cache_free(page);
  }

  irqs.task('freer', FREER, free_page_table, 'T: who frees a page table gets done');
  for (const [i, mms] of walkers.gup_fast.entries()) {
    const cpu = FIRST_WALKER + i;
    irqs.task(`gup_fast/${cpu}`, cpu, () => {
      for (const walked of mms) walk_lockless(cpu, walked);
    });
  }
  const { nmi } = walkers;
  if (nmi !== null) irqs.nmi('perf', FIRST_WALKER, () => walk_lockless(FIRST_WALKER, nmi));
}

function walks_mm({ gup_fast, nmi }: Walkers, cpu: number): boolean {
  if (nmi === MM && cpu === FIRST_WALKER) return true;
  return gup_fast[cpu - FIRST_WALKER].includes(MM);
}
