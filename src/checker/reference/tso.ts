/**
 * x86-TSO after Owens, Sarkar, Sewell: "A better x86 memory model: x86-TSO", TPHOLs 2009: one memory,
 * and a FIFO store buffer a CPU, here without a bound. A load takes the newest entry of its own buffer
 * for the location, else memory. A full barrier and every RMW, even one that fails, wait for an empty buffer.
 */
import { plainlyStoredLocations } from '../../machine/footprint.ts';
import { at } from '../../machine/graph.ts';
import type { Fence, LoadOrder, StoreOrder } from '../../machine/machine.ts';
import { History, NO_VIEW } from './happens-before.ts';
import type { Message, View } from './happens-before.ts';
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
    new TsoMemory({
      messages: machine.locations.map(({ initial }) => ({
        value: initial,
        view: NO_VIEW,
        event: -1,
      })),
      buffers: machine.cpus.map(() => []),
      plain: plainlyStoredLocations(machine),
      history: History.empty(machine),
    }),
};

interface Entry {
  readonly location: number;
  readonly message: Message;
}

type Buffer = readonly Entry[];

interface Contents {
  readonly messages: readonly Message[];
  /** By CPU, oldest first. */
  readonly buffers: readonly Buffer[];
  /** Locations that hold their latest value: race-free, nobody can tell whether they are buffered. */
  readonly plain: ReadonlySet<number>;
  readonly history: History;
}

class TsoMemory implements ReferenceMemory {
  readonly #contents: Contents;

  constructor(contents: Contents) {
    this.#contents = contents;
  }

  get history(): History {
    return this.#contents.history;
  }

  load(access: Access<LoadOrder>): readonly LoadOutcome[] {
    const { cpu, location } = access;
    const { buffers, messages } = this.#contents;
    const own = at(buffers, cpu).findLast((entry) => entry.location === location);
    const message = own?.message ?? at(messages, location);
    const history = this.history.load(access, location, message);
    return [{ memory: this.#with({ history }), value: message.value, note: '' }];
  }

  store(access: Access<StoreOrder>, value: number): readonly MemoryOutcome[] {
    const { cpu, location } = access;
    const { buffers, plain } = this.#contents;
    const { history, message } = this.history.store(access, location, value);
    if (plain.has(location)) return [{ memory: this.#write(location, message, history), note: '' }];
    const buffer = [...at(buffers, cpu), { location, message }];
    return [{ memory: this.#with({ buffers: buffers.with(cpu, buffer), history }), note: '' }];
  }

  rmw(access: RmwAccess, effectOf: (old: number) => RmwEffect): readonly RmwOutcome[] {
    const { cpu, location } = access;
    if (!this.#isEmpty(cpu)) return [];
    const old = at(this.#contents.messages, location);
    const effect = effectOf(old.value);
    if (effect.kind === 'blocked' || effect.kind === 'fault') {
      return [{ memory: this, old: old.value, effect, note: '' }];
    }
    const stores = effect.kind === 'store';
    const order = stores ? access.order : access.orderOnFailure;
    const value = stores ? effect.value : null;
    const { history, message } = this.history.rmw(access, location, old, order, value);
    const memory = this.#write(location, message, history);
    return [{ memory, old: old.value, effect, note: '' }];
  }

  fence(place: Place, fence: Fence): readonly MemoryOutcome[] {
    if (FULL_BARRIERS.has(fence) && !this.#isEmpty(place.cpu)) return [];
    return [{ memory: this.#with({ history: this.history.fence(place, fence) }), note: '' }];
  }

  pass(place: Place): ReferenceMemory {
    const history = this.history.pass(place);
    return history === this.history ? this : this.#with({ history });
  }

  internalSteps(): readonly InternalStep[] {
    return this.#contents.buffers.flatMap((buffer, cpu) => {
      const [oldest, ...rest] = buffer;
      return oldest === undefined ? [] : [this.#drain(cpu, oldest, rest)];
    });
  }

  /** Coherence order is the order of memory: what waits in a buffer has no place in it yet. */
  latest(location: number): number {
    return at(this.#contents.messages, location).value;
  }

  quiet(): boolean {
    return this.#contents.buffers.every((buffer) => buffer.length === 0);
  }

  views(): readonly View[] {
    const { messages, buffers } = this.#contents;
    const buffered = buffers.flatMap((buffer) => buffer.map(({ message }) => message));
    return [...messages, ...buffered].map(({ view }) => view);
  }

  pending(): string {
    return this.#contents.buffers
      .map((buffer) =>
        buffer.map(({ location, message }) => `${location}=${message.value}`).join(','),
      )
      .join('|');
  }

  #drain(cpu: number, { location, message }: Entry, rest: Buffer): InternalStep {
    const before = this.latest(location);
    const { buffers } = this.#contents;
    const memory = this.#with({ buffers: buffers.with(cpu, rest) }).#write(location, message);
    return { cpu, memory, note: '', change: { location, before, after: message.value } };
  }

  #write(location: number, message: Message, history: History = this.history): TsoMemory {
    return this.#with({ messages: this.#contents.messages.with(location, message), history });
  }

  #isEmpty(cpu: number): boolean {
    return at(this.#contents.buffers, cpu).length === 0;
  }

  #with(change: Partial<Contents>): TsoMemory {
    return new TsoMemory({ ...this.#contents, ...change });
  }
}
