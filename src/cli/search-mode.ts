/** How a run is searched, where `explore` is told so: what goes with what. */
import type { CheckOptions } from '../checker/options.ts';
import { usageError } from './errors.ts';

/** As the command line has it. */
export interface ModeOptions {
  /** False: --no-livelock. */
  readonly livelock?: boolean;
}

export type SearchMode = Pick<CheckOptions, 'livelocks'>;

/** What `check` does. */
export const USUAL_SEARCH: SearchMode = {};

export function searchModeOf({ livelock }: ModeOptions): SearchMode {
  return livelock === false ? { livelocks: false } : USUAL_SEARCH;
}

/** @throws KC0043 where one option takes the sense from another. */
export function requireModesThatAgree(
  { livelock }: ModeOptions,
  { fairness }: { readonly fairness?: string },
): void {
  if (livelock === false && fairness !== undefined && fairness !== 'none') {
    const advice = 'Starvation is looked for on the same graph as livelocks.';
    throw usageError('KC0043', '--no-livelock does not go with --fairness', advice);
  }
}
