/**
 * The plain interpreter: a machine executed by walking its expressions over plain values. It shares no
 * code with the generated successor functions. It replays every counterexample before it is shown, and
 * is the reference against which the explorer is tested.
 */
import { at, nodeAt } from '../machine/graph.ts';
import { liveRegisters } from '../machine/liveness.ts';
import type { Machine } from '../machine/machine.ts';
import { settledNodes } from '../machine/settled.ts';
import { stepKinds } from '../machine/steps.ts';
import type { Snapshot } from '../memory-models/memory-model.ts';
import type { Interpreting, OwnInterpreter } from './reference/interpreting.ts';
import type { InternalStep, ReferenceModel } from './reference/memory.ts';
import { evaluateProperty } from './reference/property.ts';
import { findAdjacentRace, findRace, findRaceWithPast } from './reference/race.ts';
import type { Race } from './reference/race.ts';
import { keyOf } from './reference/state.ts';
import type { State } from './reference/state.ts';
import { attempt } from './reference/step.ts';
import type { Granularity, Prepared, StepOutcome } from './reference/step.ts';
import { blockedOn } from './reference/waiting.ts';
import type { TraceEvent, Waiting } from './result.ts';

export type { Race } from './reference/race.ts';
export type { State } from './reference/state.ts';
export type { StepOutcome } from './reference/step.ts';

/** A step that memory takes by itself for a CPU. */
export interface InternalOutcome {
  readonly cpu: number;
  readonly events: readonly TraceEvent[];
  readonly state: State;
}

/** The plain interpreter of a machine under a memory model. */
export function interpreterOf(
  machine: Machine,
  model: ReferenceModel | OwnInterpreter,
  granularity: Granularity = 'step',
): Interpreting {
  if ('interpret' in model) return model.interpret(machine);
  return new Interpreter(machine, model, granularity);
}

export class Interpreter implements Interpreting {
  readonly machine: Machine;
  readonly #model: ReferenceModel;
  readonly #prepared: Prepared;
  /** By context, the nodes where it is settled. */
  readonly #settled: readonly ReadonlySet<number>[];

  constructor(machine: Machine, model: ReferenceModel, granularity: Granularity = 'step') {
    this.machine = machine;
    this.#model = model;
    const kinds = stepKinds(machine, model.steps);
    this.#settled = machine.contexts.map(settledNodes);
    this.#prepared = { machine, kinds, live: machine.contexts.map(liveRegisters), granularity };
  }

  initialState(): State {
    const { contexts, ghosts } = this.machine;
    return {
      nodes: contexts.map(({ entry }) => entry),
      registers: contexts.map(({ registers }) => registers.map(() => 0)),
      ghosts: ghosts.map(({ initial }) => initial),
      memory: this.#model.initial(this.machine),
    };
  }

  /** Every outcome of one step of the context; none: it is done, blocked, or its guard is false. */
  stepsOf(state: State, context: number): readonly StepOutcome[] {
    return attempt(this.#prepared, state, context).outcomes;
  }

  internalSteps(state: State): readonly InternalOutcome[] {
    return state.memory.internalSteps().map((step) => ({
      cpu: step.cpu,
      events: [internalEvent(this.machine, step)],
      state: { ...state, memory: step.memory },
    }));
  }

  memorySteps(state: State): readonly StepOutcome[] {
    return this.internalSteps(state).map((step) => ({ kind: 'state', ...step }));
  }

  /** Contexts that are not done and cannot step. */
  blockedOn(state: State): readonly Waiting[] {
    return blockedOn(this.#prepared, state);
  }

  findRace(state: State): Race | null {
    return findRace(this.#prepared, state);
  }

  findAdjacentRace(state: State): Race | null {
    return findAdjacentRace(this.#prepared, state);
  }

  findRaceWithPast(state: State): Race | null {
    return findRaceWithPast(this.#prepared, state);
  }

  /** The verdict of property `index`: nonzero is true. */
  evaluate(index: number, state: State): number {
    return evaluateProperty(at(this.machine.properties, index), state);
  }

  /** Whether the context is at its end or, unless it must come to its end, stands at a mark. */
  settled(state: State, context: number): boolean {
    return at(this.#settled, context).has(at(state.nodes, context));
  }

  /** Every context that must finish has, and memory takes no step by itself. */
  isFinal(state: State): boolean {
    return (
      state.memory.quiet() &&
      this.machine.contexts.every(
        (context, index) =>
          context.liveness !== 'done' || nodeAt(context, at(state.nodes, index)).kind === 'done',
      )
    );
  }

  /** Equal for two states if and only if they are the same. */
  key(state: State): string {
    return keyOf(state, this.machine.locations.length);
  }

  /** Comparable with what TransitionSystem.decode returns. */
  snapshot(state: State): Snapshot {
    const { live } = this.#prepared;
    return {
      nodes: state.nodes,
      registers: state.registers.map((values, context) => {
        const needed = at(at(live, context), at(state.nodes, context));
        return values.map((value, register) => (needed.has(register) ? value : null));
      }),
      memory: this.machine.locations.map((_, location) => state.memory.latest(location)),
      ghosts: state.ghosts,
      pending: state.memory.pending(),
    };
  }
}

function internalEvent(machine: Machine, { change, note }: InternalStep): TraceEvent {
  const cell = change === null ? null : at(machine.locations, change.location);
  return {
    kind: 'internal',
    node: null,
    site: null,
    primitive: '',
    variable: cell === null ? null : { name: cell.name, type: cell.type },
    before: change?.before ?? null,
    after: change?.after ?? null,
    choice: null,
    note,
  };
}
