/** What threads that explore together are given, and what they tell. */
import type { BatchObserver } from '../events.ts';
import type { Width } from '../packing.ts';
import type { CompiledSystem } from '../system.ts';

/** What is told besides where threads explore together. */
export interface SharedObserver extends BatchObserver {
  /** The numbers of what is found from now on begin here. */
  onBlock?(first: number): void;
  /** So many states from this one on were expanded; what follows in onExpanded() is theirs. */
  onSegment?(first: number, count: number): void;
  /** What it holds. */
  readonly bytes?: number;
}

type Places = Omit<CompiledSystem, 'bytes' | 'tables' | 'table' | 'packing'>;

/** All that a thread needs; it can be sent to one. */
export interface SharedParts {
  readonly module: object;
  readonly memory: WebAssembly.Memory;
  readonly places: Places;
  readonly widths: readonly Width[];
  /** By thread the address where what is its own begins. */
  readonly bases: readonly number[];
  /** Where the segments of a level, and of the next one, stand by turns. */
  readonly segments: readonly number[];
  /** Where the addresses of slots stand that are put off. */
  readonly putOff: number;
}

export const SEGMENT_WORDS = 3;
