/** Sequential consistency: one memory, every access takes effect at once. */
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

export const scReference: ReferenceModel = {
  name: 'sc',
  steps: { fences: 'local' },
  initial: (machine) =>
    new ScMemory(
      machine.locations.map(({ initial }) => ({ value: initial, view: NO_VIEW, event: -1 })),
      History.empty(machine),
    ),
};

class ScMemory implements ReferenceMemory {
  readonly history: History;
  readonly #messages: readonly Message[];

  constructor(messages: readonly Message[], history: History) {
    this.#messages = messages;
    this.history = history;
  }

  load(access: Access<LoadOrder>): readonly LoadOutcome[] {
    const message = at(this.#messages, access.location);
    const history = this.history.load(access, access.location, message);
    return [{ memory: new ScMemory(this.#messages, history), value: message.value, note: '' }];
  }

  store(access: Access<StoreOrder>, value: number): readonly MemoryOutcome[] {
    const { history, message } = this.history.store(access, access.location, value);
    return [{ memory: this.#with(access.location, message, history), note: '' }];
  }

  rmw(access: RmwAccess, effectOf: (old: number) => RmwEffect): readonly RmwOutcome[] {
    const old = at(this.#messages, access.location);
    const effect = effectOf(old.value);
    if (effect.kind === 'blocked' || effect.kind === 'fault') {
      return [{ memory: this, old: old.value, effect, note: '' }];
    }
    const stores = effect.kind === 'store';
    const order = stores ? access.order : access.orderOnFailure;
    const value = stores ? effect.value : null;
    const { history, message } = this.history.rmw(access, access.location, old, order, value);
    const memory = this.#with(access.location, message, history);
    return [{ memory, old: old.value, effect, note: '' }];
  }

  fence(place: Place, fence: Fence): readonly MemoryOutcome[] {
    const history = this.history.fence(place, fence);
    return [{ memory: new ScMemory(this.#messages, history), note: '' }];
  }

  pass(place: Place): ReferenceMemory {
    const history = this.history.pass(place);
    return history === this.history ? this : new ScMemory(this.#messages, history);
  }

  internalSteps(): readonly InternalStep[] {
    return [];
  }

  latest(location: number): number {
    return at(this.#messages, location).value;
  }

  quiet(): boolean {
    return true;
  }

  views(): readonly View[] {
    return this.#messages.map(({ view }) => view);
  }

  pending(): string {
    return '';
  }

  #with(location: number, message: Message, history: History): ScMemory {
    return new ScMemory(this.#messages.with(location, message), history);
  }
}
