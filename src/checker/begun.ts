/** A transition system that begins in another state than the machine's own. */
import type { Snapshot, Successors, TransitionSystem } from '../memory-models/memory-model.ts';

export class Begun implements TransitionSystem {
  readonly #system: TransitionSystem;
  readonly #start: Int32Array;

  constructor(system: TransitionSystem, start: Int32Array) {
    this.#system = system;
    this.#start = start;
  }

  get words(): number {
    return this.#system.words;
  }

  get coverage(): readonly Uint8Array[] {
    return this.#system.coverage;
  }

  initial(): Int32Array {
    return this.#start;
  }

  expand(states: Int32Array, at: number, out: Successors): void {
    this.#system.expand(states, at, out);
  }

  evaluate(property: number, states: Int32Array, at: number): number {
    return this.#system.evaluate(property, states, at);
  }

  settled(states: Int32Array, at: number): number {
    return this.#system.settled(states, at);
  }

  quiet(states: Int32Array, at: number): boolean {
    return this.#system.quiet(states, at);
  }

  decode(states: Int32Array, at: number): Snapshot {
    return this.#system.decode(states, at);
  }
}
