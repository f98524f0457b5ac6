/** What a reporter is given: the runs of a session as data, and how the reader wants to see them. */
import type { CheckResult } from '../checker/result.ts';
import type { KcheckError } from '../errors.ts';
import type { Expectation, Parameters, TableWords } from '../language/loaded-spec.ts';
import type { Machine } from '../machine/machine.ts';
import type { Outline } from './outline.ts';
import type { Paint } from './paint.ts';

/** One explored run: a version of a spec in a configuration under a memory model. */
export interface Run {
  /** The spec's file, as the user named it. */
  readonly spec: string;
  readonly title: string;
  /** How the spec wants its verdicts laid out; null: a row a run. */
  readonly table: TableWords | null;
  readonly version: string;
  /** `''` in a spec that has no configurations. */
  readonly configuration: string;
  readonly model: string;
  readonly params: Parameters;
  /** The parameters that the user gave in place of the spec's; absent: none. */
  readonly overrides?: Parameters;
  /** Null where the spec says nothing of this run, or its parameters were overridden. */
  readonly expected: Expectation | null;
  /** Properties that the spec accepts to be evaluated nowhere, by name or short name. */
  readonly acceptedUnreached: readonly string[];
  /** Of a verdict from the cache it may be staged when it is first read. */
  readonly machine: Machine;
  /** Told where the machine need not be staged; else it is that of the machine. */
  readonly outline?: Outline;
  readonly result: CheckResult;
  /** The result is that of an earlier search of the same machine. */
  readonly cached?: boolean;
}

/**
 * Which counterexamples a report of several runs prints. all: each. first: the first unexpected one,
 * else the first of all. unexpected: the first unexpected one. A single run always shows its own.
 */
export type TraceSelection = 'all' | 'first' | 'unexpected';

export interface ReportOptions {
  readonly traces: TraceSelection;
  /** Every run needs an expectation, and one that has none is told with the line to add. */
  readonly gate: boolean;
  /** Columns that a line may take; a mail keeps 75. */
  readonly width: number;
  readonly paint: Paint;
  /** The text of the specs' files, by the names that places have; absent: not known. */
  readonly sources?: ReadonlyMap<string, string>;
  /** The text of a file below templates/; absent: no report that needs one is written. */
  readonly template?: (name: string) => string;
  /** What kept specs from being run: a report that is all a reader sees has to say so. */
  readonly errors: readonly KcheckError[];
}

/** Turns runs into the whole text of a report, which ends with a line feed. */
export type Reporter = (runs: readonly Run[], options: ReportOptions) => string;
