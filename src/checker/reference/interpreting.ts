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
}

/** A memory model whose deferred accesses leave registers without values has an interpreter of its own. */
export interface OwnInterpreter {
  readonly name: string;
  interpret(machine: Machine): Interpreting;
}
