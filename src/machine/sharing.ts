/**
 * Which of a context's accesses another context, a guard or a property can notice.
 *
 * A plain access merges into the step of the visible node that follows it, because a race-free access
 * commutes with everything that others do in between. Two things it does not commute with, so there it
 * must be a step of its own: a store that a property reads (an invariant must see every value), and an
 * access by a context whose guard another context can make false. The latter is preemption: an
 * interrupt may run between two plain accesses of the task below it and see the first without the
 * second, while the two never can step at the same time.
 */
import { ghostsIn } from './expression.ts';
import { programFootprint } from './footprint.ts';
import type { Footprint } from './footprint.ts';
import { at } from './graph.ts';
import type { Context, Load, Machine, Store } from './machine.ts';

export interface Sharing {
  /** Nobody but this context touches the ghost, and nothing asks for it between steps. */
  ownGhost(context: number, ghost: number): boolean;
  /** The plain access may be merged into the step of what follows it. */
  mayMerge(context: number, access: Load | Store): boolean;
}

export function sharingOf(machine: Machine): Sharing {
  const contexts = machine.contexts.map(programFootprint);
  const properties = machine.properties.map(programFootprint);
  const asked = new Set(machine.contexts.flatMap((context) => [...ghostsAsked(context)]));
  const observed = new Set(properties.flatMap((footprint) => [...footprint.reads]));
  for (const { ghostReads } of properties) for (const ghost of ghostReads) asked.add(ghost);
  const preemptible = machine.contexts.map((context, index) =>
    isPreemptible(context, index, contexts),
  );
  return {
    ownGhost: (context, ghost) =>
      !asked.has(ghost) &&
      others(contexts, context).every((o) => !o.ghostReads.has(ghost) && !o.ghostWrites.has(ghost)),
    mayMerge: (context, access) =>
      access.address.candidates.every(
        (location) =>
          !(access.kind === 'store' && observed.has(location)) &&
          !(at(preemptible, context) && conflicts(others(contexts, context), access, location)),
      ),
  };
}

/** What a guard and a binding ask for before every step. */
function ghostsAsked(context: Context): ReadonlySet<number> {
  return new Set([...ghostsOf(context), ...ghostsIn(context.cpu)]);
}

function ghostsOf(context: Context): ReadonlySet<number> {
  return context.guard === null ? new Set() : ghostsIn(context.guard);
}

function isPreemptible(context: Context, index: number, contexts: readonly Footprint[]): boolean {
  return [...ghostsOf(context)].some((ghost) =>
    others(contexts, index).some((other) => other.ghostWrites.has(ghost)),
  );
}

function conflicts(others: readonly Footprint[], access: Load | Store, location: number): boolean {
  return others.some(
    (other) => other.writes.has(location) || (access.kind === 'store' && other.reads.has(location)),
  );
}

function others(contexts: readonly Footprint[], context: number): readonly Footprint[] {
  return contexts.filter((_, index) => index !== context);
}
