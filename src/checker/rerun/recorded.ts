/**
 * What is kept of a trace so that it can be found again in another machine: who stepped, and of each
 * event what it did, in names and spelt values. Nodes, sites and indices are left out: they shift with
 * every edit of a spec.
 */
import { formatValue } from '../../machine/format.ts';
import type { Machine, ValueType } from '../../machine/machine.ts';
import type { MemoryEffect, TraceEvent, TraceStep } from '../result.ts';

export type SpeltValue = number | boolean | string | null;

export interface RecordedEvent {
  readonly kind: TraceEvent['kind'];
  readonly variable: string | null;
  readonly before: SpeltValue;
  readonly after: SpeltValue;
  /** Of a `choose`: what was chosen. */
  readonly choice: number | null;
  readonly effects: readonly MemoryEffect[];
  /** As a reader was shown it, and where: for messages alone. */
  readonly words: string;
  readonly at: string | null;
}

export interface RecordedStep {
  readonly step: number;
  readonly cpu: number;
  /** `''`: a step of memory for the CPU. */
  readonly context: string;
  readonly events: readonly RecordedEvent[];
}

export interface RecordedTrace {
  readonly steps: readonly RecordedStep[];
  /** How many of the steps, the last ones, are the loop of a livelock or a starvation. */
  readonly cycle: number;
}

/** What an event did, as far as it tells one step from another. */
type Deed = Pick<RecordedEvent, 'kind' | 'variable' | 'before' | 'after' | 'choice' | 'effects'>;

/**
 * Equal for two events if and only if they do the same; null: the event does nothing that is
 * remembered (a fence, a ghost read, a wait that holds), so a trace fits with it or without it.
 */
export function deedOf({ kind, variable, before, after, choice, effects }: Deed): string | null {
  switch (kind) {
    case 'load':
      return JSON.stringify([kind, variable, before]);
    case 'store':
    case 'set':
      return JSON.stringify([kind, variable, after]);
    case 'rmw':
      return JSON.stringify([kind, variable, before, after]);
    case 'choose':
      return JSON.stringify([kind, choice]);
    case 'internal':
      // A store that takes its place is a consequence of what the step does besides.
      return effects.some((effect) => effect.kind === 'placed')
        ? null
        : JSON.stringify([kind, variable, after]);
    case 'fence':
    case 'get':
    case 'wait':
    case 'assert':
    case 'mark':
    case 'error':
    case 'local':
      return null;
  }
}

/** The deeds of a step, in order. */
export function deedsOf(events: readonly TraceEvent[], machine: Machine): readonly string[] {
  return events.flatMap((event) => deedOf(deed(event, machine)) ?? []);
}

/** What the event read and wrote, spelt. */
export function spelt(
  event: TraceEvent,
  machine: Machine,
): Pick<RecordedEvent, 'variable' | 'before' | 'after' | 'choice'> {
  const { variable, before, after, choice } = event;
  const spell = (word: number | null): SpeltValue =>
    word === null || variable === null ? word : spellWord(word, variable, machine);
  return {
    variable: variable?.name ?? null,
    before: spell(before),
    after: spell(after),
    choice: choice?.value ?? null,
  };
}

/** The number, the boolean, or the name of a value. */
export function spellValue(
  word: number,
  type: ValueType,
  machine: Machine,
): number | boolean | string {
  if (type.kind === 'bool') return word !== 0;
  const text = formatValue(word, type, machine);
  return text === String(word) ? word : text;
}

export function recordedSteps(
  steps: readonly TraceStep[],
  machine: Machine,
  words: (event: TraceEvent) => Pick<RecordedEvent, 'words' | 'at'>,
): readonly RecordedStep[] {
  return steps.map(({ events, ...step }) => ({
    ...step,
    events: events.map((event) => ({ ...deed(event, machine), ...words(event) })),
  }));
}

function deed(event: TraceEvent, machine: Machine): Deed {
  return { kind: event.kind, ...spelt(event, machine), effects: event.effects ?? [] };
}

/** A lock word holds the index of a context, which shifts as contexts come and go: its name stays. */
function spellWord(
  word: number,
  { name, type }: { readonly name: string; readonly type: ValueType },
  machine: Machine,
): SpeltValue {
  const isLock = machine.locations.some((cell) => cell.lock && cell.name === name);
  if (!isLock) return spellValue(word, type, machine);
  return word === 0 ? 'free' : (machine.contexts[word - 1]?.name ?? word);
}
