/** Sequential consistency: one memory, every access takes effect at once. */
import { at } from '../../machine/graph.ts';
import type { LoadOrder, StoreOrder } from '../../machine/machine.ts';
import type {
  Access,
  InternalStep,
  LoadOutcome,
  MemoryOutcome,
  ReferenceMemory,
  ReferenceModel,
  RmwAccess,
  RmwEffect,
  RmwOutcome,
} from './memory.ts';

export const scReference: ReferenceModel = {
  name: 'sc',
  steps: { fences: 'local' },
  initial: (machine) => new ScMemory(machine.locations.map(({ initial }) => initial)),
};

class ScMemory implements ReferenceMemory {
  readonly #values: readonly number[];

  constructor(values: readonly number[]) {
    this.#values = values;
  }

  load({ location }: Access<LoadOrder>): readonly LoadOutcome[] {
    return [{ memory: this, value: this.latest(location), note: '' }];
  }

  store({ location }: Access<StoreOrder>, value: number): readonly MemoryOutcome[] {
    return [{ memory: this.#with(location, value), note: '' }];
  }

  rmw({ location }: RmwAccess, effectOf: (old: number) => RmwEffect): readonly RmwOutcome[] {
    const old = this.latest(location);
    const effect = effectOf(old);
    const memory = effect.kind === 'store' ? this.#with(location, effect.value) : this;
    return [{ memory, old, effect, note: '' }];
  }

  fence(): readonly MemoryOutcome[] {
    return [{ memory: this, note: '' }];
  }

  pass(): ReferenceMemory {
    return this;
  }

  internalSteps(): readonly InternalStep[] {
    return [];
  }

  latest(location: number): number {
    return at(this.#values, location);
  }

  quiet(): boolean {
    return true;
  }

  pending(): string {
    return '';
  }

  #with(location: number, value: number): ScMemory {
    return new ScMemory(this.#values.with(location, value));
  }
}
