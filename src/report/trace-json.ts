/** One trace by itself, as `kcheck step` and `kcheck sim` save it and `kcheck replay` reads it. */
import type { Failure, TraceStep } from '../checker/result.ts';
import { jsonEvents } from './json.ts';
import type { JsonEvent, JsonRun } from './json.ts';
import type { Run } from './run.ts';

/** Rises when a field changes its meaning or goes away; new fields leave it alone. */
export const TRACE_SCHEMA_VERSION = 1;

export interface JsonTrace extends Pick<
  JsonRun,
  | 'spec'
  | 'title'
  | 'version'
  | 'configuration'
  | 'model'
  | 'fairness'
  | 'params'
  | 'overrides'
  | 'machine'
> {
  readonly schemaVersion: typeof TRACE_SCHEMA_VERSION;
  /** What it ends in; null: it was walked by hand. */
  readonly failure: {
    readonly kind: string;
    readonly property: string;
    readonly context: string | null;
    readonly message: string;
  } | null;
  readonly trace: readonly JsonEvent[];
  /** The loop of a livelock or a starvation; else empty. */
  readonly cycle: readonly JsonEvent[];
}

/** The run that a trace is of. */
export type TracedRun = Pick<
  Run,
  'spec' | 'title' | 'version' | 'configuration' | 'model' | 'params' | 'overrides' | 'machine'
> & { readonly fairness: JsonTrace['fairness']; readonly machineHash: string };

export function failureTrace(run: TracedRun, failure: Failure): string {
  const { kind, property, context = null, message } = failure;
  return written(run, { kind, property, context, message }, failure.trace, failure.cycle);
}

/** A walk that ends in no failure. */
export function walkTrace(run: TracedRun, steps: readonly TraceStep[]): string {
  return written(run, null, steps, []);
}

function written(
  run: TracedRun,
  failure: JsonTrace['failure'],
  trace: readonly TraceStep[],
  cycle: readonly TraceStep[],
): string {
  const { spec, title, version, configuration, model, fairness, params, machine } = run;
  const document: JsonTrace = {
    schemaVersion: TRACE_SCHEMA_VERSION,
    spec,
    title,
    version,
    configuration,
    model,
    fairness,
    params,
    overrides: run.overrides ?? {},
    machine: run.machineHash,
    failure,
    trace: trace.flatMap((step) => jsonEvents(step, machine)),
    cycle: cycle.flatMap((step) => jsonEvents(step, machine)),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
