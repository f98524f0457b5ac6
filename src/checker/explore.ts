/** Explores a machine, and does it again when the memory model has assumed what is not so. */
import type { Machine } from '../machine/machine.ts';
import { RefutedAssumption } from '../memory-models/memory-model.ts';
import type { MemoryModel, TransitionSystem } from '../memory-models/memory-model.ts';

/** `run` starts from scratch each time: nothing that it found before counts. */
export async function explore<T>(
  machine: Machine,
  model: MemoryModel,
  run: (system: TransitionSystem) => Promise<T>,
): Promise<T> {
  const refuted = new Set<number>();
  for (;;) {
    try {
      return await run(model.compile(machine, refuted));
    } catch (error) {
      if (!(error instanceof RefutedAssumption) || refuted.has(error.location)) throw error;
      refuted.add(error.location);
    }
  }
}
