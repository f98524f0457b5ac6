/**
 * Who can starve, by the definitions of docs/design/fairness.md and as naively as that: the oracle of
 * the tests. It shares with the explorer neither a graph nor an algorithm: sets of agents are tried one
 * after the other, and what is strongly connected is asked by reachability, state by state.
 */
import type { Fairness } from '../../machine/fairness.ts';
import { at } from '../../machine/graph.ts';
import type { Machine } from '../../machine/machine.ts';
import { interpreterOf } from '../interpreter.ts';
import type { ExploreOptions } from './explore.ts';
import type { Interpreting, OwnInterpreter, StateView } from './interpreting.ts';
import type { ReferenceModel } from './memory.ts';

/** A context, or -1 - cpu for a CPU's memory. */
type Agent = number;

interface Edge {
  readonly agent: Agent;
  readonly to: number;
}

/** A state, for who looks at its steps alone. */
export interface FairNode {
  readonly edges: readonly Edge[];
  /** Who has a step, be it one that fails. */
  readonly enabled: ReadonlySet<Agent>;
}

interface Node extends FairNode {
  readonly state: StateView;
  readonly fails: boolean;
}

type StateSet = ReadonlySet<number>;

/**
 * The names of the contexts that can starve.
 *
 * @throws RangeError beyond `maxStates`.
 */
export function starvedReference(
  machine: Machine,
  model: ReferenceModel | OwnInterpreter,
  fairness: Fairness,
  { granularity = 'step', maxStates = 150 }: ExploreOptions = {},
): ReadonlySet<string> {
  const interpreter = interpreterOf(machine, model, granularity);
  const nodes = labelledGraph(interpreter, maxStates);
  const starved = machine.contexts.filter(({ liveness }, context) => {
    if (liveness === 'none') return false;
    const settled = (state: number): boolean =>
      interpreter.settled(at(nodes, state).state, context);
    const can = statesThatReach(nodes, (state) => settled(state) || at(nodes, state).fails);
    const inside = new Set([...can].filter((state) => !settled(state)));
    return hasFairCycle(nodes, inside, fairness);
  });
  return new Set(starved.map(({ name }) => name));
}

/** Whether a run can stay in these states for ever and be fair. */
export function hasFairCycle(
  nodes: readonly FairNode[],
  inside: ReadonlySet<number>,
  fairness: Fairness,
): boolean {
  return fairness === 'weak' ? hasWeaklyFair(nodes, inside) : hasStronglyFair(nodes, inside);
}

function labelledGraph(interpreter: Interpreting, maxStates: number): readonly Node[] {
  const initial = interpreter.initialState();
  const numbers = new Map([[interpreter.key(initial), 0]]);
  const states = [initial];
  const nodes: Node[] = [];
  for (let index = 0; index < states.length; index++) {
    const state = at(states, index);
    const outcomes = [
      ...interpreter.memorySteps(state).map((outcome) => ({ agent: -1 - outcome.cpu, outcome })),
      ...interpreter.machine.contexts.flatMap((_, agent) =>
        interpreter.stepsOf(state, agent).map((outcome) => ({ agent, outcome })),
      ),
    ];
    const edges = outcomes.flatMap(({ agent, outcome }): readonly Edge[] => {
      if (outcome.kind === 'failure') return [];
      const key = interpreter.key(outcome.state);
      const known = numbers.get(key);
      if (known !== undefined) return [{ agent, to: known }];
      if (states.length >= maxStates) throw new RangeError(`more than ${maxStates} states`);
      numbers.set(key, states.length);
      return [{ agent, to: states.push(outcome.state) - 1 }];
    });
    const fails = outcomes.some(({ outcome }) => outcome.kind === 'failure');
    nodes.push({ state, edges, enabled: new Set(outcomes.map(({ agent }) => agent)), fails });
  }
  return nodes;
}

function statesThatReach(nodes: readonly Node[], isGoal: (state: number) => boolean): StateSet {
  const reached = new Set([...nodes.keys()].filter(isGoal));
  for (let size = -1; size < reached.size;) {
    size = reached.size;
    nodes.forEach(({ edges }, state) => {
      if (edges.some(({ to }) => reached.has(to))) reached.add(state);
    });
  }
  return reached;
}

/** In the states that some cycle joins, every agent steps, or is somewhere not enabled. */
function hasWeaklyFair(nodes: readonly FairNode[], inside: StateSet): boolean {
  return joined(nodes, inside).some((states) => {
    const stepping = steppingIn(nodes, states);
    const throughout = [...agentsIn(nodes, states)].filter((agent) =>
      [...states].every((state) => at(nodes, state).enabled.has(agent)),
    );
    return throughout.every((agent) => stepping.has(agent));
  });
}

/**
 * In a strongly fair run some set of agents is never enabled any more, and all others step: every such
 * set is tried.
 */
function hasStronglyFair(nodes: readonly FairNode[], inside: StateSet): boolean {
  const agents = [...agentsIn(nodes, inside)];
  return subsets(agents).some((resting) => {
    const quiet = [...inside].filter((state) =>
      resting.every((agent) => !at(nodes, state).enabled.has(agent)),
    );
    return joined(nodes, new Set(quiet)).some((states) => {
      const stepping = steppingIn(nodes, states);
      return agents.every((agent) => resting.includes(agent) || stepping.has(agent));
    });
  });
}

/** The largest sets of states any two of which lie on a cycle within `inside`. */
function joined(nodes: readonly FairNode[], inside: StateSet): readonly StateSet[] {
  const after = new Map([...inside].map((state) => [state, reachedFrom(nodes, inside, state)]));
  const sets = new Map<string, StateSet>();
  for (const [state, reached] of after) {
    const mutual = [...reached].filter((other) => after.get(other)?.has(state) === true);
    const key = mutual.toSorted((a, b) => a - b).join(' ');
    if (mutual.length > 0) sets.set(key, new Set(mutual));
  }
  return [...sets.values()];
}

/** By one step or more, within `inside`. */
function reachedFrom(nodes: readonly FairNode[], inside: StateSet, from: number): StateSet {
  const reached = new Set<number>();
  const work = [from];
  for (let state = work.pop(); state !== undefined; state = work.pop()) {
    for (const { to } of at(nodes, state).edges) {
      if (!inside.has(to) || reached.has(to)) continue;
      reached.add(to);
      work.push(to);
    }
  }
  return reached;
}

function steppingIn(nodes: readonly FairNode[], states: StateSet): ReadonlySet<Agent> {
  const inner = [...states].flatMap((state) =>
    at(nodes, state).edges.filter(({ to }) => states.has(to)),
  );
  return new Set(inner.map(({ agent }) => agent));
}

function agentsIn(nodes: readonly FairNode[], states: StateSet): ReadonlySet<Agent> {
  return new Set([...states].flatMap((state) => [...at(nodes, state).enabled]));
}

function subsets(agents: readonly Agent[]): readonly (readonly Agent[])[] {
  return agents.reduce<readonly (readonly Agent[])[]>(
    (sets, agent) => sets.concat(sets.map((set) => [...set, agent])),
    [[]],
  );
}
