/**
 * What store buffers did with the events of a trace under `tso`. A buffer is first in, first out, so
 * the events alone tell it: a store goes in, memory's step for the CPU takes the oldest out.
 */
import { plainlyStoredLocations } from '../../machine/footprint.ts';
import type { Machine } from '../../machine/machine.ts';
import type { MemoryEffect, TraceEvent, TraceStep } from '../result.ts';

interface Entry {
  readonly step: number;
  readonly location: string;
  /** The step that drains it. */
  readonly until: number | null;
}

export function bufferEffects(machine: Machine, steps: readonly TraceStep[]): readonly TraceStep[] {
  const buffers = new Buffers(machine, steps);
  return steps.map((step) => ({
    ...step,
    events: step.events.map((event) => {
      const effects = buffers.effectsOf(event, step);
      return effects.length === 0 ? event : { ...event, effects };
    }),
  }));
}

class Buffers {
  readonly #unbuffered: ReadonlySet<string>;
  readonly #drains: ReadonlyMap<number, number[]>;
  readonly #entries = new Map<number, Entry[]>();

  constructor(machine: Machine, steps: readonly TraceStep[]) {
    const unbuffered = plainlyStoredLocations(machine);
    this.#unbuffered = new Set(
      machine.locations.flatMap(({ name }, index) => (unbuffered.has(index) ? [name] : [])),
    );
    this.#drains = drainsByCpu(steps);
  }

  effectsOf(event: TraceEvent, { step, cpu }: TraceStep): readonly MemoryEffect[] {
    const location = event.variable?.name ?? '';
    switch (event.kind) {
      case 'store':
        return this.#store(location, step, cpu);
      case 'internal':
        return this.#drain(cpu);
      case 'load':
        return this.#forwarded(location, cpu) ?? this.#stale(location, cpu);
      case 'rmw':
        return this.#stale(location, cpu);
      default:
        return [];
    }
  }

  #store(location: string, step: number, cpu: number): readonly MemoryEffect[] {
    if (this.#unbuffered.has(location)) return [];
    const until = this.#drains.get(cpu)?.shift() ?? null;
    this.#entries.set(cpu, [...this.#of(cpu), { step, location, until }]);
    return [{ kind: 'buffered', until }];
  }

  #drain(cpu: number): readonly MemoryEffect[] {
    const [oldest, ...rest] = this.#of(cpu);
    this.#entries.set(cpu, rest);
    return oldest === undefined ? [] : [{ kind: 'drained', step: oldest.step }];
  }

  #forwarded(location: string, cpu: number): readonly MemoryEffect[] | null {
    const own = this.#of(cpu).findLast((entry) => entry.location === location);
    return own === undefined ? null : [{ kind: 'forwarded', step: own.step }];
  }

  /** The first store that others have made and that memory does not show. */
  #stale(location: string, reader: number): readonly MemoryEffect[] {
    for (const [cpu, entries] of this.#entries) {
      const entry = entries.find((each) => each.location === location);
      if (cpu === reader || entry === undefined) continue;
      return [{ kind: 'stale', cpu, step: entry.step, reader }];
    }
    return [];
  }

  #of(cpu: number): Entry[] {
    return this.#entries.get(cpu) ?? [];
  }
}

/** The steps at which each CPU's buffer drains an entry. */
function drainsByCpu(steps: readonly TraceStep[]): ReadonlyMap<number, number[]> {
  const drains = new Map<number, number[]>();
  for (const { step, cpu, events } of steps) {
    if (!events.some(({ kind }) => kind === 'internal')) continue;
    drains.set(cpu, [...(drains.get(cpu) ?? []), step]);
  }
  return drains;
}
