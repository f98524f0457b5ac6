/** One failure as text: its trace in columns, what it comes to, who waits for whom, and where. */
import type { Failure, TraceStep, Waiting } from '../checker/result.ts';
import type { Machine, Site } from '../machine/machine.ts';
import { traceColumns } from './columns.ts';
import { explanationSentence } from './explanation.ts';
import { inFunction, lineOf, placeOf, readerSite, siteAt } from './describe.ts';
import { count, wrap } from './words.ts';

export function failureLines(failure: Failure, machine: Machine, width: number): string[] {
  const columns = traceColumns(failure, machine, width);
  const after = conclusionLines(failure, machine, width);
  return columns.length === 0 ? after : [...columns, '', ...after];
}

/** What the trace comes to. */
export function conclusionLines(failure: Failure, machine: Machine, width: number): string[] {
  return [
    ...conclusion(failure, width),
    ...(failure.detail === undefined ? [] : wrap(`    ${failure.detail}`, width, 6)),
    ...spinners(failure, machine).flatMap((line) => wrap(line, width, 6)),
    ...waitingLines(failure, machine).flatMap((line) => wrap(line, width, 6)),
    ...placeLines(failure, machine, width),
    ...explanationLines(failure, machine, width),
  ];
}

/** `livelock: T0 can no longer finish (14 steps)`. */
export function failureTitle(failure: Failure): string {
  const length = failure.trace.length + failure.cycle.length;
  const steps = length === 0 ? '' : ` (${count(length, 'step')})`;
  return `${headline(failure)}${steps}`;
}

/** The property, unless the message says it already, and the message. */
function headline(failure: Failure): string {
  const { property, message } = failure;
  return message.includes(property) ? message : `${property}: ${message}`;
}

const KIND_TITLES: Readonly<Record<Failure['kind'], string>> = {
  deadlock: 'DEADLOCK',
  livelock: 'LIVELOCK',
  starvation: 'STARVATION',
  assertion: 'ASSERTION',
  invariant: 'INVARIANT',
  final: 'FINAL STATE',
  sometimes: 'NEVER HAPPENS',
  race: 'DATA RACE',
  error: 'ERROR',
};

function conclusion(failure: Failure, width: number): string[] {
  const title = KIND_TITLES[failure.kind];
  const words = headline(failure).replace(`${failure.kind}: `, '');
  return wrap(`*** ${title}: ${words} ***`, width, 4);
}

/** Of a loop: the contexts that step in it, and where; who starves comes first. */
function spinners(failure: Failure, machine: Machine): string[] {
  const stepping = failure.cycle.filter((step) => step.context !== '');
  const contexts = new Map(stepping.map((step) => [step.context, step]));
  const starves = (step: TraceStep): number => (step.context === failure.context ? 0 : 1);
  const inOrder = [...contexts.values()].toSorted((a, b) => starves(a) - starves(b));
  return inOrder.flatMap((step) => {
    const site = lastSite([step], machine);
    return site === null
      ? []
      : [`    ${onCpu(step.context, step.cpu)} loops${inFunction(site)}, ${lineOf(site)}`];
  });
}

function waitingLines(failure: Failure, machine: Machine): string[] {
  const circle = waitingCircle(failure.waiting);
  return [
    ...failure.waiting.map((waiting) => `    ${waitingWords(waiting, machine)}`),
    ...(circle.length === 0 ? [] : [`    a circle: ${circle.join(' -> ')}`]),
  ];
}

export function waitingWords(waiting: Waiting, machine: Machine): string {
  const site = siteAt(waiting.site, machine);
  const place = site === null ? '' : `, ${lineOf(site)}${inFunction(site)}`;
  return `${onCpu(waiting.context, waiting.cpu)} ${waitsFor(waiting)}${place}`;
}

function waitsFor(waiting: Waiting): string {
  const held = waiting.holder === null ? '' : `, held by ${waiting.holder}`;
  switch (waiting.on) {
    case 'lock':
      return `waits for ${waiting.what}${held}`;
    case 'condition':
      return `waits for: ${waiting.what}${held}`;
    case 'guard':
      return `may not run: ${waiting.what}${held}`;
  }
}

/** Contexts of which each waits for what the next holds, the first of them again at the end. */
function waitingCircle(waiting: readonly Waiting[]): string[] {
  const holders = new Map(waiting.map((each) => [each.context, each.holder]));
  for (const start of holders.keys()) {
    const path = [start];
    let next = holders.get(start) ?? null;
    while (next !== null && !path.includes(next)) {
      path.push(next);
      next = holders.get(next) ?? null;
    }
    if (next === start) return [...path, start];
  }
  return [];
}

function explanationLines(
  { explanation, kind }: Failure,
  machine: Machine,
  width: number,
): string[] {
  if (explanation === undefined) return [];
  return wrap(explanationSentence(explanation, kind, machine), width, 0);
}

/** The source line that failed; those of a livelock, a starvation and a deadlock stand with those who wait. */
function placeLines(failure: Failure, machine: Machine, width: number): string[] {
  const site = failingSite(failure, machine);
  if (site === null) return [];
  return wrap(`    ${placeOf(site)}${inFunction(site)}: ${site.text}`, width, 6);
}

export function failingSite(failure: Failure, machine: Machine): Site | null {
  switch (failure.kind) {
    case 'livelock':
    case 'starvation':
    case 'deadlock':
    case 'race': // The message names both places.
      return null;
    case 'assertion':
    case 'error':
      return lastSite(failure.trace, machine);
    case 'invariant':
    case 'final':
    case 'sometimes': {
      const property = machine.properties.find((each) => each.name === failure.property);
      return property === undefined ? null : siteAt(property.site, machine);
    }
  }
}

export function lastSite(steps: readonly TraceStep[], machine: Machine): Site | null {
  const event = steps.flatMap((step) => step.events).findLast((each) => each.site !== null);
  return event === undefined ? null : readerSite(event, machine);
}

function onCpu(context: string, cpu: number): string {
  return cpu < 0 ? context : `${context} on CPU${cpu}`;
}
