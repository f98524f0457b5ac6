/** A complete search, started again when the memory model has assumed what is not so. */
import type { Machine } from '../machine/machine.ts';
import { RefutedAssumption } from '../memory-models/memory-model.ts';
import type { MemoryModel, TransitionSystem } from '../memory-models/memory-model.ts';
import type { CheckOptions } from './options.ts';
import { Search } from './search.ts';
import type { Exploration, FinalStateVisitor } from './search.ts';

/** `visit` is asked for a visitor of the final states by every search that is started. */
export async function explore(
  machine: Machine,
  model: MemoryModel,
  options: CheckOptions,
  visit: (system: TransitionSystem) => FinalStateVisitor | null = () => null,
): Promise<Exploration> {
  const refuted = new Set<number>();
  for (;;) {
    const system = model.compile(machine, refuted);
    try {
      return await new Search(machine, system, options, visit(system)).run();
    } catch (error) {
      if (!(error instanceof RefutedAssumption) || refuted.has(error.location)) throw error;
      refuted.add(error.location);
    }
  }
}
