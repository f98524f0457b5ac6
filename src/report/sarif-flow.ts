/** A trace as a code flow: a thread flow a context, and the order of execution across them. */
import type { Failure, TraceEvent, TraceStep } from '../checker/result.ts';
import type { Machine } from '../machine/machine.ts';
import { describeEvent, readerSite } from './describe.ts';
import { groupBy } from './group.ts';
import { locationOf, message } from './sarif-location.ts';
import type { Location } from './sarif-location.ts';

/** Null where there is no trace. */
export function codeFlowOf(failure: Failure, machine: Machine): object | null {
  const executed = [
    ...failure.trace.flatMap((step) => step.events.map((event) => ({ step, event, loop: false }))),
    ...failure.cycle.flatMap((step) => step.events.map((event) => ({ step, event, loop: true }))),
  ].map((each, index) => ({ ...each, order: index + 1 }));
  if (executed.length === 0) return null;
  const threads = [...groupBy(executed, ({ step }) => threadName(step))].map(([id, ofThread]) => ({
    id,
    locations: ofThread.map((each) => flowLocation(each, machine)),
  }));
  return { threadFlows: threads };
}

interface Executed {
  readonly step: TraceStep;
  readonly event: TraceEvent;
  readonly loop: boolean;
  /** 1-based, over all threads. */
  readonly order: number;
}

/** A task that migrates stays one thread; memory takes its steps for a CPU. */
function threadName({ context, cpu }: TraceStep): string {
  return context === '' ? `memory of CPU${cpu}` : context;
}

function flowLocation({ step, event, loop, order }: Executed, machine: Machine): object {
  const forEver = loop ? ' (again and again)' : '';
  const cpu = step.cpu < 0 ? '' : `CPU${step.cpu} `;
  const words = `${step.step}. ${cpu}${describeEvent(event, machine)}${forEver}`;
  const site = readerSite(event, machine);
  const location: Location = site === null ? { message: message(words) } : locationOf(site, words);
  return { location, executionOrder: order };
}
