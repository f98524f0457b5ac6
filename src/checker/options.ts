import type { Fairness } from '../machine/fairness.ts';
import type { Reduction } from './reductions.ts';
import type { Progress } from './result.ts';
import type { Storage } from './storage.ts';
import type { Remembering } from './visited-states.ts';

export interface CheckOptions {
  /** Look for starvation in schedules that are fair in this sense; null or absent: do not. */
  readonly fairness?: Fairness | null;
  /** False: livelocks are not looked for, which takes less memory; absent: they are. */
  readonly livelocks?: boolean;
  /** What is remembered of a state that was met; absent: its fingerprint. */
  readonly remembering?: Remembering;
  /** Leave out what cannot change the verdict, in these ways; absent: in none. */
  readonly reductions?: readonly Reduction[];
  /** Stop after this many distinct states; null: no limit. */
  readonly maxStates: number | null;
  /** Stop after this many seconds; null: no limit. */
  readonly timeoutSeconds: number | null;
  /** What searches before, of the same run, have spent of it; absent: nothing. */
  readonly secondsSpent?: number;
  /** Stop when the search holds more than this many bytes. */
  readonly maxBytes: number;
  /** Generated code is optimised before it runs: some milliseconds, for which a search of 10,000 states pays. */
  readonly optimises?: boolean;
  /** Called some ten times a second, between steps. */
  readonly onProgress: ((progress: Progress) => void) | null;
  /** Threads of the search; absent: this one alone. */
  readonly workers?: number;
  /** Stops the search soon after it is aborted; the result then has the limit `interrupted`. */
  readonly signal: AbortSignal | null;
  /** Write the search down in this file every so often, and when it is stopped. */
  readonly checkpoint?: { readonly file: string; readonly seconds: number } | null;
  /** Go on with the search of a checkpoint. */
  readonly resume?: string | null;
  /** Opens files, where states that wait may go; absent or null: everything stays in memory. */
  readonly storage?: Storage | null;
  /** The folder of those files; absent or null: the system's for temporary ones. */
  readonly spillDirectory?: string | null;
  /** States that wait stay in memory up to so many bytes; absent: a share of `maxBytes`. */
  readonly spillBytes?: number;
}
