/** The `json` reporter: every run, every failure, every event, for scripts. */
import { MODEL_BOUND } from '../checker/result.ts';
import type {
  Explanation,
  Failure,
  MemoryEffect,
  OrderedAccess,
  Reordering,
  Rest,
  TraceEvent,
  TraceStep,
  Unevaluated,
  Waiting,
} from '../checker/result.ts';
import type { KcheckError } from '../errors.ts';
import type { Expectation } from '../language/loaded-spec.ts';
import { spellValue, spelt } from '../checker/rerun/recorded.ts';
import type { SpeltValue } from '../checker/rerun/recorded.ts';
import type { Machine } from '../machine/machine.ts';
import { unreachedPlaces } from './coverage.ts';
import { eventWords, placeOf, readerSite, siteAt } from './describe.ts';
import { explanationSentence } from './explanation.ts';
import { asExpected } from './outcome.ts';
import type { Reporter, Run } from './run.ts';
import { isAccepted, vacuousProperties } from './vacuity.ts';

/** Rises when a field changes its meaning or goes away; new fields leave it alone. */
export const JSON_SCHEMA_VERSION = 1;

export interface JsonReport {
  readonly schemaVersion: typeof JSON_SCHEMA_VERSION;
  readonly runs: readonly JsonRun[];
  /** What kept specs from being run. */
  readonly errors: readonly JsonError[];
}

export interface JsonError {
  /** `KC0110`; `kcheck explain KC0110` has more. */
  readonly code: string;
  readonly message: string;
  /** `file:line:column`. */
  readonly at: string | null;
  readonly advice: string;
}

export interface JsonRun {
  readonly spec: string;
  readonly title: string;
  readonly version: string;
  readonly configuration: string;
  readonly model: string;
  /** Starvation was looked for in schedules that are fair in this sense; null: it was not. */
  readonly fairness: 'weak' | 'strong' | null;
  /** Whether livelocks were looked for. */
  readonly livelocks: boolean;
  readonly params: Readonly<Record<string, unknown>>;
  /** The parameters that `-p` gave. */
  readonly overrides: Readonly<Record<string, unknown>>;
  readonly machine: string;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  /** The failure with the shortest trace. */
  readonly failure: JsonFailure | null;
  readonly failures: readonly JsonFailure[];
  readonly expected: Expectation | null;
  /** Null when the spec expects nothing, or a limit left it open. */
  readonly asExpected: boolean | null;
  /** The verdict and its figures are from an earlier search of the same machine. */
  readonly cached: boolean;
  /** Reductions that were asked for: made, or off for a reason. */
  readonly reductions: JsonReductions;
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly seconds: number;
  readonly memoryBytes: number;
  readonly limits: readonly string[];
  /** `file:line text`. */
  readonly unreached: readonly string[];
  /** Properties that no schedule evaluates. */
  readonly unevaluated: readonly JsonUnevaluated[];
  /** A pass that leaves a property unevaluated which the spec does not accept to be. */
  readonly vacuous: boolean;
  /** A bound of the memory model kept some step from happening. */
  readonly boundReached: boolean;
  readonly missProbability: number;
}

export interface JsonReductions {
  readonly applied: readonly string[];
  readonly off: readonly { readonly name: string; readonly reason: string }[];
}

export interface JsonUnevaluated {
  readonly kind: 'assertion' | 'final';
  readonly property: string;
  readonly at: string | null;
  /** Whether the spec names it in `accept.unreached`. */
  readonly accepted: boolean;
}

export interface JsonFailure {
  readonly kind: string;
  readonly property: string;
  /** The context that starves; null for other failures. */
  readonly context: string | null;
  readonly message: string;
  readonly trace: readonly JsonEvent[];
  readonly cycle: readonly JsonEvent[];
  readonly waiting: readonly JsonWaiting[];
  /** Why the memory model allows the trace; null where it was not asked, or the model is `sc`. */
  readonly explanation: JsonExplanation | null;
}

export interface JsonExplanation {
  /** The sentence that the text report prints. */
  readonly text: string;
  readonly kind: Explanation['kind'];
  /** Where accesses are reordered: with all of `pairs` ordered the trace is impossible. */
  readonly pairs: readonly JsonReordering[];
  readonly further: readonly JsonReordering[];
  readonly rest: Rest | null;
}

export interface JsonReordering {
  readonly cpu: number;
  readonly first: JsonAccess;
  readonly second: JsonAccess;
  /** Any one of these, between the two, keeps them in order. */
  readonly barriers: readonly string[];
}

export interface JsonAccess {
  readonly context: string;
  readonly kind: string;
  readonly variable: string;
  readonly at: string | null;
}

/** One event; the events of one step share its number. */
export interface JsonEvent {
  readonly step: number;
  readonly cpu: number;
  readonly context: string;
  readonly action: string;
  /** What was read, written or chosen: a plain number, a boolean, or the name of a value. */
  readonly value: SpeltValue;
  /** What kind of event; `kcheck replay` finds a step again by this and the three that follow. */
  readonly kind: TraceEvent['kind'];
  readonly variable: string | null;
  /** Its value before and after; of a lock word `free`, or who holds it. */
  readonly before: SpeltValue;
  readonly after: SpeltValue;
  /** `file:line:column`, or null for a step of the memory itself. */
  readonly at: string | null;
  readonly function: string;
  readonly note: string;
  /** What memory did with it, as docs/design/explanation.md defines it; steps and CPUs are numbers. */
  readonly effects: readonly MemoryEffect[];
}

export interface JsonWaiting {
  readonly context: string;
  readonly cpu: number;
  readonly on: string;
  readonly what: string;
  readonly holder: string | null;
  readonly at: string | null;
}

export const json: Reporter = (runs, { errors }) => {
  const report: JsonReport = {
    schemaVersion: JSON_SCHEMA_VERSION,
    runs: runs.map(jsonRun),
    errors: errors.map(jsonError),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
};

function jsonError({ code, message, place, advice }: KcheckError): JsonError {
  const at = place === null ? null : `${place.file}:${place.line}:${place.column}`;
  return { code, message, at, advice };
}

function jsonRun(run: Run): JsonRun {
  const { result } = run;
  const failures = result.failures.map((failure) => jsonFailure(failure, run.machine));
  return {
    spec: run.spec,
    title: run.title,
    version: run.version,
    configuration: run.configuration,
    model: run.model,
    fairness: result.fairness,
    livelocks: result.livelocks ?? true,
    params: run.params,
    overrides: run.overrides ?? {},
    machine: result.machineHash,
    verdict: result.verdict,
    failure: failures[0] ?? null,
    failures,
    expected: run.expected,
    asExpected: asExpected(run),
    cached: run.cached === true,
    reductions: result.reductions,
    states: result.states,
    transitions: result.transitions,
    depth: result.depth,
    seconds: result.seconds,
    memoryBytes: result.peakBytes,
    limits: result.limits,
    unreached: unreachedPlaces(run),
    unevaluated: result.unevaluated.map((each) => jsonUnevaluated(each, run)),
    vacuous: vacuousProperties(run).length > 0,
    boundReached: result.limits.includes(MODEL_BOUND),
    missProbability: result.missProbability,
  };
}

function jsonUnevaluated(unevaluated: Unevaluated, run: Run): JsonUnevaluated {
  const { kind, property } = unevaluated;
  const site = siteAt(unevaluated.site, run.machine);
  const at = site === null ? null : placeOf(site);
  return { kind, property, at, accepted: isAccepted(unevaluated, run) };
}

function jsonFailure(failure: Failure, machine: Machine): JsonFailure {
  return {
    kind: failure.kind,
    property: failure.property,
    context: failure.context ?? null,
    message: [failure.message, failure.detail ?? []].flat().join('; '),
    trace: failure.trace.flatMap((step) => jsonEvents(step, machine)),
    cycle: failure.cycle.flatMap((step) => jsonEvents(step, machine)),
    waiting: failure.waiting.map((waiting) => jsonWaiting(waiting, machine)),
    explanation:
      failure.explanation === undefined
        ? null
        : jsonExplanation(failure.explanation, failure.kind, machine),
  };
}

function jsonExplanation(
  explanation: Explanation,
  failing: Failure['kind'],
  machine: Machine,
): JsonExplanation {
  const text = explanationSentence(explanation, failing, machine);
  const { kind } = explanation;
  if (kind !== 'reordered') return { text, kind, pairs: [], further: [], rest: null };
  const shown = (pairs: readonly Reordering[]): JsonReordering[] =>
    pairs.map(({ cpu, first, second, barriers }) => {
      return {
        cpu,
        first: jsonAccess(first, machine),
        second: jsonAccess(second, machine),
        barriers,
      };
    });
  const { pairs, further, rest } = explanation;
  return { text, kind, pairs: shown(pairs), further: shown(further), rest };
}

function jsonAccess(access: OrderedAccess, machine: Machine): JsonAccess {
  const { context, kind, variable } = access;
  const site = readerSite(access, machine);
  return { context, kind, variable, at: site === null ? null : placeOf(site) };
}

export function jsonEvents(step: TraceStep, machine: Machine): JsonEvent[] {
  return step.events.map((event) => {
    const site = readerSite(event, machine);
    const { variable, before, after } = spelt(event, machine);
    return {
      step: step.step,
      cpu: step.cpu,
      context: step.context,
      action: eventWords(event, machine),
      value: eventValue(event, machine),
      kind: event.kind,
      variable,
      before,
      after,
      at: site === null ? null : placeOf(site),
      function: site?.functionName ?? '',
      note: event.note,
      effects: event.effects ?? [],
    };
  });
}

function eventValue(event: TraceEvent, machine: Machine): JsonEvent['value'] {
  if (event.choice !== null) return event.choice.value;
  const word = event.after ?? event.before;
  if (word === null || event.variable === null) return word;
  return spellValue(word, event.variable.type, machine);
}

function jsonWaiting(waiting: Waiting, machine: Machine): JsonWaiting {
  const site = siteAt(waiting.site, machine);
  const { context, cpu, on, what, holder } = waiting;
  return { context, cpu, on, what, holder, at: site === null ? null : placeOf(site) };
}
