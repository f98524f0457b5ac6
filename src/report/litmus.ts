/** What the reporters of litmus tests are given, and those reporters by name. */
import type { LitmusProgram, Outcome } from '../litmus/index.ts';
import { litmusJson } from './litmus-json.ts';
import { litmusText } from './litmus-text.ts';

/** A litmus test under a memory model. */
export interface LitmusRun {
  /** The file that holds the test, as the user named it. */
  readonly file: string;
  readonly name: string;
  /** `''` for a text that is no litmus test, so that no model is meant for it. */
  readonly model: string;
  /** Null where the test was refused or its states are not all known; `error` says why. */
  readonly outcome: LitmusOutcome | null;
  /** Distinct states of the machine, final or not. */
  readonly explored: number;
  readonly seconds: number;
  readonly error: string | null;
  /** What the collection says of the test; null where it says nothing. */
  readonly expected: LitmusExpectation | null;
}

interface LitmusOutcome extends Outcome {
  readonly program: LitmusProgram;
  /** As herd7 names them: `data-race`. */
  readonly flags: readonly string[];
}

export interface LitmusExpectation {
  readonly observation: Outcome['observation'] | null;
  readonly states: readonly string[] | null;
}

export interface LitmusReportOptions {
  /** Each test stands under several models, so a block has to say which is its own. */
  readonly severalModels: boolean;
}

/** A report is what `each` gives of every run as it ends, and then what `end` gives of all. */
export interface LitmusReporter {
  readonly each: (run: LitmusRun, options: LitmusReportOptions) => string;
  readonly end: (runs: readonly LitmusRun[]) => string;
  /** Whether `end` says how the runs compare with what is expected of them. */
  readonly summarises: boolean;
}

export const litmusReporters: ReadonlyMap<string, LitmusReporter> = new Map([
  ['text', litmusText],
  ['json', litmusJson],
]);
