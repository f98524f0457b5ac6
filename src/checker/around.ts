/**
 * A transition system that is another one but for what a subclass does otherwise. It has no engine: states
 * are expanded one by one, through expand().
 */
import type { Snapshot, Successors, TransitionSystem } from '../memory-models/memory-model.ts';

export abstract class SystemAround implements TransitionSystem {
  readonly words: number;
  readonly coverage: readonly Uint8Array[];
  protected readonly system: TransitionSystem;

  constructor(system: TransitionSystem) {
    this.system = system;
    this.words = system.words;
    this.coverage = system.coverage;
  }

  initial(): Int32Array {
    return this.system.initial();
  }

  expand(states: Int32Array, at: number, out: Successors): void {
    this.system.expand(states, at, out);
  }

  evaluate(property: number, states: Int32Array, at: number): number {
    return this.system.evaluate(property, states, at);
  }

  settled(states: Int32Array, at: number): number {
    return this.system.settled(states, at);
  }

  quiet(states: Int32Array, at: number): boolean {
    return this.system.quiet(states, at);
  }

  decode(states: Int32Array, at: number): Snapshot {
    return this.system.decode(states, at);
  }
}
