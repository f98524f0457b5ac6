/**
 * A trace in columns by CPU, in the manner of lockdep's reports: one line an event, in the column of
 * the CPU that it happened on, the step's number at the left. Only one column is used on a line, so
 * a long event runs on to the right edge, and breaks only there.
 *
 * A line `[T1]` says that another context runs on the CPU from here on; `f():` that what follows
 * happens in the kernel's function f, `back in f():` that a call made by f has returned. The steps of
 * a livelock's loop stand behind a bar.
 */
import type { Failure, TraceEvent, TraceStep } from '../checker/result.ts';
import type { Machine, Site } from '../machine/machine.ts';
import { describeEvent, readerSite, siteAt } from './describe.ts';
import { wrap } from './words.ts';

export function traceColumns(failure: Failure, machine: Machine, width: number): string[] {
  const steps = [...failure.trace, ...failure.cycle];
  if (steps.length === 0) return [];
  const layout = layOut(steps, machine, width);
  const told: Told = { context: new Map(layout.firstContext), calls: new Map() };
  const lines = [...header(layout), ...stepLines(failure.trace, failure, layout, told, machine)];
  if (failure.cycle.length === 0) return lines;
  return [...lines, ...loopLines(failure.cycle, layout, told, machine)];
}

/** Where things stand on a line. */
interface Layout {
  readonly width: number;
  /** Columns taken by the step's number and the bar of a loop. */
  readonly gutter: number;
  /** Where the column of each CPU in the trace begins. */
  readonly offsets: ReadonlyMap<number, number>;
  readonly labels: ReadonlyMap<number, string>;
  /** Contexts that the header names, by CPU. */
  readonly firstContext: ReadonlyMap<number, string>;
}

/** What the reader of the lines so far knows: who runs on each CPU, and where each context is. */
interface Told {
  readonly context: Map<number, string>;
  readonly calls: Map<string, readonly string[]>;
}

/** The last column keeps this many characters, for it cannot run on to the right. */
const LAST_COLUMN = 30;
const CALL_INDENT = 2;

function layOut(steps: readonly TraceStep[], machine: Machine, width: number): Layout {
  const cpus = [...new Set(steps.map((step) => step.cpu))].toSorted((a, b) => a - b);
  const digits = Math.max(3, String(steps.at(-1)?.step ?? 0).length);
  const gutter = digits + 3;
  const pitch = columnPitch(cpus.length, width - gutter);
  const firstContext = new Map<number, string>();
  const labels = new Map<number, string>();
  for (const [column, cpu] of cpus.entries()) {
    const name = machine.cpus[cpu] ?? `CPU${cpu}`;
    const context = firstOn(cpu, steps);
    const label = context === null ? name : `${name} ${context}`;
    const fits = column === cpus.length - 1 || label.length < pitch;
    labels.set(cpu, fits ? label : name);
    if (fits && context !== null) firstContext.set(cpu, context);
  }
  const offsets = new Map(cpus.map((cpu, column) => [cpu, gutter + column * pitch]));
  return { width, gutter, offsets, labels, firstContext };
}

function columnPitch(columns: number, room: number): number {
  if (columns === 1) return room;
  const last = Math.floor((room - LAST_COLUMN) / (columns - 1));
  return Math.max(2, Math.min(Math.floor(room / columns), last));
}

/** The first context that steps on a CPU by itself. */
function firstOn(cpu: number, steps: readonly TraceStep[]): string | null {
  return steps.find((step) => step.cpu === cpu && step.context !== '')?.context ?? null;
}

function header(layout: Layout): string[] {
  let names = '';
  let rules = '';
  for (const [cpu, offset] of layout.offsets) {
    const label = layout.labels.get(cpu) ?? '';
    names = names.padEnd(offset) + label;
    rules = rules.padEnd(offset) + '-'.repeat(label.length);
  }
  return [names, rules];
}

function stepLines(
  steps: readonly TraceStep[],
  failure: Failure,
  layout: Layout,
  told: Told,
  machine: Machine,
): string[] {
  return steps.flatMap((step, index) => {
    const lines = linesOf(step, ' ', layout, told, machine);
    return index === failure.doomedFrom ? [...lines, ...doomLines(failure, layout)] : lines;
  });
}

/** The message of a livelock says who can never do what. */
function doomLines({ message }: Failure, { width }: Layout): string[] {
  return wrap(`--- from here ${message} ---`, width, 4);
}

function loopLines(
  cycle: readonly TraceStep[],
  layout: Layout,
  told: Told,
  machine: Machine,
): string[] {
  const corner = ' '.repeat(layout.gutter - 2);
  const body = cycle.flatMap((step) => linesOf(step, '|', layout, told, machine));
  const first = cycle[0]?.step ?? 0;
  return [`${corner}.-> for ever:`, ...body, `${corner}'-- back to step ${first}`];
}

function linesOf(
  step: TraceStep,
  bar: ' ' | '|',
  layout: Layout,
  told: Told,
  machine: Machine,
): string[] {
  let number: string = String(step.step);
  const lines: string[] = [];
  for (const event of shownEvents(step)) {
    for (const [kind, text] of rowsOf(event, step, told, machine)) {
      const shown = kind === 'event' ? number : '';
      lines.push(...place(text, shown, bar, step.cpu, layout));
      if (kind === 'event') number = '';
    }
  }
  return lines;
}

/** What only asks (a ghost read, a wait that holds, a mark) is left out where something happens. */
export function shownEvents({ events }: Pick<TraceStep, 'events'>): readonly TraceEvent[] {
  const happening = events.filter(({ kind }) => !ASKING.has(kind));
  return happening.length === 0 ? events : happening;
}

const ASKING: ReadonlySet<TraceEvent['kind']> = new Set(['get', 'wait', 'mark']);

type Row = readonly [kind: 'heading' | 'event', text: string];

/** The event's line, after a heading if it happens in another context or function than the last. */
function rowsOf(event: TraceEvent, step: TraceStep, told: Told, machine: Machine): Row[] {
  const words = describeEvent(event, machine);
  if (step.context === '' || event.kind === 'internal') return [['event', words]];
  const switched = told.context.get(step.cpu) !== step.context;
  const calls = callChain(readerSite(event, machine), machine);
  const before = told.calls.get(step.context) ?? [];
  told.context.set(step.cpu, step.context);
  told.calls.set(step.context, calls);

  const heading = [
    ...(switched ? [`[${step.context}]`] : []),
    ...functionHeading(calls, before, switched),
  ].join(' ');
  const indent = ' '.repeat(functionOf(calls) === '' ? 0 : CALL_INDENT);
  const row: Row = ['event', indent + words];
  return heading === '' ? [row] : [['heading', heading], row];
}

function functionHeading(
  calls: readonly string[],
  before: readonly string[],
  switched: boolean,
): string[] {
  const name = functionOf(calls);
  const same = calls.join(' ') === before.join(' ');
  if (name === '' || (same && !switched)) return [];
  const returned = before.length > calls.length && calls.every((call, i) => before[i] === call);
  return [returned ? `back in ${name}():` : `${name}():`];
}

/** The inlined calls around a place, outermost first, each as `function@call site`. */
function callChain(site: Site | null, machine: Machine): string[] {
  const chain: string[] = [];
  for (let at = site; at !== null; at = siteAt(at.caller, machine)) {
    if (at.functionName !== '') chain.unshift(`${at.functionName}@${at.caller ?? ''}`);
  }
  return chain;
}

function functionOf(calls: readonly string[]): string {
  return calls.at(-1)?.replace(/@.*$/, '') ?? '';
}

function place(text: string, number: string, bar: string, cpu: number, layout: Layout): string[] {
  const offset = layout.offsets.get(cpu) ?? layout.gutter;
  const indent = /^ */.exec(text)?.[0].length ?? 0;
  return wrap(text, layout.width - offset, indent + 2).map((line, index) => {
    const step = (index === 0 ? number : '').padStart(layout.gutter - 3);
    return `${step} ${bar} `.padEnd(offset) + line;
  });
}
