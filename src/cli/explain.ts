/** The failures whose traces a report will show, with why they are possible. */
import type { CheckOptions } from '../checker/options.ts';
import type { Failure } from '../checker/result.ts';
import type { Run, TraceSelection } from '../report/run.ts';
import { shownFailures, shownRuns } from '../report/selection.ts';
import type { Engine } from './engine.ts';
import { withInterrupt } from './interrupt.ts';
import type { Limits } from './session.ts';

/** After an interrupt the rest goes without. */
export async function explained(
  runs: readonly Run[],
  traces: TraceSelection,
  limits: Limits,
  engine: Engine,
): Promise<readonly Run[]> {
  const shown = new Set(shownRuns(runs, traces));
  const { value } = await withInterrupt(async (signal) => {
    const options = { ...limits, onProgress: null, signal };
    const result: Run[] = [];
    for (const run of runs) {
      result.push(shown.has(run) ? await explainedRun(run, traces, options, engine) : run);
    }
    return result;
  });
  return value;
}

async function explainedRun(
  run: Run,
  traces: TraceSelection,
  options: CheckOptions,
  engine: Engine,
): Promise<Run> {
  const shown = new Set(shownFailures(run, traces));
  const failures: Failure[] = [];
  for (const failure of run.result.failures) {
    failures.push(
      shown.has(failure) ? await explainedFailure(run, failure, options, engine) : failure,
    );
  }
  return { ...run, result: { ...run.result, failures } };
}

async function explainedFailure(
  { machine, model: name, result }: Run,
  failure: Failure,
  options: CheckOptions,
  engine: Engine,
): Promise<Failure> {
  const model = (await engine.memoryModels()).get(name);
  if (model === undefined || options.signal?.aborted === true) return failure;
  const explanation = await engine.explain(machine, model, failure, result.states, options);
  return explanation === null ? failure : { ...failure, explanation };
}
