/**
 * Contexts that need never finish, or pass a mark, in a fair schedule, although they always could: each
 * with a lasso that the plain interpreter has executed and found fair itself.
 * docs/design/fairness.md has definitions and arguments.
 */
import type { Fairness } from '../../machine/fairness.ts';
import { at } from '../../machine/graph.ts';
import type { Context, Machine } from '../../machine/machine.ts';
import { newSuccessors } from '../../memory-models/memory-model.ts';
import { reachableGoals } from '../livelock.ts';
import { shortestPath } from '../path.ts';
import type { Move } from '../path.ts';
import type { OwnInterpreter } from '../reference/interpreting.ts';
import type { ReferenceModel } from '../reference/memory.ts';
import { Replay } from '../replay.ts';
import type { Failure } from '../result.ts';
import type { Exploration } from '../search.ts';
import { fairComponents } from './fair-components.ts';
import { JudgedCycle } from './judged-cycle.ts';
import type { LabelledGraph } from './labels.ts';
import { shortLasso } from './lasso.ts';
import type { LabelledStep, Lasso } from './lasso.ts';

/** One failure for each context that can starve. */
export function starvations(
  machine: Machine,
  graph: Exploration,
  labelled: LabelledGraph,
  reference: ReferenceModel | OwnInterpreter,
  fairness: Fairness,
): readonly Failure[] {
  const can = reachableGoals(graph);
  return graph.goals.flatMap((goal, index): readonly Failure[] => {
    if (goal.kind !== 'context') return [];
    const inside = unsettledOutsideTrap(labelled, can, goal.context, index);
    const components = fairComponents(labelled, inside, fairness);
    const lasso = shortLasso(labelled, components, fairness);
    if (lasso === null) return [];
    return [starvation(machine, graph, reference, fairness, goal.context, lasso)];
  });
}

/** By state, 1 where the context is not settled, but can still be, and every step is known. */
function unsettledOutsideTrap(
  labelled: LabelledGraph,
  can: Int32Array,
  context: number,
  goal: number,
): Uint8Array {
  const inside = new Uint8Array(can.length);
  for (let state = 0; state < labelled.expanded; state++) {
    const settled = ((labelled.settled[state] as number) >>> context) & 1;
    inside[state] = ((can[state] as number) >>> goal) & ~settled & 1;
  }
  return inside;
}

function starvation(
  machine: Machine,
  graph: Exploration,
  reference: ReferenceModel | OwnInterpreter,
  fairness: Fairness,
  context: number,
  { start, cycle }: Lasso,
): Failure {
  const wayIn = shortestPath(graph, [start]).moves;
  const replay = new Replay(machine, reference, (words) => graph.system.decode(words, 0));
  for (const move of wayIn) replay.follow(move);
  const judged = new JudgedCycle(replay, context);
  const first = wayIn.at(-1)?.words ?? graph.system.initial();
  for (const move of movesOf(graph, first, cycle)) judged.follow(move);
  judged.requireFair(fairness);
  const starved = at(machine.contexts, context);
  return {
    kind: 'starvation',
    property: 'starvation',
    context: starved.name,
    message: messageOf(starved, fairness),
    trace: replay.steps.slice(0, wayIn.length),
    cycle: replay.steps.slice(wayIn.length),
    waiting: judged.waiting,
    doomedFrom: null,
  };
}

function messageOf({ name, liveness }: Context, fairness: Fairness): string {
  const what = liveness === 'done' ? 'finish' : 'make progress again';
  return `${name} need never ${what} under ${fairness} fairness`;
}

/** The steps with the states in words, each the step of the agent that it is labelled with. */
function movesOf(
  graph: Exploration,
  first: Int32Array,
  cycle: readonly LabelledStep[],
): readonly Move[] {
  const { system, states } = graph;
  const out = newSuccessors(system.words);
  let words = first;
  return cycle.map(({ mover, state }) => {
    system.expand(words, 0, out);
    for (let k = 0; k < out.count; k++) {
      const from = k * system.words;
      if (out.context[k] !== mover || out.failedAt[k] !== 0) continue;
      if (states.find(out.states, from) !== state) continue;
      words = out.states.slice(from, from + system.words);
      return { context: mover, state, words };
    }
    throw new Error('a step of the explored graph cannot be taken again');
  });
}
