/** The nine pairs of barriers that threads A and B can have between their accesses, as versions. */
import { barrier, cpus, smp_mb, task } from 'kcheck';
import { ALL_BARRIERS, membarrier, MM, NO_EVENTS } from 'kcheck/models/membarrier';
import type { MembarrierVersion } from 'kcheck/models/membarrier';
import { shapes } from './shapes.ts';
import type { ShapeName } from './shapes.ts';
import { unordered } from './verdicts.ts';

export type Barrier = 'barrier' | 'smp_mb' | 'sys_membarrier';

/** Thread A's is the row of the table, thread B's the column. */
export const versions = {
  'barrier / barrier': { A: 'barrier', B: 'barrier' },
  'barrier / smp_mb': { A: 'barrier', B: 'smp_mb' },
  'barrier / sys_membarrier': { A: 'barrier', B: 'sys_membarrier' },
  'smp_mb / barrier': { A: 'smp_mb', B: 'barrier' },
  'smp_mb / smp_mb': { A: 'smp_mb', B: 'smp_mb' },
  'smp_mb / sys_membarrier': { A: 'smp_mb', B: 'sys_membarrier' },
  'sys_membarrier / barrier': { A: 'sys_membarrier', B: 'barrier' },
  'sys_membarrier / smp_mb': { A: 'sys_membarrier', B: 'smp_mb' },
  'sys_membarrier / sys_membarrier': { A: 'sys_membarrier', B: 'sys_membarrier' },
} as const satisfies Record<string, { readonly A: Barrier; readonly B: Barrier }>;

export const configurations = {
  SB: { shape: 'SB' },
  MP: { shape: 'MP' },
  LB: { shape: 'LB' },
  R: { shape: 'R' },
  S: { shape: 'S' },
  '2+2W': { shape: '2+2W' },
} as const satisfies Record<ShapeName, { readonly shape: ShapeName }>;

export interface PairParameters {
  readonly A: Barrier;
  readonly B: Barrier;
  readonly shape: ShapeName;
  readonly code: MembarrierVersion['code'];
  /** Commands name the other thread's CPU. */
  readonly targeted: boolean;
}

/** Two threads of a process, each running on a CPU of its own all the time. */
export function pair({ A, B, shape, code, targeted }: PairParameters): void {
  const callers = [A, B].flatMap((each, cpu) => (each === 'sys_membarrier' ? [cpu] : []));
  cpus(2);
  const mb = membarrier(
    { ...ALL_BARRIERS, code },
    {
      nr_cpus: 2,
      callers,
      targets: callers.map((cpu) => 1 - cpu),
      curr: [MM, MM],
      irqs_off: [],
      mutexes: false,
      rq_lock: false,
      hotplug: false,
    },
    NO_EVENTS,
  );

  function between(what: Barrier, cpu: number): () => void {
    if (what === 'barrier') return barrier;
    if (what === 'smp_mb') return smp_mb;
    return () => mb.sys_membarrier(cpu, targeted ? 1 - cpu : -1);
  }

  const { first, second } = shapes[shape]();
  task('A', { cpu: 0, when: () => mb.runs(0) }, () => first(between(A, 0))());
  task('B', { cpu: 1, when: () => mb.runs(1) }, () => second(between(B, 1))());
}

type Cells = Partial<Record<keyof typeof versions, readonly ShapeName[]>>;

/** What is expected under one memory model: in each pair these shapes are not ordered. */
export function pairs_unordered(cells: Cells) {
  return unordered(versions, configurations, cells);
}

export const ALL_SHAPES: readonly ShapeName[] = ['SB', 'MP', 'LB', 'R', 'S', '2+2W'];

/**
 * The table of the man page: X where one thread has nothing but a compiler barrier, and the other no
 * sys_membarrier(). On x86 only a load can overtake a store: SB shows it, and R where thread B, which
 * stores and then loads, has the compiler barrier.
 */
export const MAN_PAGE = {
  sc: 'pass',
  tso: pairs_unordered({
    'barrier / barrier': ['SB', 'R'],
    'barrier / smp_mb': ['SB'],
    'smp_mb / barrier': ['SB', 'R'],
  }),
  power: pairs_unordered({
    'barrier / barrier': ALL_SHAPES,
    'barrier / smp_mb': ALL_SHAPES,
    'smp_mb / barrier': ALL_SHAPES,
  }),
} as const;
