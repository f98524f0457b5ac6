/** Violations as failures that a reader can follow: with a trace, replayed, and with who waits for whom. */
import { at } from '../machine/graph.ts';
import type { Context, Machine } from '../machine/machine.ts';
import type { Goal } from './goals.ts';
import { nearestCycle, reachableGoals, trapOf } from './livelock.ts';
import { movesAlong, shortestPath } from './path.ts';
import type { Move } from './path.ts';
import { raceWords } from './race-message.ts';
import type { OwnInterpreter } from './reference/interpreting.ts';
import type { ReferenceModel } from './reference/memory.ts';
import { Replay } from './replay.ts';
import type { Failure, FailureKind, Waiting } from './result.ts';
import type { Exploration } from './search.ts';
import type { End, Violation } from './violations.ts';

type Reference = ReferenceModel | OwnInterpreter;

/** Every violated property, the shortest trace first. */
export function failuresOf(
  machine: Machine,
  graph: Exploration,
  reference: Reference,
  race: readonly Move[] | null = null,
): readonly Failure[] {
  const met = graph.violations.all.map((violation) =>
    failureOf(machine, graph, reference, violation),
  );
  const never = graph.limits.length > 0 ? [] : graph.never.map((p) => neverHolds(machine, p));
  const raced = race === null ? [] : [raceFailure(machine, graph, reference, race)];
  return shortestFirst([...met, ...raced, ...livelocks(machine, graph, reference), ...never]);
}

export function shortestFirst(failures: readonly Failure[]): readonly Failure[] {
  return failures.toSorted((a, b) => lengthOf(a) - lengthOf(b));
}

function lengthOf({ trace, cycle }: Failure): number {
  return trace.length + cycle.length;
}

function failureOf(
  machine: Machine,
  graph: Exploration,
  reference: Reference,
  violation: Violation,
): Failure {
  const path = shortestPath(
    graph,
    violation.ends.map(({ state }) => state),
  );
  const end = violation.ends.find(({ state }) => state === path.end);
  return failureAlong(machine, graph, reference, { ...violation, end }, path.moves);
}

/** The failure that stands at the end of these moves: a state's own, or a step's that fails there. */
export function failureAlong(
  machine: Machine,
  graph: Pick<Exploration, 'system'>,
  reference: Reference,
  violation: Pick<Violation, 'kind' | 'property'> & {
    readonly end?: Omit<End, 'state'> | undefined;
  },
  moves: readonly Move[],
): Failure {
  const replay = replayed(machine, graph, reference, moves);
  if (violation.kind === 'deadlock') replay.stop();
  const words =
    violation.kind === 'race'
      ? raceWords(machine, replay.findRace())
      : { message: messageOf(machine, replay, violation, violation.end) };
  return {
    kind: violation.kind,
    property: violation.property,
    ...words,
    trace: replay.steps,
    cycle: [],
    waiting: violation.kind === 'deadlock' ? replay.interpreter.blockedOn(replay.state) : [],
    doomedFrom: null,
  };
}

function messageOf(
  machine: Machine,
  replay: Replay,
  { kind, property }: Pick<Violation, 'kind' | 'property'>,
  end: Omit<End, 'state'> | undefined,
): string {
  if (end !== undefined && end.context !== null && end.node !== null) {
    const message = replay.fail(end.context, end.node);
    return `${at(machine.contexts, end.context).name}: ${message}`;
  }
  switch (kind) {
    case 'deadlock':
      return `no context can step, ${stuckWords(machine, replay)}`;
    case 'invariant':
      return `'${property}' does not hold`;
    case 'final':
      return `'${property}' does not hold in a final state`;
    case 'error':
      return `'${property}' cannot be evaluated: an index or a value in it is out of range`;
    case 'race':
    case 'livelock':
    case 'starvation':
    case 'assertion':
    case 'sometimes':
      return property;
  }
}

/** A task has an end to come to, a service only its next mark. */
export function stuckWords(
  machine: Machine,
  { interpreter, state }: Pick<Replay, 'interpreter' | 'state'>,
): string {
  const stuck = (liveness: Context['liveness']): readonly string[] =>
    machine.contexts.flatMap((context, index) =>
      context.liveness === liveness && !interpreter.settled(state, index) ? [context.name] : [],
    );
  const tasks = listed(stuck('done'), 'has not finished', 'have not finished');
  const services = listed(stuck('mark'), 'cannot make progress', 'cannot make progress');
  return [tasks, services].flatMap((words) => (words === '' ? [] : [`and ${words}`])).join(', ');
}

function listed(names: readonly string[], one: string, several: string): string {
  const last = names.at(-1);
  if (last === undefined) return '';
  const first = names.slice(0, -1).join(', ');
  return first === '' ? `${last} ${one}` : `${first} and ${last} ${several}`;
}

/** A race of an access that comes next with one that was made on the way. */
function raceFailure(
  machine: Machine,
  graph: Exploration,
  reference: Reference,
  moves: readonly Move[],
): Failure {
  const replay = replayed(machine, graph, reference, moves);
  return {
    kind: 'race',
    property: 'race',
    ...raceWords(machine, replay.findRace()),
    trace: replay.steps,
    cycle: [],
    waiting: [],
    doomedFrom: null,
  };
}

function replayed(
  machine: Machine,
  graph: Pick<Exploration, 'system'>,
  reference: Reference,
  moves: readonly Move[],
): Replay {
  const replay = new Replay(machine, reference, (words) => graph.system.decode(words, 0));
  for (const move of moves) replay.follow(move);
  return replay;
}

/**
 * One failure for each name under which contexts can no longer finish, the context whose cycle is
 * nearest to the start standing for the others, and one for each `possible` property. `before`: the way
 * to where the graph begins.
 */
export function livelocks(
  machine: Machine,
  graph: Exploration,
  reference: Reference,
  before: readonly Move[] = [],
): readonly Failure[] {
  const nearest = new Map<string, Trap>();
  const named: Trap[] = [];
  for (const trap of trapsOf(graph)) {
    if (trap.goal.kind === 'property') named.push(trap);
    else {
      const name = livenessName(at(machine.contexts, trap.goal.context));
      const other = nearest.get(name);
      if (other === undefined || startOf(trap) < startOf(other)) nearest.set(name, trap);
    }
  }
  return [...nearest.values(), ...named].map((trap) =>
    livelock(machine, graph, reference, trap, before),
  );
}

function trapsOf(graph: Exploration): readonly Trap[] {
  if (graph.goals.length === 0 || graph.hasNoLivelock?.() === true) return [];
  const can = reachableGoals(graph);
  return graph.goals.flatMap((goal, index): readonly Trap[] => {
    const states = trapOf(can, index);
    if (states.length === 0) return [];
    const cycle = nearestCycle(graph, states);
    // A context's trap without a cycle runs into deadlocks; those are reported as such.
    if (cycle === null && goal.kind === 'context') return [];
    return [{ goal, states, cycle: cycle ?? [] }];
  });
}

function startOf({ cycle }: Trap): number {
  return cycle[0] ?? 0;
}

function livenessName(context: Context): string {
  return context.livenessName ?? 'livelock';
}

interface Trap {
  readonly goal: Goal;
  readonly states: Int32Array;
  /** First and last the same state; empty: the trap has no cycle. */
  readonly cycle: readonly number[];
}

function livelock(
  machine: Machine,
  graph: Exploration,
  reference: Reference,
  { goal, states, cycle }: Trap,
  before: readonly Move[],
): Failure {
  const path = shortestPath(graph, [cycle[0] ?? states[0] ?? 0]);
  const replay = replayed(machine, graph, reference, [...before, ...path.moves]);
  const wayIn = before.length + path.moves.length;
  const waiting = kept(machine, replay);
  const start = path.moves.at(-1)?.words ?? graph.system.initial();
  for (const move of movesAlong(graph, start, cycle)) replay.follow(move);
  const { steps } = replay;
  const trap = new Set(states);
  const doomed = path.moves.findIndex(({ state }) => trap.has(state));
  const { kind, property, message } = lost(machine, goal);
  return {
    kind,
    property,
    message,
    trace: steps.slice(0, wayIn),
    cycle: steps.slice(wayIn),
    waiting,
    doomedFrom: doomed < 0 ? null : before.length + doomed,
  };
}

/** Who waits although something is still asked of it; what rests, or is off its CPU, does not. */
export function kept(
  machine: Machine,
  { interpreter, state }: Pick<Replay, 'interpreter' | 'state'>,
): readonly Waiting[] {
  return interpreter.blockedOn(state).filter(({ context, on }) => {
    const index = machine.contexts.findIndex(({ name }) => name === context);
    return on !== 'guard' && !interpreter.settled(state, index);
  });
}

/** What it is called that a goal cannot be reached. */
export function lost(
  machine: Machine,
  goal: Goal,
): { readonly kind: FailureKind; readonly property: string; readonly message: string } {
  if (goal.kind === 'property') {
    const { name } = at(machine.properties, goal.property);
    return { kind: 'livelock', property: name, message: `'${name}' can never hold again` };
  }
  const context = at(machine.contexts, goal.context);
  return { kind: 'livelock', property: livenessName(context), message: neverFinishes(context) };
}

function neverFinishes({ name, liveness }: Context): string {
  return liveness === 'done' ? `${name} can never finish` : `${name} can never make progress again`;
}

function neverHolds(machine: Machine, property: number): Failure {
  const { name } = at(machine.properties, property);
  return {
    kind: 'sometimes',
    property: name,
    message: `'${name}' holds in no reachable state`,
    trace: [],
    cycle: [],
    waiting: [],
    doomedFrom: null,
  };
}
