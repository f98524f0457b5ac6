/**
 * Whether there is any livelock, asked of shares as they are. What passes is never numbered anew nor put
 * together; where there is a livelock, livelock.ts looks at the whole graph.
 */
import { at } from '../../machine/graph.ts';
import { Places, goalsMet } from './found.ts';
import type { Found } from './found.ts';
import { sweep, sweepFirst } from './sweep.ts';
import type { Sweep, Swept } from './sweep.ts';

/** Has all threads but this one sweep what they have found. */
export type Others = (sweep: Sweep) => Promise<readonly Swept[]>;

/** Below all levels. */
const UNSWEPT = 2 ** 31 - 1;

/** By number the goals that can be reached; null: from everywhere all of them. */
export async function reachable(found: Found, others: Others): Promise<Int32Array | null> {
  const goals = found.first.goals.length;
  if (goals === 0) return null;
  const all = 2 ** goals - 1;
  const can = goalsMet(found);
  const levels = new Int32Array(new SharedArrayBuffer(4 * found.shares.length));
  const task = { can, all, levels };
  for (;;) {
    levels.fill(UNSWEPT);
    const theirs = others(task);
    const own = sweep(at(found.shares, 0), 0, task);
    const swept = [own, ...(await theirs), sweepFirst(found, task)];
    if (swept.every(({ lacking }) => lacking === 0)) return null;
    if (swept.every(({ changed }) => !changed)) return can;
  }
}

/**
 * Where not all goals can be reached: whether that is a livelock. A property that can hold no more is one;
 * a context is in one only if it can go round in a circle, and not straight into deadlocks.
 */
export function hasLivelock(found: Found, can: Int32Array): boolean {
  const { goals } = found.first;
  const all = 2 ** goals.length - 1;
  const properties = goals.reduce(
    (bits, { kind }, goal) => (kind === 'property' ? bits | (1 << goal) : bits),
    0,
  );
  const inside: number[] = [];
  for (let number = 0; number < can.length; number++) {
    const lacks = ~(can[number] as number) & all;
    if ((lacks & properties) !== 0) return true;
    if (lacks !== 0) inside.push(number);
  }
  return hasCycle(found, inside);
}

const ENTERED = 1;
const LEFT = 2;

/** Whether some of the states, which no edge leaves, lie on a cycle: depth first, with a stack of our own. */
function hasCycle(found: Found, states: readonly number[]): boolean {
  const places = new Places(found);
  const colours = new Uint8Array(found.numbers);
  for (const root of states) {
    if (colours[root] !== 0) continue;
    const stack = [{ number: root, rest: successorsOf(found, places, root) }];
    colours[root] = ENTERED;
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.rest.pop();
      if (next === undefined) {
        colours[top.number] = LEFT;
        stack.pop();
      } else if (colours[next] === ENTERED) {
        return true;
      } else if (colours[next] === 0) {
        colours[next] = ENTERED;
        stack.push({ number: next, rest: successorsOf(found, places, next) });
      }
    }
  }
  return false;
}

function successorsOf({ first, firstExpanded }: Found, places: Places, number: number): number[] {
  if (number < firstExpanded) return [...first.edges.reader.successorsOf(number)];
  return places.successorsOf(number);
}
