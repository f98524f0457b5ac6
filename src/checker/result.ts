/**
 * What the checker returns: plain data that says everything a report needs and nothing about how it
 * is printed. Reporters and the command line read it; only the checker makes it.
 */
import type { Fairness } from '../machine/fairness.ts';
import type { ValueType } from '../machine/machine.ts';
import type { Estimate } from './estimate.ts';
import type { AppliedReductions } from './reductions.ts';

/** The limit of a search that has seen every state within what the memory model has room for. */
export const MODEL_BOUND = 'a bound of the memory model';

export type Verdict = 'pass' | 'fail' | 'inconclusive';

export type FailureKind =
  | 'deadlock'
  | 'livelock'
  | 'starvation'
  | 'assertion'
  | 'invariant'
  | 'final'
  | 'sometimes'
  | 'race'
  | 'error';

/** What one exploration of one machine under one memory model found. */
export interface CheckResult {
  /** Content hash of the machine that was checked: sixteen hexadecimal digits. */
  readonly machineHash: string;
  readonly verdict: Verdict;
  /** The schedules in which starvation was looked for; null: it was not. */
  readonly fairness: Fairness | null;
  /** False: livelocks were not looked for, as the user wanted; absent: they were. */
  readonly livelocks?: false;
  /** Whole states were compared: none can have been missed; absent: fingerprints were. */
  readonly exact?: true;
  /** Reductions that were asked for. The figures below are of the search as it was made. */
  readonly reductions: AppliedReductions;
  /** One entry a violated property, shortest trace first; empty unless the verdict is `fail`. */
  readonly failures: readonly Failure[];
  /** Distinct states, transitions between them, and breadth-first levels beyond the initial state. */
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly seconds: number;
  /** Bytes of the visited set, and of everything that the search held at its largest. */
  readonly visitedBytes: number;
  readonly peakBytes: number;
  /** Limits that stopped the search (`--max-states 1000`); non-empty means not every state was seen. */
  readonly limits: readonly string[];
  /** Indices of sites of which no node was executed in any schedule. */
  readonly unreached: readonly number[];
  /** Properties that no state and no step was held against, so that a pass says nothing of them. */
  readonly unevaluated: readonly Unevaluated[];
  /** Upper estimate of the probability that two states shared a fingerprint and one was missed. */
  readonly missProbability: number;
}

/** A property that was evaluated nowhere: no schedule comes to it, or there is no final state. */
export interface Unevaluated {
  readonly kind: 'assertion' | 'final';
  readonly property: string;
  readonly site: number;
}

export interface Failure {
  readonly kind: FailureKind;
  /** The property's name; `deadlock`, `livelock`, `race`, `error` … for those that come for free. */
  readonly property: string;
  /** Of a starvation: the context that starves. */
  readonly context?: string;
  /** One sentence, no full stop: what went wrong, in terms of the spec. */
  readonly message: string;
  /** Of a race: why nothing orders its accesses. */
  readonly detail?: string;
  /** Of a race: the sites of its two accesses. */
  readonly sites?: readonly number[];
  /** From the initial state; empty for a `sometimes` that never holds. */
  readonly trace: readonly TraceStep[];
  /** Of a livelock or a starvation: the loop that follows the trace; else empty. */
  readonly cycle: readonly TraceStep[];
  /** Contexts that cannot step at the end of the trace, and why. */
  readonly waiting: readonly Waiting[];
  /** Of a livelock: the index in `trace` of the first step after which there is no way out; else null. */
  readonly doomedFrom: number | null;
  /** Why the memory model allows the trace; absent: it was not asked, or the model is `sc`. */
  readonly explanation?: Explanation;
}

/** Why a trace is possible, as docs/design/explanation.md defines it. */
export type Explanation =
  /** The same is possible under `sc`: ordering plays no part. */
  | { readonly kind: 'in-order' }
  | {
      readonly kind: 'reordered';
      /** Each of them has to be ordered for this trace to be impossible. */
      readonly pairs: readonly Reordering[];
      /** These too, for other schedules. */
      readonly further: readonly Reordering[];
      readonly rest: Rest;
    }
  /** limit: the cap on the cost was met. barriers: they make it no less possible. */
  | { readonly kind: 'unexplained'; readonly why: 'limit' | 'barriers' };

/**
 * With all pairs ordered: no schedule fails; another one does; another one does that needs no
 * reordering; or that was not explored to its end.
 */
export type Rest = 'passes' | 'fails' | 'fails-in-order' | 'unchecked';

/** Two accesses of one CPU, in program order, and what keeps them in order. */
export interface Reordering {
  readonly cpu: number;
  readonly first: OrderedAccess;
  readonly second: OrderedAccess;
  /** The weakest that suffice, one of them is enough. */
  readonly barriers: readonly OrderingPrimitive[];
}

export interface OrderedAccess {
  readonly context: string;
  /** `ghost`: no access to memory; it takes effect at once. */
  readonly kind: 'load' | 'store' | 'rmw' | 'ghost';
  readonly primitive: string;
  readonly variable: string;
  readonly site: number | null;
}

export type OrderingPrimitive =
  | 'control dependency'
  | 'address dependency'
  | 'smp_wmb'
  | 'smp_rmb'
  | 'smp_load_acquire'
  | 'smp_store_release'
  | 'smp_mb';

/** One step of the explorer: all that one context did before another could. */
export interface TraceStep {
  /** 1-based; a cycle's steps continue the trace's numbers. */
  readonly step: number;
  readonly cpu: number;
  /** `''`: a step that memory takes by itself. */
  readonly context: string;
  /** What happened in the step, in order; at least one. */
  readonly events: readonly TraceEvent[];
}

/** One executed node that a reader would want to see: an access, a fence, a choice, a failure. */
export interface TraceEvent {
  readonly kind:
    | 'load'
    | 'store'
    | 'rmw'
    | 'fence'
    | 'get'
    | 'set'
    | 'choose'
    | 'wait'
    | 'assert'
    | 'mark'
    | 'error'
    /** A step in which nothing was touched, only gone on. */
    | 'local'
    /** A step of memory itself. */
    | 'internal';
  /** The node executed, in the context's program; null for an internal step of the memory. */
  readonly node: number | null;
  readonly site: number | null;
  /** The kernel's name of what was executed: `READ_ONCE`, `spin_lock`, `smp_mb`. */
  readonly primitive: string;
  /** The location or ghost touched, by name, with its type; null when none was. */
  readonly variable: { readonly name: string; readonly type: ValueType } | null;
  /** Value before, and after; a load has `before` equal to what it read and no `after`. */
  readonly before: number | null;
  readonly after: number | null;
  /** Of a `choose`: what was chosen out of how many. */
  readonly choice: { readonly value: number; readonly count: number } | null;
  /** The memory model's remark, or `''`. */
  readonly note: string;
  /** What memory did with it; absent: nothing that program order does not tell. */
  readonly effects?: readonly MemoryEffect[];
}

/**
 * What memory did with an access, as docs/design/explanation.md defines it. `until` is the step at
 * which it takes effect, null if the trace ends before.
 */
export type MemoryEffect =
  /** A store went to its CPU's buffer; the step that drains it. */
  | { readonly kind: 'buffered'; readonly until: number | null }
  | { readonly kind: 'drained'; readonly step: number }
  /** A load read its own CPU's store, before others could. */
  | { readonly kind: 'forwarded'; readonly step: number }
  /** What the reader, a CPU, read had been overwritten by another at a step. */
  | {
      readonly kind: 'stale';
      readonly cpu: number;
      readonly step: number;
      readonly reader: number;
    }
  /** A load or store was put off; the step that satisfies or places it. */
  | { readonly kind: 'deferred'; readonly until: number | null }
  | { readonly kind: 'satisfied'; readonly step: number }
  | { readonly kind: 'placed'; readonly step: number }
  /** A store went before the message that a CPU had placed at a step, in coherence order. */
  | { readonly kind: 'before'; readonly cpu: number; readonly step: number };

export interface Waiting {
  readonly context: string;
  readonly cpu: number;
  /** The site that it stands at. */
  readonly site: number;
  /** `lock`: a lock word, held by `holder`; `condition`: a wait; `guard`: its guard is false. */
  readonly on: 'lock' | 'condition' | 'guard';
  /** The lock's or variable's name, or the condition's source text. */
  readonly what: string;
  readonly holder: string | null;
}

/** What a search reports while it runs. */
export type Progress = StatesProgress | RacesProgress;

export interface StatesProgress {
  readonly phase: 'states';
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly frontier: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Of the states in all; null: nothing can be said. */
  readonly estimate: Estimate | null;
}

/** The states are gone through once more, for races. */
export interface RacesProgress {
  readonly phase: 'races';
  /** That were reached again, of how many. */
  readonly states: number;
  readonly total: number;
  readonly bytes: number;
  readonly seconds: number;
}
