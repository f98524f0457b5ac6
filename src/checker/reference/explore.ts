/**
 * The whole state space, naively: the oracle of the tests. Strings for keys, a map, one queue; nothing
 * is reduced and nothing is clever.
 */
import { at } from '../../machine/graph.ts';
import type { Machine, Property } from '../../machine/machine.ts';
import { interpreterOf } from '../interpreter.ts';
import type { Interpreting, OwnInterpreter, StateView } from './interpreting.ts';
import type { ReferenceModel } from './memory.ts';
import type { Race } from './race.ts';
import type { State } from './state.ts';
import type { Granularity } from './step.ts';

export interface ReferenceResult<S extends StateView = State> {
  readonly states: number;
  /** One a context, or memory step, and outcome: equal successors count each; failing steps do not. */
  readonly transitions: number;
  /** Breadth-first levels beyond the initial state. */
  readonly depth: number;
  /** States in which every `done` context is done and memory is quiet. */
  readonly finals: readonly S[];
  /** States without a step in which a context is not settled of which something is asked. */
  readonly deadlocks: readonly S[];
  /** Names of the assertions that fail; `error` for an error. */
  readonly failures: ReadonlySet<string>;
  /** Names of the properties that do not hold, whatever their kind. */
  readonly violated: ReadonlySet<string>;
  /** Names of the contexts that a reachable state keeps from ever being settled again. */
  readonly doomed: ReadonlySet<string>;
  /** The same without the states from which a deadlock can be reached. */
  readonly livelocked: ReadonlySet<string>;
  /** Under `sc` and `tso` only those of accesses that could both be next; exploreRaces() finds all. */
  readonly races: readonly Race[];
}

/** @throws RangeError beyond `maxStates`. */
export function exploreReference(
  machine: Machine,
  model: ReferenceModel,
  options?: ExploreOptions,
): ReferenceResult;
export function exploreReference(
  machine: Machine,
  model: ReferenceModel | OwnInterpreter,
  options?: ExploreOptions,
): ReferenceResult<StateView>;
export function exploreReference(
  machine: Machine,
  model: ReferenceModel | OwnInterpreter,
  { granularity = 'step', maxStates = 100_000 }: ExploreOptions = {},
): ReferenceResult<StateView> {
  const interpreter = interpreterOf(machine, model, granularity);
  const graph = reachableGraph(interpreter, maxStates);
  const { states } = graph;
  const deadlocks = states.filter((state, index) => isDeadlock(interpreter, graph, state, index));
  return {
    states: states.length,
    transitions: graph.successors.reduce((sum, next) => sum + next.length, 0),
    depth: Math.max(...graph.depths),
    finals: states.filter((state) => interpreter.isFinal(state)),
    deadlocks,
    failures: new Set(graph.failures.flat()),
    violated: violatedProperties(interpreter, graph),
    doomed: unsettled(interpreter, graph, []),
    livelocked: unsettled(interpreter, graph, deadlocks),
    races: states.flatMap((state) => interpreter.findAdjacentRace(state) ?? []),
  };
}

export interface ExploreOptions {
  readonly granularity?: Granularity;
  readonly maxStates?: number;
}

/** Reachable states in breadth-first order; a state is its index. */
interface Graph {
  readonly states: readonly StateView[];
  readonly depths: readonly number[];
  readonly successors: readonly (readonly number[])[];
  /** For each state, the properties that fail on a step from it. */
  readonly failures: readonly (readonly string[])[];
}

function reachableGraph(interpreter: Interpreting, maxStates: number): Graph {
  const initial = interpreter.initialState();
  const indices = new Map([[interpreter.key(initial), 0]]);
  const states = [initial];
  const depths = [0];
  const successors: number[][] = [];
  const failures: string[][] = [];
  for (let index = 0; index < states.length; index++) {
    const { next, failed } = stepsFrom(interpreter, at(states, index));
    failures.push(failed);
    successors.push(
      next.map((state) => {
        const key = interpreter.key(state);
        const known = indices.get(key);
        if (known !== undefined) return known;
        if (states.length >= maxStates) throw new RangeError(`more than ${maxStates} states`);
        indices.set(key, states.length);
        depths.push(at(depths, index) + 1);
        return states.push(state) - 1;
      }),
    );
  }
  return { states, depths, successors, failures };
}

function stepsFrom(
  interpreter: Interpreting,
  state: StateView,
): { next: StateView[]; failed: string[] } {
  const next: StateView[] = [];
  const failed: string[] = [];
  for (const outcome of interpreter.memorySteps(state)) {
    if (outcome.kind === 'state') next.push(outcome.state);
    else failed.push(outcome.failure.property);
  }
  interpreter.machine.contexts.forEach((_, context) => {
    for (const outcome of interpreter.stepsOf(state, context)) {
      if (outcome.kind === 'state') next.push(outcome.state);
      else failed.push(outcome.failure.property);
    }
  });
  return { next, failed };
}

function isDeadlock(
  interpreter: Interpreting,
  graph: Graph,
  state: StateView,
  index: number,
): boolean {
  return (
    at(graph.successors, index).length === 0 &&
    at(graph.failures, index).length === 0 &&
    interpreter.machine.contexts.some(
      ({ liveness }, context) => liveness !== 'none' && !interpreter.settled(state, context),
    )
  );
}

function violatedProperties(interpreter: Interpreting, graph: Graph): ReadonlySet<string> {
  const { properties } = interpreter.machine;
  const violated = properties.filter((property, index) => {
    const holds = (state: StateView): boolean => interpreter.evaluate(index, state) !== 0;
    return isViolated(property, holds, interpreter, graph);
  });
  return new Set(violated.map(({ name }) => name));
}

function isViolated(
  { kind }: Property,
  holds: (state: StateView) => boolean,
  interpreter: Interpreting,
  graph: Graph,
): boolean {
  switch (kind) {
    case 'invariant':
      return !graph.states.every(holds);
    case 'final':
      return !graph.states.filter((state) => interpreter.isFinal(state)).every(holds);
    case 'sometimes':
      return !graph.states.some(holds);
    case 'possible':
      return canReach(graph, holds).size < graph.states.length;
  }
}

function unsettled(
  interpreter: Interpreting,
  graph: Graph,
  excused: readonly StateView[],
): ReadonlySet<string> {
  const { contexts } = interpreter.machine;
  const doomed = contexts.filter(({ liveness }, context) => {
    if (liveness === 'none') return false;
    const escapes = (state: StateView): boolean =>
      interpreter.settled(state, context) || excused.includes(state);
    return canReach(graph, escapes).size < graph.states.length;
  });
  return new Set(doomed.map(({ name }) => name));
}

/**
 * The states with a path to one of the goals. A step that fails is a way out as well: what follows a
 * failure is not known, and the failure is reported.
 */
function canReach(graph: Graph, isGoal: (state: StateView) => boolean): ReadonlySet<number> {
  const before: number[][] = graph.states.map(() => []);
  graph.successors.forEach((next, index) => next.forEach((n) => before[n]?.push(index)));
  const reached = new Set<number>();
  const work = graph.states.flatMap((state, index) =>
    isGoal(state) || at(graph.failures, index).length > 0 ? [index] : [],
  );
  for (let index = work.pop(); index !== undefined; index = work.pop()) {
    if (reached.has(index)) continue;
    reached.add(index);
    work.push(...at(before, index));
  }
  return reached;
}
