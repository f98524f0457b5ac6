/** How a run is searched, where `explore` is told so: what goes with what. */
import type { CheckOptions } from '../checker/options.ts';
import type { Reduction } from '../checker/reductions.ts';
import type { KcheckError } from '../errors.ts';
import { usageError } from './errors.ts';

/** As the command line has it. */
export interface ModeOptions {
  /** False: --no-livelock. */
  readonly livelock?: boolean;
  readonly exact?: boolean;
  /** Megabytes. */
  readonly bitstate?: number;
  readonly checkpoint?: string;
  /** Seconds. */
  readonly checkpointEvery?: number;
  readonly resume?: string;
}

/** Nothing of it: as `check` does. */
export type SearchMode = Pick<CheckOptions, 'livelocks' | 'remembering' | 'checkpoint' | 'resume'>;

const CHECKPOINT_SECONDS = 600;

export function searchModeOf(options: ModeOptions): SearchMode {
  const { checkpoint, checkpointEvery = CHECKPOINT_SECONDS, resume } = options;
  return {
    ...(seeksLivelocks(options) ? {} : { livelocks: false }),
    ...rememberingOf(options),
    ...(checkpoint === undefined
      ? {}
      : { checkpoint: { file: checkpoint, seconds: checkpointEvery } }),
    ...(resume === undefined ? {} : { resume }),
  };
}

function rememberingOf({ exact, bitstate }: ModeOptions): Pick<SearchMode, 'remembering'> {
  if (exact === true) return { remembering: { kind: 'states' } };
  if (bitstate === undefined) return {};
  return { remembering: { kind: 'bits', bytes: bitstate * 2 ** 20 } };
}

/** Bits tell nothing of which state leads where. */
export function seeksLivelocks({ livelock, bitstate }: ModeOptions): boolean {
  return livelock !== false && bitstate === undefined;
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
  options: ModeOptions & {
    readonly fairness?: string | undefined;
    readonly watch?: boolean;
    readonly reduce?: readonly Reduction[];
  },
): void {
  const { livelock, exact, bitstate, checkpoint, checkpointEvery, resume, fairness, watch } =
    options;
  const fair = fairness !== undefined && fairness !== 'none';
  const keeps = checkpoint !== undefined || resume !== undefined;
  const bits = bitstate !== undefined;
  const reduces = (options.reduce ?? []).length > 0;
  const graph = 'Starvation is looked for on the same graph as livelocks.';
  const wholeGraph = 'Reductions are made of the usual search alone.';
  const onePass = 'A checkpoint keeps fingerprints, in the memory of the fast search.';
  if (livelock === false && fair) throw disagreeing('--no-livelock', '--fairness', graph);
  if (bits && fair) throw disagreeing('--bitstate', '--fairness', graph);
  if (bits && exact === true) {
    throw disagreeing('--bitstate', '--exact', 'One remembers whole states, the other a few bits.');
  }
  if (keeps && bits) throw disagreeing('--bitstate', 'a checkpoint', onePass);
  if (keeps && exact === true) throw disagreeing('--exact', 'a checkpoint', onePass);
  if (reduces && bits) throw disagreeing('--bitstate', '--reduce', wholeGraph);
  if (reduces && exact === true) throw disagreeing('--exact', '--reduce', wholeGraph);
  if (reduces && keeps) throw disagreeing('--reduce', 'a checkpoint', wholeGraph);
  if (keeps && watch === true) {
    throw disagreeing('--watch', 'a checkpoint', 'The machine changes with the spec.');
  }
  if (checkpointEvery !== undefined && checkpoint === undefined) {
    throw usageError('KC0043', '--checkpoint-every needs --checkpoint', 'That names the file.');
  }
}

function disagreeing(one: string, other: string, advice: string): KcheckError {
  return usageError('KC0043', `${one} does not go with ${other}`, advice);
}
