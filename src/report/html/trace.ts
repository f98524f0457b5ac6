/** One failure for the page: its steps in lanes, what memory held after each, and what it comes to. */
import type { Failure, TraceEvent, TraceStep } from '../../checker/result.ts';
import type { Machine } from '../../machine/machine.ts';
import { shownEvents } from '../columns.ts';
import { describeEvent, readerSite } from '../describe.ts';
import { conclusionLines, failureTitle } from '../failure.ts';
import type { EventData, FailureData, LaneData, PlaceData, StepData } from './data.ts';
import type { Files } from './files.ts';
import { TraceMemory } from './memory.ts';
import type { Row } from './memory.ts';

export function failureData(
  failure: Failure,
  machine: Machine,
  model: string,
  files: Files,
): FailureData {
  const steps = [...failure.trace, ...failure.cycle];
  const lanes = lanesOf(steps, machine);
  const cpus = lanes.map(({ cpu }) => cpu);
  const memory = new TraceMemory(failure, machine, model, cpus);
  const told = steps.map((step, index) => stepData(step, index, machine, cpus, memory, files));
  return {
    title: failureTitle(failure),
    conclusion: conclusionLines(failure, machine, Infinity),
    lanes,
    steps: told,
    arrows: memory.arrows,
    cells: memory.cells,
    memory: memory.kind,
    loopFrom: failure.cycle.length === 0 ? null : failure.trace.length,
    doomedFrom: failure.doomedFrom,
    doom: failure.doomedFrom === null ? '' : failure.message,
  };
}

/** A lane for each CPU, named by what steps on it first. */
function lanesOf(steps: readonly TraceStep[], machine: Machine): LaneData[] {
  const cpus = [...new Set(steps.map(({ cpu }) => cpu))].toSorted((a, b) => a - b);
  return cpus.map((cpu) => ({ cpu, name: machine.cpus[cpu] ?? (cpu < 0 ? '-' : `CPU${cpu}`) }));
}

function stepData(
  step: TraceStep,
  index: number,
  machine: Machine,
  cpus: readonly number[],
  memory: TraceMemory,
  files: Files,
): StepData {
  const shown = shownEvents(step);
  const rowOf = (event: TraceEvent): Row | null => {
    const row = shown.indexOf(event);
    return row < 0 ? null : [index, row];
  };
  return {
    number: step.step,
    lane: cpus.indexOf(step.cpu),
    context: step.context,
    rows: shown.map((event) => eventData(event, machine, files)),
    ...memory.take(step, rowOf),
    at: placesIn(step, cpus.indexOf(step.cpu), machine, files),
  };
}

function eventData(event: TraceEvent, machine: Machine, files: Files): EventData {
  const site = readerSite(event, machine);
  return {
    text: describeEvent(event, machine),
    functionName: site?.functionName ?? '',
    file: site === null ? null : files.indexOf(site.file),
    line: site?.line ?? 0,
  };
}

/** A step of memory leaves every context where it is. */
function placesIn(
  { context, events }: TraceStep,
  lane: number,
  machine: Machine,
  files: Files,
): PlaceData[] {
  const event = events.findLast((each) => each.site !== null && each.kind !== 'internal');
  const site = event === undefined ? null : readerSite(event, machine);
  if (context === '' || event === undefined || site === null) return [];
  const { line, functionName } = site;
  return [{ context, lane, file: files.indexOf(site.file), line, functionName, node: event.node }];
}
