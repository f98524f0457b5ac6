/** Which runs a report shows in full, and which of their failures with a trace. */
import type { Failure } from '../checker/result.ts';
import { isUnexpectedFailure } from './outcome.ts';
import type { Run, TraceSelection } from './run.ts';

export function shownRuns(runs: readonly Run[], traces: TraceSelection): readonly Run[] {
  if (runs.length === 1 || traces === 'all') return runs;
  const unexpected = runs.find(isUnexpectedFailure);
  const any = runs.find((run) => run.result.verdict === 'fail');
  const shown = traces === 'first' ? (unexpected ?? any) : unexpected;
  return shown === undefined ? [] : [shown];
}

/** Of a run that is shown. */
export function shownFailures({ result }: Run, traces: TraceSelection): readonly Failure[] {
  return traces === 'all' ? result.failures : result.failures.slice(0, 1);
}
