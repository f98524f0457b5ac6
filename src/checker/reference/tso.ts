/**
 * x86-TSO after Owens, Sarkar, Sewell: "A better x86 memory model: x86-TSO", TPHOLs 2009: one memory,
 * and a FIFO store buffer a CPU, here without a bound. A load takes the newest entry of its own buffer
 * for the location, else memory. A full barrier and every RMW, even one that fails, wait for an empty buffer.
 */
import { plainlyStoredLocations } from '../../machine/footprint.ts';
import { at } from '../../machine/graph.ts';
import type { Fence, LoadOrder, StoreOrder } from '../../machine/machine.ts';
import type {
  Access,
  InternalStep,
  LoadOutcome,
  MemoryOutcome,
  Place,
  ReferenceMemory,
  ReferenceModel,
  RmwAccess,
  RmwEffect,
  RmwOutcome,
} from './memory.ts';

/** arch/x86 has barrier() for all other fences, and needs no more: its RMWs are full barriers. */
const FULL_BARRIERS: ReadonlySet<Fence> = new Set<Fence>(['mb', 'mfence', 'sync']);

export const tsoReference: ReferenceModel = {
  name: 'tso',
  steps: { fences: (fence) => (FULL_BARRIERS.has(fence) ? 'visible' : 'local') },
  initial: (machine) =>
    new TsoMemory(
      machine.locations.map(({ initial }) => initial),
      machine.cpus.map(() => []),
      plainlyStoredLocations(machine),
    ),
};

interface Entry {
  readonly location: number;
  readonly value: number;
}

type Buffer = readonly Entry[];

class TsoMemory implements ReferenceMemory {
  readonly #values: readonly number[];
  /** By CPU, oldest first. */
  readonly #buffers: readonly Buffer[];

  /** Locations that hold their latest value: race-free, nobody can tell whether they are buffered. */
  readonly #plain: ReadonlySet<number>;

  constructor(values: readonly number[], buffers: readonly Buffer[], plain: ReadonlySet<number>) {
    this.#values = values;
    this.#buffers = buffers;
    this.#plain = plain;
  }

  load({ cpu, location }: Access<LoadOrder>): readonly LoadOutcome[] {
    const own = at(this.#buffers, cpu).findLast((entry) => entry.location === location);
    const value = own?.value ?? at(this.#values, location);
    return [{ memory: this, value, note: '' }];
  }

  store({ cpu, location }: Access<StoreOrder>, value: number): readonly MemoryOutcome[] {
    if (this.#plain.has(location)) {
      const memory = new TsoMemory(this.#values.with(location, value), this.#buffers, this.#plain);
      return [{ memory, note: '' }];
    }
    const buffer = [...at(this.#buffers, cpu), { location, value }];
    const memory = new TsoMemory(this.#values, this.#buffers.with(cpu, buffer), this.#plain);
    return [{ memory, note: '' }];
  }

  rmw({ cpu, location }: RmwAccess, effectOf: (old: number) => RmwEffect): readonly RmwOutcome[] {
    if (!this.#isEmpty(cpu)) return [];
    const old = at(this.#values, location);
    const effect = effectOf(old);
    const memory =
      effect.kind === 'store'
        ? new TsoMemory(this.#values.with(location, effect.value), this.#buffers, this.#plain)
        : this;
    return [{ memory, old, effect, note: '' }];
  }

  fence({ cpu }: Place, fence: Fence): readonly MemoryOutcome[] {
    const waits = FULL_BARRIERS.has(fence) && !this.#isEmpty(cpu);
    return waits ? [] : [{ memory: this, note: '' }];
  }

  pass(): ReferenceMemory {
    return this;
  }

  internalSteps(): readonly InternalStep[] {
    return this.#buffers.flatMap((buffer, cpu) => {
      const [oldest, ...rest] = buffer;
      return oldest === undefined ? [] : [this.#drain(cpu, oldest, rest)];
    });
  }

  /** Coherence order is the order of memory: what waits in a buffer has no place in it yet. */
  latest(location: number): number {
    return at(this.#values, location);
  }

  quiet(): boolean {
    return this.#buffers.every((buffer) => buffer.length === 0);
  }

  pending(): string {
    return this.#buffers
      .map((buffer) => buffer.map(({ location, value }) => `${location}=${value}`).join(','))
      .join('|');
  }

  #drain(cpu: number, { location, value }: Entry, rest: Buffer): InternalStep {
    const before = at(this.#values, location);
    const memory = new TsoMemory(
      this.#values.with(location, value),
      this.#buffers.with(cpu, rest),
      this.#plain,
    );
    return { cpu, memory, note: '', change: { location, before, after: value } };
  }

  #isEmpty(cpu: number): boolean {
    return at(this.#buffers, cpu).length === 0;
  }
}
