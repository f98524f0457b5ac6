/**
 * AG EF over the explored graph: from every reachable state each goal can still be reached. No
 * fairness is assumed: a state from which no path at all leads to the goal is a trap.
 *
 * can[s] = met[s] | OR of can[t] over the successors t of s, as a least fixpoint. Numbers ascend with
 * depth, so most edges lead to higher numbers and one sweep downwards settles almost everything; the
 * sweeps are repeated until nothing changes. Most states can reach every goal, and their first edges show
 * it already: the others are not looked at. A trap is closed under successors; it is a livelock if it
 * holds a cycle, and otherwise every path in it ends in a deadlock, which the search has reported.
 *
 * HOT CODE: the sweep runs once a state, and once an edge where a goal is hard to reach. The rest runs only where something was found.
 */
import type { EdgeReader } from './edges/reader.ts';
import { sweepEdges } from './edges/sweep.ts';
import type { Exploration, Quotient } from './search.ts';

/** For each state the goals that some path from it meets. */
export function reachableGoals(graph: Exploration): Int32Array {
  const can = graph.met.words.slice(0, graph.states.size);
  const { reader } = graph.edges;
  if (graph.quotient !== null)
    return reachableInQuotient(can, reader, graph.quotient, graph.edges.length);
  const all = graph.goals.reduce((bits, _, goal) => bits | (1 << goal), 0);
  for (;;) {
    const sum = { lacking: 0, changed: false };
    sweepEdges(reader, can, all, sum);
    // Where every state has every goal there is nothing left that could change.
    if (sum.lacking === 0 || !sum.changed) return can;
  }
}

/** The same, of a graph whose edges lead to images of successors. */
function reachableInQuotient(
  can: Int32Array,
  reader: EdgeReader,
  { elements, goals }: Quotient,
  edges: number,
): Int32Array {
  const by = elements.words;
  for (let changed = true; changed;) {
    changed = false;
    let e = edges;
    for (let state = can.length - 1; state >= 0; state--) {
      const before = can[state] as number;
      let now = before;
      const successors = reader.successorsOf(state);
      for (let k = successors.length - 1; k >= 0; k--) {
        now |= goals.before(by[--e] as number, can[successors[k] as number] as number);
      }
      if (now !== before) {
        can[state] = now;
        changed = true;
      }
    }
  }
  return can;
}

/** States from which the goal cannot be reached, ascending. */
export function trapOf(can: Int32Array, goal: number): Int32Array {
  let count = 0;
  for (const word of can) if ((word & (1 << goal)) === 0) count++;
  const trap = new Int32Array(count);
  let next = 0;
  for (let state = 0; state < can.length; state++) {
    if (((can[state] as number) & (1 << goal)) === 0) trap[next++] = state;
  }
  return trap;
}

/** A shortest cycle through one of the states of the trap nearest to the start; null: it has none. */
export function nearestCycle(graph: Exploration, trap: Int32Array): readonly number[] | null {
  const inside = new Set(trap);
  const cyclic = statesOnCycles(graph, trap, inside);
  const first = cyclic[0];
  return first === undefined ? null : shortestCycle(graph, first, inside);
}

export function successorsOf(graph: Exploration, state: number): readonly number[] | Int32Array {
  return graph.edges.reader.successorsOf(state);
}

/** The states of the trap that lie on a cycle, ascending (Tarjan 1972, with a stack of our own). */
function statesOnCycles(
  graph: Exploration,
  trap: Int32Array,
  inside: ReadonlySet<number>,
): readonly number[] {
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const open = new Set<number>();
  const stack: number[] = [];
  const found: number[] = [];
  const visit = (state: number): Frame => {
    index.set(state, index.size);
    low.set(state, index.size - 1);
    stack.push(state);
    open.add(state);
    return { state, successors: successorsOf(graph, state), next: 0 };
  };
  const lower = (state: number, to: number): void => {
    low.set(state, Math.min(low.get(state) ?? to, to));
  };
  for (const root of trap) {
    if (index.has(root)) continue;
    const frames = [visit(root)];
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const successor = frame.successors[frame.next++];
      if (successor === undefined) {
        frames.pop();
        const parent = frames.at(-1);
        if (parent !== undefined) lower(parent.state, low.get(frame.state) ?? 0);
        if (low.get(frame.state) === index.get(frame.state)) {
          found.push(...closeComponent(graph, frame.state, stack, open));
        }
      } else if (!inside.has(successor)) {
        continue;
      } else if (!index.has(successor)) {
        frames.push(visit(successor));
      } else if (open.has(successor)) {
        lower(frame.state, index.get(successor) ?? 0);
      }
    }
  }
  return found.toSorted((a, b) => a - b);
}

interface Frame {
  readonly state: number;
  readonly successors: readonly number[] | Int32Array;
  next: number;
}

/** Takes a component off the stack; its states, if it has a cycle. */
function closeComponent(
  graph: Exploration,
  root: number,
  stack: number[],
  open: Set<number>,
): readonly number[] {
  const component: number[] = [];
  for (let state = stack.pop(); state !== undefined; state = stack.pop()) {
    open.delete(state);
    component.push(state);
    if (state === root) break;
  }
  const cyclic = component.length > 1 || successorsOf(graph, root).includes(root);
  return cyclic ? component : [];
}

/** From `start` back to it, both ends included, by the fewest edges within the trap. */
function shortestCycle(
  graph: Exploration,
  start: number,
  inside: ReadonlySet<number>,
): readonly number[] | null {
  const parent = new Map<number, number>();
  let level = [start];
  while (level.length > 0) {
    const next: number[] = [];
    for (const state of level) {
      for (const successor of successorsOf(graph, state)) {
        if (successor === start) return [...pathTo(state, parent), start];
        if (!inside.has(successor) || parent.has(successor)) continue;
        parent.set(successor, state);
        next.push(successor);
      }
    }
    level = next;
  }
  return null;
}

function pathTo(state: number, parent: ReadonlyMap<number, number>): readonly number[] {
  const path = [state];
  for (let up = parent.get(state); up !== undefined; up = parent.get(up)) path.unshift(up);
  return path;
}
