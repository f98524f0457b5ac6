/** The words of `kcheck step`: what can happen next, where everybody stands, what memory holds. */
import type { Coherence, Pending, Value } from '../checker/hand/contents.ts';
import type { Fails } from '../checker/rerun/fails.ts';
import type { Failure, TraceEvent, TraceStep, Waiting } from '../checker/result.ts';
import { formatValue } from '../machine/format.ts';
import type { Machine, Site } from '../machine/machine.ts';
import { shownEvents, traceColumns } from './columns.ts';
import { describeEvent, inFunction, lineOf, readerSite } from './describe.ts';
import { failureTitle, waitingWords } from './failure.ts';
import { wrap } from './words.ts';

/** `  3  CPU1 reader: flag -> 1   mp.ts:14`. */
export function choiceLines(
  number: number,
  step: TraceStep,
  machine: Machine,
  width: number,
): string[] {
  const label = `${String(number).padStart(3)}  `;
  return wrap(`${label}${stepWords(step, machine)}`, width, label.length + 2);
}

/** `CPU1 reader: flag -> 1   mp.ts:14`. */
export function stepWords(step: TraceStep, machine: Machine): string {
  const cpu = machine.cpus[step.cpu] ?? `CPU${step.cpu}`;
  const who = step.context === '' ? `memory of ${cpu}` : `${cpu} ${step.context}`;
  const events = shownEvents(step);
  const words = events.map((event) => describeEvent(event, machine)).join('; ');
  const place = placeOfStep(events, machine);
  return `${who}: ${words}${place === null ? '' : `   ${lineOf(place)}${inFunction(place)}`}`;
}

function placeOfStep(events: readonly TraceEvent[], machine: Machine): Site | null {
  for (const event of events) {
    const site = readerSite(event, machine);
    if (site !== null) return site;
  }
  return null;
}

export function waitingLines(
  waiting: readonly Waiting[],
  machine: Machine,
  width: number,
): string[] {
  return waiting.flatMap((each) => wrap(`     ${waitingWords(each, machine)}`, width, 9));
}

export function failsLines(fails: readonly Fails[], width: number): string[] {
  return fails.flatMap((each) => wrap(`*** ${failureTitle(asFailure(each, []))} ***`, width, 4));
}

/** What the walk would be, were it a counterexample. */
export function asFailure(fails: Fails, trace: readonly TraceStep[]): Failure {
  return { ...fails, trace, cycle: [], doomedFrom: null };
}

/** The walk so far, in columns. */
export function walkLines(steps: readonly TraceStep[], machine: Machine, width: number): string[] {
  if (steps.length === 0) return ['no step yet'];
  const fails: Fails = { kind: 'assertion', property: '', message: '', waiting: [] };
  return traceColumns(asFailure(fails, steps), machine, width);
}

/** `*`: changed by the last step. */
export function valueLines(
  values: readonly Value[],
  before: readonly Value[] | null,
  machine: Machine,
): string[] {
  const longest = Math.max(0, ...values.map(({ name }) => name.length));
  return values.map((each, index) => {
    const changed = before !== null && before[index]?.value !== each.value;
    return ` ${changed ? '*' : ' '} ${each.name.padEnd(longest)}  ${valueWords(each, machine)}`;
  });
}

function valueWords({ value, type, name }: Value, machine: Machine): string {
  if (value === null) return 'not known yet';
  const isLock = machine.locations.some((cell) => cell.lock && cell.name === name);
  if (!isLock) return formatValue(value, type, machine);
  return value === 0 ? 'free' : `held by ${machine.contexts[value - 1]?.name ?? String(value)}`;
}

/** Store buffers, and accesses that are put off, by CPU. */
export function pendingLines(
  pending: readonly Pending[],
  model: string,
  machine: Machine,
  width: number,
): string[] {
  const words = model === 'tso' ? 'store buffer' : 'put off';
  return machine.cpus.flatMap((name, cpu) => {
    const own = pending
      .filter((each) => each.cpu === cpu)
      .map((each) => pendingWords(each, machine));
    return wrap(`   ${name}  ${words}: ${own.length === 0 ? 'empty' : own.join(', ')}`, width, 7);
  });
}

function pendingWords({ kind, variable }: Pending, machine: Machine): string {
  if (variable === null) return `a ${kind} whose address is not known yet`;
  if (kind === 'load') return `load of ${variable.name}`;
  return `${variable.name} = ${valueWords(variable, machine)}`;
}

/** The writes of each location, oldest first. */
export function coherenceLines(
  coherence: readonly Coherence[],
  machine: Machine,
  width: number,
): string[] {
  return coherence.flatMap(({ name, writes }) => {
    const words = writes.map((write) => {
      const by = write.cpu === null ? '' : ` (${machine.cpus[write.cpu] ?? ''})`;
      return valueWords(write, machine) + by;
    });
    return wrap(`   ${name}: ${words.join(', ')}`, width, 7);
  });
}
