/** How a run is searched, where `explore` is told so: what goes with what. */
import type { CheckOptions } from '../checker/options.ts';
import { usageError } from './errors.ts';

/** As the command line has it. */
export interface ModeOptions {
  /** False: --no-livelock. */
  readonly livelock?: boolean;
  readonly checkpoint?: string;
  /** Seconds. */
  readonly checkpointEvery?: number;
  readonly resume?: string;
}

export type SearchMode = Pick<CheckOptions, 'livelocks' | 'checkpoint' | 'resume'>;

/** What `check` does. */
export const USUAL_SEARCH: SearchMode = {};

const CHECKPOINT_SECONDS = 600;

export function searchModeOf(options: ModeOptions): SearchMode {
  const { livelock, checkpoint, checkpointEvery = CHECKPOINT_SECONDS, resume } = options;
  return {
    ...(livelock === false ? { livelocks: false } : {}),
    ...(checkpoint === undefined
      ? {}
      : { checkpoint: { file: checkpoint, seconds: checkpointEvery } }),
    ...(resume === undefined ? {} : { resume }),
  };
}

/** @throws KC0043 where one file is named for the searches of several runs. */
export function requireOneRun({ checkpoint, resume }: SearchMode, runs: number): void {
  const named =
    checkpoint !== undefined ? '--checkpoint' : resume !== undefined ? '--resume' : null;
  if (named === null || runs <= 1) return;
  const advice = 'Select one by --version, --configuration and --model.';
  throw usageError('KC0043', `${named} is for one run, and ${runs} are selected`, advice);
}

/** @throws KC0043 where one option takes the sense from another. */
export function requireModesThatAgree(
  { livelock, checkpoint, checkpointEvery }: ModeOptions,
  { fairness }: { readonly fairness?: string },
): void {
  if (livelock === false && fairness !== undefined && fairness !== 'none') {
    const advice = 'Starvation is looked for on the same graph as livelocks.';
    throw usageError('KC0043', '--no-livelock does not go with --fairness', advice);
  }
  if (checkpointEvery !== undefined && checkpoint === undefined) {
    const advice = '--checkpoint names the file.';
    throw usageError('KC0043', '--checkpoint-every needs --checkpoint', advice);
  }
}
