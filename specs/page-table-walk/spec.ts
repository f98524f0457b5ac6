/**
 * Tracking of lockless page-table walkers, as posted in February 2026, and what its review asked.
 * Versions are who frees page tables, configurations who walks them.
 * docs/mechanisms/page-table-walk.md tells the story; src/models/page-table-walk.ts is the model.
 */
import { spec } from 'kcheck';
import { MM, OTHER_MM, page_table_walk } from 'kcheck/models/page-table-walk';
import type { Expected, MemoryModelName } from 'kcheck';
import type { Freer, Walkers } from 'kcheck/models/page-table-walk';

/** tlb_remove_table_sync_mm() as posted, behind a plain store to the pmd entry. */
const v4: Freer = {
  clear: 'WRITE_ONCE',
  sync: 'tlb_remove_table_sync_mm',
  barrier: 'smp_rmb',
  cpumask: true,
};
const versions = {
  sync_one: { freer: { ...v4, sync: 'tlb_remove_table_sync_one' } },
  v4: { freer: v4 },
  'v4-none': { freer: { ...v4, barrier: null } },
  'v4-mb': { freer: { ...v4, barrier: 'smp_mb' } },
  'v4-xchg': { freer: { ...v4, clear: 'xchg' } },
  'v4-xchg-none': { freer: { ...v4, clear: 'xchg', barrier: null } },
  'v4-xchg_relaxed': { freer: { ...v4, clear: 'xchg_relaxed' } },
  'v4-xchg_relaxed-mb': { freer: { ...v4, clear: 'xchg_relaxed', barrier: 'smp_mb' } },
  'v4-no-cpumask': { freer: { ...v4, cpumask: false } },
} satisfies Record<string, { freer: Freer }>;

/** pt_walk_lockless_start() and _end() as posted, around gup_fast(). */
const mb: Walkers = {
  start: 'smp_mb',
  end: 'smp_store_release',
  restore: false,
  gup_fast: [[MM]],
  nmi: null,
  branches: false,
};
const xchg: Walkers = { ...mb, start: 'xchg' };
const configurations = {
  mb: { walkers: mb },
  xchg: { walkers: xchg },
  'mb-plain': { walkers: { ...mb, end: 'WRITE_ONCE' } },
  'xchg-plain': { walkers: { ...xchg, end: 'WRITE_ONCE' } },
  'mb-branch-plain': { walkers: { ...mb, end: 'WRITE_ONCE', branches: true } },
  xchg_relaxed: { walkers: { ...mb, start: 'xchg_relaxed' } },
  none: { walkers: { ...mb, start: null } },
  nested: { walkers: { ...mb, nmi: MM } },
  'nested-restore': { walkers: { ...mb, nmi: MM, restore: true } },
  'nested-other-mm': { walkers: { ...mb, nmi: OTHER_MM, restore: true } },
  'other-mm': { walkers: { ...mb, gup_fast: [[OTHER_MM]] } },
  twice: { walkers: { ...mb, gup_fast: [[MM, MM]] } },
  'two-mms': { walkers: { ...mb, gup_fast: [[MM], [OTHER_MM]] } },
  'two-walkers': { walkers: { ...mb, gup_fast: [[MM], [MM]] } },
} satisfies Record<string, { walkers: Walkers }>;

type Outcome = Expected<MemoryModelName>;
type Outcomes = Record<keyof typeof configurations, Outcome>;

/** No order of memory helps. */
const always: Outcome = { fails: 'U' };
/** A store takes effect after a load that follows it: store buffering. */
const buffered: Outcome = { sc: 'pass', tso: always, power: always };
/** Accesses of one side change places as those of x86 never do. */
const weak: Outcome = { sc: 'pass', tso: 'pass', power: always };
/** Every CPU is interrupted. */
const broadcast: Outcome = { fails: 'F' };

function all(outcome: Outcome): Outcomes {
  const each = Object.keys(configurations).map((name) => [name, outcome]);
  return Object.fromEntries(each) as Outcomes;
}

/** The IPI goes to all: nothing depends on who says what of its walk. */
const everybody: Outcomes = { ...all('pass'), 'other-mm': broadcast, 'two-mms': broadcast };

/** The freer is in order; what is left is the walker's. */
const ordered: Outcomes = {
  ...all('pass'),
  'mb-plain': weak,
  'xchg-plain': weak,
  xchg_relaxed: weak,
  none: buffered,
  nested: always,
  'nested-other-mm': always,
};

/** The freer is not in order, whatever the walker does. */
function unordered(how: Outcome): Outcomes {
  return { ...all(how), nested: always, 'nested-other-mm': always, 'other-mm': 'pass' };
}

export default spec({
  title: 'page-table walk',
  versions,
  configurations,
  // The larger scenes are for what was meant to be used.
  skip: ({ version, configuration }) =>
    ['twice', 'two-mms', 'two-walkers'].includes(configuration) &&
    !['sync_one', 'v4', 'v4-mb'].includes(version),
  quick: ['mb', 'mb-plain', 'none', 'nested', 'nested-other-mm', 'other-mm'],
  system({ freer, walkers }) {
    page_table_walk(freer, walkers);
  },
  expect: {
    sync_one: everybody,
    v4: unordered(buffered),
    'v4-none': unordered(buffered),
    'v4-mb': ordered,
    'v4-xchg': ordered,
    'v4-xchg-none': ordered,
    'v4-xchg_relaxed': { ...unordered(weak), none: buffered },
    'v4-xchg_relaxed-mb': ordered,
    'v4-no-cpumask': everybody,
  },
});
