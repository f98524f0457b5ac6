/** What threads have found together as one thread would have told it. */
import type { Exploration } from '../search.ts';
import { MODEL_BOUND } from '../result.ts';
import { canonical } from './canonical.ts';
import type { Canonical } from './canonical.ts';
import type { Found } from './found.ts';
import { reachesAll } from './reach.ts';
import type { Told } from './share.ts';

/** The graph is put together when it is asked for: a search that passes needs none. */
export function merged(found: Found): Exploration {
  const { first, shares } = found;
  let made: Canonical | null = null;
  const graph = (): Canonical => (made ??= canonical(found));
  const told = shares.flatMap((share) => share.told);
  if (told.length > 0) tellInOrder(found, graph(), told);
  const bounded = shares.some((share) => share.bounded);
  return {
    system: first.system,
    goals: first.goals,
    levels: first.levels,
    violations: first.violations,
    limits: [...new Set([...first.limits, ...(bounded ? [MODEL_BOUND] : [])])],
    transitions: first.transitions,
    peakBytes: first.peakBytes,
    never: first.never.filter((p) => shares.every(({ never }) => never.includes(p))),
    finalSeen: first.finalSeen || shares.some((share) => share.finalSeen),
    states: {
      size: first.states.size,
      bytes: first.states.bytes,
      missProbability: first.states.missProbability,
      find: (states, at) => {
        const number = found.find(states, at);
        return number < 0 ? -1 : graph().rankOf(number);
      },
    },
    get edges() {
      return graph().edges;
    },
    get edgesFrom() {
      return graph().edgesFrom;
    },
    get met() {
      return graph().met;
    },
    reachesAll: () => reachesAll(found),
  };
}

/** When it would have been told: while which state was expanded, and behind how many of its edges. */
interface Timed {
  readonly told: Told;
  readonly state: number;
  readonly parent: number;
  readonly place: number;
}

/** What is told at the same time is of one share, and in order already. */
function tellInOrder({ first }: Found, graph: Canonical, all: readonly Told[]): void {
  const timed = all.map((told) => timeOf(graph, told));
  for (const { told, state } of timed.toSorted(
    (a, b) => a.parent - b.parent || (a.place < b.place ? -1 : a.place > b.place ? 1 : 0),
  )) {
    const { kind, property, depth, context, node } = told;
    first.violations.add(kind, property, depth, { state, context, node });
  }
}

function timeOf(graph: Canonical, told: Told): Timed {
  const state = graph.rankOf(told.state);
  const { when } = told;
  if (when === 'found') {
    const { state: parent, index } = graph.parentOf(state);
    return { told, state, parent, place: index + 0.5 };
  }
  if (when === 'before its steps') return { told, state, parent: state, place: -1 };
  if (when === 'after its steps') return { told, state, parent: state, place: Infinity };
  const place = graph.edgesBefore(told.state, when.edges);
  return { told, state, parent: state, place };
}
