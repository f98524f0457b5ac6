/** What came of a trace that was executed again, as text. */
import type { Rerun, Stop } from '../checker/rerun/index.ts';
import type { Failure, TraceEvent } from '../checker/result.ts';
import type { Machine } from '../machine/machine.ts';
import { traceColumns } from './columns.ts';
import { eventWords, placeOf, readerSite } from './describe.ts';
import { failureLines, failureTitle, waitingWords } from './failure.ts';
import { count, wrap } from './words.ts';

export interface Replayed {
  readonly title: string;
  /** `version V0  configuration fork  model sc`. */
  readonly run: string;
  readonly machine: Machine;
  readonly rerun: Rerun;
  /** Steps of the recorded trace, and how many of them, the last, are its loop. */
  readonly recorded: { readonly steps: number; readonly cycle: number };
  /** What the trace was recorded for; null: it was walked by hand. */
  readonly was: { readonly property: string; readonly message: string } | null;
  /** What is not as it was: parameters, the machine. */
  readonly changes: readonly string[];
}

/** `whole`: with the schedule, not its outcome alone. */
export function replayLines(replayed: Replayed, whole: boolean, width: number): string[] {
  const { title, run, changes } = replayed;
  const failure = failureOf(replayed);
  const head = wrap(`${title}  ${run}  ${verdictWords(replayed, failure)}`, width, 4);
  const schedule = whole ? scheduleLines(replayed, failure, width) : [];
  const rest = [
    ...stopLines(replayed, width),
    ...wasLines(replayed, width),
    ...changes.flatMap((line) => wrap(`  ${line}`, width, 4)),
  ];
  const parts = schedule.length === 0 ? [[...head, ...rest]] : [head, schedule, rest];
  return parts
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function verdictWords({ rerun, recorded, was }: Replayed, failure: Failure | null): string {
  const title = failure === null ? '' : `  ${failureTitle(failure)}`;
  const steps = count(recorded.steps, 'step');
  switch (rerun.outcome) {
    case 'same':
      return `FAILS AS BEFORE${title}`;
    case 'other':
      return `${was === null ? 'FITS, AND FAILS' : 'FAILS OTHERWISE'}${title}`;
    case 'passes':
      return was === null ? `FITS  (${steps})` : `NO LONGER FAILS  (all ${steps} fit)`;
    case 'stops':
      return `DOES NOT FIT  at step ${rerun.stop?.step.step ?? 0} of ${recorded.steps}`;
    case 'open':
      return 'OPEN  a limit was met before it was known';
  }
}

function failureOf({ rerun: { fails, steps }, recorded }: Replayed): Failure | null {
  if (fails === null) return null;
  // A loop is told as such where the machine took its steps one by one.
  const cycle = steps.length === recorded.steps ? recorded.cycle : 0;
  const wayIn = steps.length - cycle;
  const trace = steps.slice(0, wayIn);
  return { ...fails, trace, cycle: steps.slice(wayIn), doomedFrom: null };
}

function scheduleLines(
  { rerun, machine }: Replayed,
  failure: Failure | null,
  width: number,
): string[] {
  if (failure !== null) return failureLines(failure, machine, width);
  const columns = traceColumns(asTrace(rerun), machine, width);
  if (rerun.stop === null) return columns;
  return columns.length === 0 ? [] : [...columns, '--- here the trace stops fitting ---'];
}

/** Steps that end in no failure, for the columns. */
function asTrace({ steps }: Rerun): Failure {
  const nothing = { cycle: [], waiting: [], doomedFrom: null };
  return { kind: 'assertion', property: '', message: '', trace: steps, ...nothing };
}

function stopLines({ rerun: { stop }, machine }: Replayed, width: number): string[] {
  if (stop === null) return [];
  const { step } = stop;
  const cpu = machine.cpus[step.cpu] ?? `CPU${step.cpu}`;
  const who = step.context === '' ? `memory of ${cpu}` : `${cpu} ${step.context}`;
  const can = `step ${step.step}: ${who} can no longer ${impossibleWords(stop)}`;
  return [...wrap(can, width, 4), ...wrap(`    ${insteadWords(stop, machine)}`, width, 6)];
}

function impossibleWords({ step, event }: Stop): string {
  const recorded = event === null ? undefined : step.events[event];
  if (recorded === undefined) return 'end the step where it did';
  return `do: ${recorded.words}${recorded.at === null ? '' : `, ${recorded.at}`}`;
}

function insteadWords({ step, instead }: Stop, machine: Machine): string {
  switch (instead.kind) {
    case 'absent':
      return `the spec has no context named ${step.context}`;
    case 'finished':
      return `${step.context} has come to its end`;
    case 'waits':
      return waitingWords(instead.waiting, machine);
    case 'nothing':
      return 'nothing of the sort waits to take effect';
    case 'steps':
      return `it does instead: ${eventsWords(instead.events, machine)}`;
  }
}

function eventsWords(events: readonly TraceEvent[], machine: Machine): string {
  const place = events.map((event) => readerSite(event, machine)).find((site) => site !== null);
  const words = events.map((event) => eventWords(event, machine)).join('; ');
  const at = place === undefined ? '' : `, ${placeOf(place)}`;
  return `${words === '' ? 'a step that touches nothing' : words}${at}`;
}

function wasLines({ rerun: { outcome }, was }: Replayed, width: number): string[] {
  if (was === null || outcome === 'same') return [];
  const { property, message } = was;
  const words = message.includes(property) ? message : `${property}: ${message}`;
  return wrap(`  it was recorded for: ${words}`, width, 4);
}
