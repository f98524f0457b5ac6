/** Explores a machine, and does it again when the memory model has assumed what is not so. */
import type { Machine } from '../machine/machine.ts';
import { RefutedAssumption } from '../memory-models/memory-model.ts';
import type { MemoryModel, TransitionSystem } from '../memory-models/memory-model.ts';

/** `run` starts from scratch each time: nothing that it found before counts. `compile` gives the same system anew. */
export async function explore<T>(
  machine: Machine,
  model: MemoryModel,
  run: (system: TransitionSystem, compile: () => TransitionSystem) => Promise<T>,
): Promise<T> {
  const refuted = new Set<number>();
  for (;;) {
    try {
      const compile = (): TransitionSystem => model.compile(machine, refuted);
      return await run(compile(), compile);
    } catch (error) {
      if (!(error instanceof RefutedAssumption) || refuted.has(error.location)) throw error;
      refuted.add(error.location);
    }
  }
}
