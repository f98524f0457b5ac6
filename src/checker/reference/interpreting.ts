/** What replay and the tests need of a plain interpreter, whatever its states hold. */
import type { Machine } from '../../machine/machine.ts';
import type { Snapshot } from '../../memory-models/memory-model.ts';
import type { TraceEvent, Waiting } from '../result.ts';
import type { StepFailure } from './execute.ts';
import type { Race } from './race.ts';

/** A state as a reader sees it. */
export interface StateView {
  readonly nodes: readonly number[];
  readonly registers: readonly (readonly number[])[];
  readonly ghosts: readonly number[];
  readonly memory: { latest(location: number): number };
}

export type StepResult =
  | {
      readonly kind: 'state';
      readonly cpu: number;
      readonly events: readonly TraceEvent[];
      readonly state: StateView;
    }
  | {
      readonly kind: 'failure';
      readonly cpu: number;
      readonly events: readonly TraceEvent[];
      readonly failure: StepFailure;
      /** Where it failed, if memory has moved in the step. */
      readonly state?: StateView;
    };

export interface Interpreting {
  readonly machine: Machine;
  initialState(): StateView;
  /** Every outcome of one step of the context; none: it is done, blocked, or its guard is false. */
  stepsOf(state: StateView, context: number): readonly StepResult[];
  /** Every outcome of the steps that memory takes by itself. */
  memorySteps(state: StateView): readonly StepResult[];
  blockedOn(state: StateView): readonly Waiting[];
  /** A race of an access that comes next, with another or with one that was made before. */
  findRace(state: StateView): Race | null;
  /** A race that is told from the state alone, whatever led to it. */
  findAdjacentRace(state: StateView): Race | null;
  /** The verdict of property `index`: nonzero is true. */
  evaluate(index: number, state: StateView): number;
  settled(state: StateView, context: number): boolean;
  isFinal(state: StateView): boolean;
  /** Equal for two states if and only if they are the same. */
  key(state: StateView): string;
  /** Comparable with what TransitionSystem.decode returns. */
  snapshot(state: StateView): Snapshot;
  /** By CPU, all its accesses so far in program order; only where accesses can be put off. */
  accesses?(state: StateView): readonly (readonly AccessRecord[])[];
}

export interface AccessRecord {
  readonly kind: 'load' | 'store' | 'rmw';
  readonly context: number;
  readonly node: number;
  /** null: its address is not known yet. */
  readonly location: number | null;
  /** A load is satisfied, a store has its place in coherence order. */
  readonly done: boolean;
  /** Where the message that it read or wrote is now in coherence order; null: it has no place. */
  readonly position: number | null;
  /** The store of this CPU that it read from, as an index; null: another CPU's, or none. */
  readonly forwarded: number | null;
  /** What a store writes; null: not known yet, or no store. */
  readonly value: number | null;
}

/** A memory model whose deferred accesses leave registers without values has an interpreter of its own. */
export interface OwnInterpreter {
  readonly name: string;
  interpret(machine: Machine): Interpreting;
}
