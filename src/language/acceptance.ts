/** `accept`: what a spec knows of its runs and does not want to be told as an error. */
import { refuse, suggestion } from './errors.ts';
import { describe } from './staging/cells.ts';
import type { RunName } from './loaded-spec.ts';

export interface Accepted {
  /**
   * Assertions and final properties, by their names or what stands before the colon, that may be
   * evaluated in no schedule of a run.
   */
  readonly unreached: readonly string[] | ((run: RunName) => readonly string[]);
}

/** The names that `accept.unreached` has for a run. */
export function unreachedOf(accept: unknown): (run: RunName) => readonly string[] {
  if (accept === undefined) return () => [];
  if (typeof accept !== 'object' || accept === null || Array.isArray(accept))
    return refuse('KC0107', `accept is ${describe(accept)}`, "Write { unreached: ['S4'] }.");
  const wrong = Object.keys(accept).find((name) => name !== 'unreached');
  if (wrong !== undefined)
    refuse('KC0107', `accept has no '${wrong}'`, suggestion(wrong, ['unreached']));
  const { unreached } = accept as { readonly unreached?: unknown };
  if (typeof unreached === 'function') {
    return (run) => namesIn((unreached as (run: RunName) => unknown)(run));
  }
  const names = namesIn(unreached);
  return () => names;
}

function namesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) {
    const names = value.filter((name) => typeof name === 'string' && name !== '');
    if (names.length === value.length) return names as string[];
  }
  const message = `accept.unreached is ${describe(value)}`;
  return refuse('KC0107', message, 'It is a list of names of properties, or a function of a run.');
}
