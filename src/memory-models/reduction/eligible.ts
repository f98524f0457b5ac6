/**
 * The stops from which a step may be taken alone at all, whatever the others do: those whose step has one
 * outcome, that no property notices, and so few that no cycle of a program consists of them.
 */
import { at, nodeAt } from '../../machine/graph.ts';
import type { StepText } from './step-graph.ts';
import type { Touches } from './touches.ts';

/** What properties read. */
export interface Observed {
  /** In every state. */
  readonly always: ReadonlySet<number>;
  /** In final states; null: nobody asks about them. */
  readonly atEnd: ReadonlySet<number> | null;
}

export function observedBy(touches: Touches): Observed {
  const { properties } = touches.machine;
  const finals = properties.filter(({ kind }) => kind === 'final');
  const others = properties.filter(({ kind }) => kind !== 'final');
  const read = (of: typeof properties): ReadonlySet<number> =>
    new Set(of.flatMap((property) => touches.readBy(property)));
  return { always: read(others), atEnd: finals.length === 0 ? null : read(finals) };
}

export function mayGoAlone(
  touches: Touches,
  observed: Observed,
  index: number,
  { nodes }: StepText,
): boolean {
  const context = at(touches.machine.contexts, index);
  return [...nodes].every((n) => {
    const node = nodeAt(context, n);
    if (node.kind === 'choose' || touches.overtakes(node)) return false;
    const changed = touches.changes(node);
    if (changed.some((thing) => observed.always.has(thing))) return false;
    // A context that must finish has done so in a final state.
    if (observed.atEnd === null || context.liveness === 'done') return true;
    return !touches.isBuffered(node) && !changed.some((thing) => observed.atEnd?.has(thing));
  });
}

/**
 * Takes stops away until no cycle of steps is left, so that no context goes on for ever with steps that are
 * taken alone; `cost`: those that lose most when they are taken away stay longest.
 */
export function withoutCycles(
  steps: ReadonlyMap<number, StepText>,
  eligible: ReadonlySet<number>,
  cost: (stop: number) => number,
): ReadonlySet<number> {
  const kept = new Set(eligible);
  const next = (stop: number): readonly number[] => [...(steps.get(stop)?.ends ?? [])];
  for (let cycle = cycleIn(kept, next); cycle !== null; cycle = cycleIn(kept, next)) {
    const cheapest = cycle.reduce((best, stop) => (cost(stop) < cost(best) ? stop : best));
    kept.delete(cheapest);
  }
  return kept;
}

/** The stops of some cycle; null: there is none. */
function cycleIn(
  stops: ReadonlySet<number>,
  next: (stop: number) => readonly number[],
): readonly number[] | null {
  const finished = new Set<number>();
  for (const root of stops) {
    if (finished.has(root)) continue;
    const path = [root];
    const pending = [[...next(root)]];
    for (let rest = pending.at(-1); rest !== undefined; rest = pending.at(-1)) {
      const stop = rest.pop();
      if (stop === undefined) {
        pending.pop();
        finished.add(path.pop() ?? root);
      } else if (path.includes(stop)) return path.slice(path.indexOf(stop));
      else if (stops.has(stop) && !finished.has(stop)) {
        path.push(stop);
        pending.push([...next(stop)]);
      }
    }
  }
  return null;
}
