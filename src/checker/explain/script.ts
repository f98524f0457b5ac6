/**
 * A trace as something that another machine, or the same under another memory model, may be able to do
 * too: who did what with which value, without the fences and without what memory did.
 */
import { at } from '../../machine/graph.ts';
import type { Machine, Property } from '../../machine/machine.ts';
import type { Failure, TraceEvent, TraceStep } from '../result.ts';

export interface Script {
  /** In the order of the trace. */
  readonly acts: readonly Act[];
  /** By context, its acts as indices, in its program order. */
  readonly own: readonly (readonly number[])[];
  readonly end: End;
}

export interface Act {
  readonly context: number;
  readonly event: TraceEvent;
}

/** How the trace fails. */
export type End =
  | { readonly kind: 'step'; readonly node: number }
  | { readonly kind: 'property'; readonly property: number; readonly final: boolean }
  | { readonly kind: 'deadlock' }
  | { readonly kind: 'race' }
  /** Following the loop once round is all that is asked. */
  | { readonly kind: 'livelock' };

export function scriptOf(machine: Machine, failure: Failure): Script {
  const acts = actsOf(machine, [...failure.trace, ...failure.cycle]);
  const own = machine.contexts.map((_, context) =>
    acts.flatMap((act, index) => (act.context === context ? [index] : [])),
  );
  return { acts, own, end: endOf(machine, failure) };
}

const ACTS: ReadonlySet<TraceEvent['kind']> = new Set([
  'load',
  'store',
  'rmw',
  'get',
  'set',
  'choose',
  'wait',
  'mark',
]);

/** What a machine that follows has to do too. */
export function isAct({ kind }: TraceEvent): boolean {
  return ACTS.has(kind);
}

/** Whether two events are the same act; a value that is not known yet is any. */
export function sameAct(wanted: TraceEvent, found: TraceEvent): boolean {
  return (
    wanted.kind === found.kind &&
    wanted.node === found.node &&
    agree(wanted.variable?.name ?? null, found.variable?.name ?? null) &&
    agree(wanted.choice?.value ?? null, found.choice?.value ?? null) &&
    (READS.has(found.kind) ? agree(wanted.before, found.before) : true) &&
    (found.kind === 'rmw' ? wanted.after === found.after : agree(wanted.after, found.after))
  );
}

const READS: ReadonlySet<TraceEvent['kind']> = new Set(['load', 'rmw', 'get']);

function agree<T>(wanted: T | null, found: T | null): boolean {
  return wanted === null || found === null || wanted === found;
}

/** A load that was put off stands where it was issued, with the value that it was given later. */
function actsOf(machine: Machine, steps: readonly TraceStep[]): readonly Act[] {
  const names = new Map(machine.contexts.map(({ name }, index) => [name, index]));
  const acts: Act[] = [];
  const pending: { readonly cpu: number; readonly act: number }[] = [];
  for (const { context: name, cpu, events } of steps) {
    const context = names.get(name) ?? -1;
    for (const event of events.filter(isAct)) {
      if (context < 0) settle(event, cpu, acts, pending);
      else {
        if (isPutOff(event)) pending.push({ cpu, act: acts.length });
        acts.push({ context, event });
      }
    }
  }
  return acts;
}

export function isPutOff({ kind, before }: TraceEvent): boolean {
  return kind === 'load' && before === null;
}

function settle(
  event: TraceEvent,
  cpu: number,
  acts: Act[],
  pending: { readonly cpu: number; readonly act: number }[],
): void {
  const index = pending.findIndex(
    (each) => each.cpu === cpu && acts[each.act]?.event.node === event.node,
  );
  const [found] = index < 0 ? [] : pending.splice(index, 1);
  if (found === undefined) return;
  const { context } = at(acts, found.act);
  acts[found.act] = { context, event };
}

function endOf(machine: Machine, failure: Failure): End {
  switch (failure.kind) {
    case 'deadlock':
    case 'race':
    case 'livelock':
      return { kind: failure.kind };
    case 'starvation':
      throw new RangeError('a starvation is not explained');
    case 'invariant':
    case 'final':
    case 'sometimes':
      return propertyEnd(machine, failure);
    case 'assertion':
    case 'error': {
      const last = failure.trace.at(-1)?.events.at(-1);
      const isStep = last?.kind === 'assert' || last?.kind === 'error';
      return isStep && last.node !== null
        ? { kind: 'step', node: last.node }
        : propertyEnd(machine, failure);
    }
  }
}

function propertyEnd({ properties }: Machine, { property: name }: Failure): End {
  const isOne = (property: Property): boolean =>
    property.name === name && (property.kind === 'invariant' || property.kind === 'final');
  const property = properties.findIndex(isOne);
  return { kind: 'property', property, final: properties[property]?.kind === 'final' };
}
