import type { Fairness } from '../machine/fairness.ts';
import type { Progress } from './result.ts';

export interface CheckOptions {
  /** Look for starvation in schedules that are fair in this sense; null or absent: do not. */
  readonly fairness?: Fairness | null;
  /** Stop after this many distinct states; null: no limit. */
  readonly maxStates: number | null;
  /** Stop after this many seconds; null: no limit. */
  readonly timeoutSeconds: number | null;
  /** Stop when the search holds more than this many bytes. */
  readonly maxBytes: number;
  /** Called some ten times a second, between steps. */
  readonly onProgress: ((progress: Progress) => void) | null;
  /** Threads of the search; absent: this one alone. */
  readonly workers?: number;
  /** Stops the search soon after it is aborted; the result then has the limit `interrupted`. */
  readonly signal: AbortSignal | null;
}
