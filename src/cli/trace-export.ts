/** One counterexample in the format of another tool, on standard output. */
import { pendingOf } from '../checker/hand/contents.ts';
import { interpreterOf } from '../checker/interpreter.ts';
import { referenceModels } from '../checker/reference/index.ts';
import { endOf } from '../checker/rerun/index.ts';
import { recordedSteps } from '../checker/rerun/recorded.ts';
import { stepsTo } from '../checker/rerun/ways.ts';
import type { Failure } from '../checker/result.ts';
import { LitmusRefusal, traceFormats } from '../report/formats/index.ts';
import type { BufferedStore, TracedFailure } from '../report/formats/index.ts';
import { isUnexpectedFailure, shortName, unexpectedFailures } from '../report/outcome.ts';
import type { Run } from '../report/run.ts';
import { usageError } from './errors.ts';

/** The trace of the first failure that the spec does not expect, else of the first; null: there is none. */
export function exportedTrace(
  runs: readonly Run[],
  format: string,
  property: string | null,
): string | null {
  const chosen = chosenFailure(runs, property);
  if (chosen === null) return null;
  const write = traceFormats.get(format);
  if (write === undefined) throw new Error(`no format ${format}`);
  try {
    return write(traced(chosen.run, chosen.failure));
  } catch (error) {
    if (!(error instanceof LitmusRefusal)) throw error;
    const name = shortName(chosen.failure.property);
    const advice = 'Choose another failure with --property, or --format mermaid.';
    throw usageError('KC0022', `the trace of ${name} is no litmus test: ${error.message}`, advice);
  }
}

interface Chosen {
  readonly run: Run;
  readonly failure: Failure;
}

function chosenFailure(runs: readonly Run[], property: string | null): Chosen | null {
  const all = runs.flatMap((run) =>
    run.result.failures
      .filter(({ trace, cycle }) => trace.length + cycle.length > 0)
      .filter((failure) => property === null || isNamed(failure, property))
      .map((failure) => ({ run, failure })),
  );
  const news = all.find(
    ({ run, failure }) => isUnexpectedFailure(run) && unexpectedFailures(run).includes(failure),
  );
  return news ?? all[0] ?? null;
}

function isNamed({ property, kind }: Failure, name: string): boolean {
  return [property, shortName(property), kind].includes(name);
}

/** The states come from the plain interpreter, which walks the trace again. */
function traced(run: Run, failure: Failure): TracedFailure {
  const { machine } = run;
  const reference = referenceModels.get(run.model);
  if (reference === undefined) throw new Error(`no interpreter of ${run.model}`);
  const interpreter = interpreterOf(machine, reference);
  const none = { words: '', at: null };
  const steps = recordedSteps([...failure.trace, ...failure.cycle], machine, () => none);
  const end = endOf(interpreter, steps, failure);
  if (end === null) throw new Error('a counterexample that the interpreter cannot walk');
  const ways = stepsTo(end).filter(
    ({ by }) => by?.result.kind === 'state' || by?.result.state !== undefined,
  );
  const states = [interpreter.initialState(), ...ways.map(({ state }) => state)];
  // A step that fails, or that goes on to where it was, leaves everything as it is.
  const last = states.at(-1) ?? interpreter.initialState();
  const missing = Math.max(0, steps.length + 1 - states.length);
  states.push(...Array.from({ length: missing }, () => last));
  const buffers = states.map((state): readonly BufferedStore[] =>
    pendingOf(interpreter, state).flatMap(({ cpu, variable }) =>
      variable?.value === undefined || variable.value === null
        ? []
        : [{ cpu, variable: variable.name, value: variable.value }],
    ),
  );
  return { run, failure, states, buffers };
}
