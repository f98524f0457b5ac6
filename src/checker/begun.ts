/** A transition system that begins in another state than the machine's own. */
import type { TransitionSystem } from '../memory-models/memory-model.ts';
import { SystemAround } from './around.ts';

export class Begun extends SystemAround {
  readonly #start: Int32Array;

  constructor(system: TransitionSystem, start: Int32Array) {
    super(system);
    this.#start = start;
  }

  override initial(): Int32Array {
    return this.#start;
  }
}
