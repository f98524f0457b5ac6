/**
 * Data races, as docs/design/races.md defines them. Of two contexts that can both step, accesses that come
 * next in each: all of phase 0 counts, the access that blocks too, since nothing that another context does is
 * needed before it. And of a context that can step, an access that comes next and a conflicting
 * one that was made before, on another CPU, and does not happen before it.
 */
import { at } from '../../machine/graph.ts';
import { weakEnds } from './communication.ts';
import type { WeakEnd } from './communication.ts';
import type { State } from './state.ts';
import { attempt } from './step.ts';
import type { Prepared, Touch } from './step.ts';

export interface Race {
  readonly location: number;
  readonly first: RacingAccess;
  readonly second: RacingAccess;
  /**
   * What keeps a communication from the first to the second from ordering them; empty: there is no
   * communication; null: not known.
   */
  readonly missing: readonly WeakEnd[] | null;
}

export interface RacingAccess {
  readonly cpu: number;
  readonly context: number;
  readonly node: number;
  readonly write: boolean;
  readonly plain: boolean;
}

/** The race of the contexts that come first, or null; of contexts that could both be next, if there is one. */
export function findRace(prepared: Prepared, state: State): Race | null {
  const touches = touchesOf(prepared, state);
  return adjacentRace(touches) ?? raceWithPast(touches);
}

/** A race of two accesses that could both be next. */
export function findAdjacentRace(prepared: Prepared, state: State): Race | null {
  return adjacentRace(touchesOf(prepared, state));
}

/** A race of an access that could be next with one that was made before. */
export function findRaceWithPast(prepared: Prepared, state: State): Race | null {
  return raceWithPast(touchesOf(prepared, state));
}

type Touches = readonly (readonly Touch[])[];

function touchesOf(prepared: Prepared, state: State): Touches {
  return prepared.machine.contexts.map((_, c) => attempt(prepared, state, c).touches);
}

function adjacentRace(touches: Touches): Race | null {
  for (const [context, mine] of touches.entries()) {
    for (const [earlier, theirs] of touches.slice(0, context).entries()) {
      const race = conflict(earlier, theirs, context, mine);
      if (race !== null) return race;
    }
  }
  return null;
}

function raceWithPast(touches: Touches): Race | null {
  for (const [context, mine] of touches.entries()) {
    for (const touch of mine) {
      if (touch.unordered === null) continue;
      const { history, location } = touch;
      const first = at(history.events, touch.unordered);
      const second = access(context, touch);
      return { location, first, second, missing: weakEnds(history, touch.unordered, second) };
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
      const [one, other] = [access(first, a), access(second, b)];
      return { location: a.location, first: one, second: other, missing: [] };
    }
  }
  return null;
}

function races(a: Touch, b: Touch): boolean {
  return a.location === b.location && (a.write || b.write) && (a.plain || b.plain);
}

function access(context: number, { cpu, node, write, plain }: Touch): RacingAccess {
  return { cpu, context, node, write, plain };
}
