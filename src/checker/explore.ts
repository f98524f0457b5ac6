/** Explores a machine, and does it again when the memory model has assumed what is not so. */
import type { Machine } from '../machine/machine.ts';
import { RefutedAssumption } from '../memory-models/memory-model.ts';
import type { MemoryModel, TransitionSystem } from '../memory-models/memory-model.ts';

export interface Compiled {
  /** Locations of which nothing is assumed any more. */
  readonly refuted: readonly number[];
}

/** `run` starts from scratch each time: nothing that it found before counts. `known`: what is refuted already. */
export async function explore<T>(
  machine: Machine,
  model: MemoryModel,
  run: (system: TransitionSystem, how: Compiled) => Promise<T>,
  known: readonly number[] = [],
): Promise<T> {
  const refuted = new Set(known);
  for (;;) {
    try {
      return await run(model.compile(machine, refuted), { refuted: [...refuted] });
    } catch (error) {
      if (!(error instanceof RefutedAssumption) || refuted.has(error.location)) throw error;
      refuted.add(error.location);
    }
  }
}
