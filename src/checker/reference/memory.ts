/**
 * Memory as the plain interpreter sees it: an immutable value that answers every access with all its
 * outcomes. It is written for the reader and shares no code with the memory models of the explorer,
 * so that one can be held against the other.
 */
import type { StepOptions } from '../../machine/steps.ts';
import type { Fence, LoadOrder, Machine, RmwOrder, StoreOrder } from '../../machine/machine.ts';
import type { History, View } from './happens-before.ts';

export interface ReferenceModel {
  /** `sc`, `tso`, `power`. */
  readonly name: string;
  /** The fences on which it acts are steps of their own. */
  readonly steps: StepOptions;
  initial(machine: Machine): ReferenceMemory;
}

/**
 * Every method that returns outcomes returns all of them; none means that the access cannot be made
 * now (a fence that waits for a store buffer).
 */
export interface ReferenceMemory {
  /** What happened before what. Two states may be one although their histories differ. */
  readonly history: History;
  load(access: Access<LoadOrder>): readonly LoadOutcome[];
  store(access: Access<StoreOrder>, value: number): readonly MemoryOutcome[];
  /** `effect` says what the RMW does when it finds an old value. */
  rmw(access: RmwAccess, effect: (old: number) => RmwEffect): readonly RmwOutcome[];
  fence(place: Place, fence: Fence): readonly MemoryOutcome[];
  /**
   * A node that touches no memory was executed: the history follows dependencies through registers.
   */
  pass(place: Place): ReferenceMemory;
  /** Steps that memory takes by itself. */
  internalSteps(): readonly InternalStep[];
  /** The coherence-latest value. */
  latest(location: number): number;
  /** No internal step is left: every store has reached memory. */
  quiet(): boolean;
  /** What its messages release, in a fixed order. */
  views(): readonly View[];
  /** All that it holds beyond the latest values, in one canonical spelling; `''` for nothing. */
  pending(): string;
}

/** Who executes which node; the node tells the registers that an access depends on. */
export interface Place {
  readonly cpu: number;
  readonly context: number;
  readonly node: number;
}

export interface Access<Order> extends Place {
  readonly location: number;
  readonly order: Order;
}

export interface RmwAccess extends Access<RmwOrder> {
  readonly orderOnFailure: RmwOrder;
}

export interface MemoryOutcome {
  readonly memory: ReferenceMemory;
  /** The model's remark for the trace, or `''`. */
  readonly note: string;
}

export interface LoadOutcome extends MemoryOutcome {
  readonly value: number;
}

/** An RMW that is blocked or at fault changes nothing; what a fault is, is its maker's business. */
export type RmwEffect =
  | { readonly kind: 'store'; readonly value: number }
  | { readonly kind: 'keep' }
  | { readonly kind: 'blocked' }
  | { readonly kind: 'fault'; readonly message: string };

export interface RmwOutcome extends MemoryOutcome {
  readonly old: number;
  readonly effect: RmwEffect;
}

export interface InternalStep extends MemoryOutcome {
  readonly cpu: number;
  /** The location it changes, with its latest values before and after; null: none. */
  readonly change: {
    readonly location: number;
    readonly before: number;
    readonly after: number;
  } | null;
}
