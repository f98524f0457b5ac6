/**
 * What memory did with the events of a trace under `power`, read off the interpreter's histories: which
 * accesses were put off, and where the messages that they read and wrote stood in coherence order.
 */
import { at, nodeAt } from '../../machine/graph.ts';
import type { Machine } from '../../machine/machine.ts';
import type { AccessRecord, Interpreting, StateView } from '../reference/interpreting.ts';
import type { MemoryEffect, TraceEvent, TraceStep } from '../result.ts';

export type Histories = readonly (readonly AccessRecord[])[];

/** `states` holds the start and then the state after each step; a step that fails has none. */
export function messageEffects(
  machine: Machine,
  interpreter: Interpreting,
  steps: readonly TraceStep[],
  states: readonly StateView[],
): readonly TraceStep[] {
  const histories = states.map((state) => interpreter.accesses?.(state) ?? []);
  const times = new Times(histories, steps);
  return steps.map((step, index) => {
    const before = histories[index];
    const after = histories[index + 1];
    if (before === undefined || after === undefined) return step;
    return new Annotated(machine, times, step, before, after).step();
  });
}

/** The step at which each access was issued, and took effect. */
class Times {
  readonly #issued = new Map<string, number>();
  readonly #done = new Map<string, number>();

  constructor(histories: readonly Histories[], steps: readonly TraceStep[]) {
    steps.forEach(({ step }, index) => {
      histories[index + 1]?.forEach((accesses, cpu) => {
        accesses.forEach(({ done }, access) => {
          const key = `${cpu}:${access}`;
          if (!this.#issued.has(key)) this.#issued.set(key, step);
          if (done && !this.#done.has(key)) this.#done.set(key, step);
        });
      });
    });
  }

  issued(cpu: number, access: number): number {
    return this.#issued.get(`${cpu}:${access}`) ?? 0;
  }

  done(cpu: number, access: number): number | null {
    return this.#done.get(`${cpu}:${access}`) ?? null;
  }
}

/** One step with what memory did in it. */
class Annotated {
  readonly #machine: Machine;
  readonly #times: Times;
  readonly #step: TraceStep;
  readonly #before: Histories;
  readonly #after: Histories;

  constructor(
    machine: Machine,
    times: Times,
    step: TraceStep,
    before: Histories,
    after: Histories,
  ) {
    this.#machine = machine;
    this.#times = times;
    this.#step = step;
    this.#before = before;
    this.#after = after;
  }

  step(): TraceStep {
    const changed = this.#changed();
    const events = this.#step.events.map((event) => {
      const place = changed.findIndex(({ record }) => isOf(event, record));
      if (place < 0) return event;
      const effects = this.#effectsOf(changed.splice(place, 1)[0]);
      return effects.length === 0 ? event : { ...event, effects };
    });
    const late = changed.filter(({ record, isNew }) => record.kind === 'store' && !isNew);
    return { ...this.#step, events: [...events, ...late.map((each) => this.#placing(each))] };
  }

  /** The accesses of this step's CPU that are issued, or take effect, in it. */
  #changed(): Changed[] {
    const { cpu } = this.#step;
    return (this.#after[cpu] ?? []).flatMap((record, index): Changed[] => {
      const earlier = this.#before[cpu]?.[index];
      if (earlier !== undefined && (earlier.done || !record.done)) return [];
      return [{ record, index, isNew: earlier === undefined }];
    });
  }

  #effectsOf(changed: Changed | undefined): readonly MemoryEffect[] {
    if (changed === undefined) return [];
    const { record, index, isNew } = changed;
    const { cpu } = this.#step;
    const step = this.#times.issued(cpu, index);
    if (!record.done) return [{ kind: 'deferred', until: this.#times.done(cpu, index) }];
    const late: MemoryEffect[] = isNew
      ? []
      : [{ kind: record.kind === 'store' ? 'placed' : 'satisfied', step }];
    return [...late, ...(record.kind === 'load' ? this.#read(record) : this.#written(record))];
  }

  #read(record: AccessRecord): readonly MemoryEffect[] {
    const { cpu } = this.#step;
    const { forwarded } = record;
    const isEarly = forwarded !== null && this.#after[cpu]?.[forwarded]?.done === false;
    if (isEarly) return [{ kind: 'forwarded', step: this.#times.issued(cpu, forwarded) }];
    const next = this.#next(record);
    return next === null ? [] : [{ kind: 'stale', ...next, reader: cpu }];
  }

  #written(record: AccessRecord): readonly MemoryEffect[] {
    const next = this.#next(record);
    return next === null ? [] : [{ kind: 'before', ...next }];
  }

  /** The next message of another CPU in coherence order: who wrote it, and when. */
  #next({ location, position }: AccessRecord): { cpu: number; step: number } | null {
    if (position === null) return null;
    let next: { cpu: number; step: number; position: number } | null = null;
    for (const [cpu, accesses] of this.#after.entries()) {
      if (cpu === this.#step.cpu) continue;
      for (const [access, other] of accesses.entries()) {
        const isMessage = other.kind !== 'load' && other.done && other.location === location;
        if (!isMessage || other.position === null || other.position <= position) continue;
        if (next !== null && next.position < other.position) continue;
        next = { cpu, step: this.#times.done(cpu, access) ?? 0, position: other.position };
      }
    }
    return next === null ? null : { cpu: next.cpu, step: next.step };
  }

  /** A store that was put off takes its place as a consequence of what happened in the step. */
  #placing(late: Changed): TraceEvent {
    const { context, node, location } = late.record;
    const { site } = nodeAt(at(this.#machine.contexts, context), node);
    const cell = location === null ? undefined : this.#machine.locations[location];
    return {
      kind: 'internal',
      node: null,
      site,
      primitive: '',
      variable: cell === undefined ? null : { name: cell.name, type: cell.type },
      before: null,
      after: late.record.value,
      choice: null,
      note: '',
      effects: this.#effectsOf(late),
    };
  }
}

interface Changed {
  readonly record: AccessRecord;
  readonly index: number;
  readonly isNew: boolean;
}

function isOf({ kind, node }: TraceEvent, record: AccessRecord): boolean {
  const isAccess = kind === 'load' || kind === 'store' || kind === 'rmw';
  return isAccess && node === record.node;
}
