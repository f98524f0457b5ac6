/**
 * Data races: two contexts that can both step, whose next accesses touch one location, one of them a
 * write, one of them plain. All of phase 0 counts as next, the access that blocks too: nothing that
 * another context does is needed before it. docs/design/steps.md says why no race is lost.
 */
import type { State } from './state.ts';
import { attempt } from './step.ts';
import type { Prepared, Touch } from './step.ts';

export interface Race {
  readonly location: number;
  readonly first: RacingAccess;
  readonly second: RacingAccess;
}

export interface RacingAccess {
  readonly context: number;
  readonly node: number;
  readonly write: boolean;
  readonly plain: boolean;
}

/** The race of the contexts that come first, or null. */
export function findRace(prepared: Prepared, state: State): Race | null {
  const touches = prepared.machine.contexts.map((_, c) => attempt(prepared, state, c).touches);
  for (const [context, mine] of touches.entries()) {
    for (const [earlier, theirs] of touches.slice(0, context).entries()) {
      const race = conflict(earlier, theirs, context, mine);
      if (race !== null) return race;
    }
  }
  return null;
}

function conflict(
  first: number,
  firstTouches: readonly Touch[],
  second: number,
  secondTouches: readonly Touch[],
): Race | null {
  for (const a of firstTouches) {
    const b = secondTouches.find((touch) => races(a, touch));
    if (b !== undefined) {
      return { location: a.location, first: access(first, a), second: access(second, b) };
    }
  }
  return null;
}

function races(a: Touch, b: Touch): boolean {
  return a.location === b.location && (a.write || b.write) && (a.plain || b.plain);
}

function access(context: number, { node, write, plain }: Touch): RacingAccess {
  return { context, node, write, plain };
}
