/** Reads the traces that a file holds: a JSON report, or one trace by itself. */
import type { RecordedEvent, RecordedStep, RecordedTrace } from '../checker/rerun/recorded.ts';
import type { Wanted } from '../checker/rerun/index.ts';
import type { KcheckError } from '../errors.ts';
import type { Parameters } from '../language/loaded-spec.ts';
import { JSON_SCHEMA_VERSION } from '../report/json.ts';
import type { JsonEvent, JsonReport, JsonRun } from '../report/json.ts';
import type { JsonTrace } from '../report/trace-json.ts';
import { usageError } from './errors.ts';
import { readText } from './files.ts';

/** A trace with the run that it is of, as the file has it. */
export interface SavedTrace {
  readonly spec: string;
  readonly version: string;
  readonly configuration: string;
  readonly model: string;
  readonly overrides: Parameters;
  readonly params: Parameters;
  readonly machineHash: string;
  /** What it ends in; null: it was walked by hand. */
  readonly wanted: Wanted | null;
  readonly message: string;
  readonly trace: RecordedTrace;
}

/** The traces of a file in its order; what never happens has none. */
export function readTraces(file: string): readonly SavedTrace[] {
  const document = parsed(file);
  const traces = isReport(document)
    ? document.runs.flatMap((run) => tracesOf(run, file))
    : [traceOf(document, document, file)];
  if (traces.length > 0) return traces;
  const advice = 'No run in it fails with a trace; name a report of a run that does.';
  throw unusable(file, 'it has no trace', advice);
}

function parsed(file: string): JsonReport | JsonTrace {
  const document = parse(file);
  const found = document as Partial<JsonReport & JsonTrace> | null;
  if (found?.schemaVersion !== JSON_SCHEMA_VERSION) {
    throw unusable(file, `it is no report of schema version ${JSON_SCHEMA_VERSION}`);
  }
  if (Array.isArray(found.runs) || Array.isArray(found.trace)) {
    return document as JsonReport | JsonTrace;
  }
  throw unusable(file, 'it has neither runs nor a trace');
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readText(file));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw unusable(file, 'it is not JSON');
  }
}

function isReport(document: JsonReport | JsonTrace): document is JsonReport {
  return 'runs' in document;
}

function tracesOf(run: JsonRun, file: string): readonly SavedTrace[] {
  if (!isList(run?.failures)) throw unusable(file, 'a run in it has no list of failures');
  return run.failures
    .filter((failure) => isWhole(failure, file))
    .filter(({ trace, cycle }) => trace.length + cycle.length > 0)
    .map((failure) => traceOf(run, { failure, ...failure }, file));
}

function isWhole(failure: JsonRun['failures'][number], file: string): boolean {
  if (isList(failure?.trace) && isList(failure.cycle)) return true;
  throw unusable(file, 'a failure in it has no trace');
}

function isList(value: unknown): boolean {
  return Array.isArray(value);
}

function traceOf(
  run: Omit<JsonTrace, 'schemaVersion' | 'failure' | 'trace' | 'cycle'>,
  { failure, trace, cycle }: Pick<JsonTrace, 'failure' | 'trace' | 'cycle'>,
  file: string,
): SavedTrace {
  if (!isList(cycle)) throw unusable(file, 'it does not say what its loop is');
  const names: readonly unknown[] = [run.spec, run.version, run.configuration, run.model];
  const values: readonly unknown[] = [run.overrides, run.params];
  if (names.some((name) => typeof name !== 'string') || !values.every(isObject)) {
    throw unusable(file, 'it does not say which run it is of');
  }
  const loop = stepsOf(cycle, file);
  return {
    spec: run.spec,
    version: run.version,
    configuration: run.configuration,
    model: run.model,
    overrides: run.overrides,
    params: run.params,
    machineHash: run.machine,
    wanted: failure === null ? null : wantedOf(failure, run),
    message: failure?.message ?? '',
    trace: { steps: [...stepsOf(trace, file), ...loop], cycle: loop.length },
  };
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function wantedOf(
  { kind, property, context }: NonNullable<JsonTrace['failure']>,
  { fairness }: Pick<JsonTrace, 'fairness'>,
): Wanted {
  return { kind: kind as Wanted['kind'], property, context, fairness };
}

/** Events of the same step stand next to each other. */
function stepsOf(events: readonly JsonEvent[], file: string): readonly RecordedStep[] {
  const steps: (RecordedStep & { readonly events: RecordedEvent[] })[] = [];
  for (const event of events) {
    const recorded = recordedEvent(event, file);
    const { step, cpu, context } = event;
    if (steps.at(-1)?.step !== step) steps.push({ step, cpu, context, events: [] });
    steps.at(-1)?.events.push(recorded);
  }
  return steps;
}

function recordedEvent(event: JsonEvent, file: string): RecordedEvent {
  if (!isEvent(event)) throw unusable(file, 'its events do not say who did what');
  const { kind, variable, before, after, value, effects, action: words, at } = event;
  const choice = kind === 'choose' && typeof value === 'number' ? value : null;
  return { kind, variable, before, after, choice, effects, words, at };
}

/** What a step is known by is there: without it any trace would fit. */
function isEvent(event: Partial<JsonEvent> | null): boolean {
  return (
    typeof event?.step === 'number' &&
    typeof event.cpu === 'number' &&
    typeof event.context === 'string' &&
    typeof event.kind === 'string' &&
    event.variable !== undefined &&
    isList(event.effects)
  );
}

function unusable(
  file: string,
  why: string,
  advice = 'Write one with kcheck explore … --reporter json=trace.json.',
): KcheckError {
  return usageError('KC0019', `cannot replay ${file}: ${why}`, advice);
}
