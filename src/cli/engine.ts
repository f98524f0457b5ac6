/**
 * The parts of kcheck that do the work, as the commands call them. They are loaded when first used,
 * so that `kcheck --help` and a misspelt option cost nothing.
 */
import type { CheckOptions } from '../checker/options.ts';
import type { CheckResult, Explanation, Failure } from '../checker/result.ts';
import type { LoadedSpec } from '../language/loaded-spec.ts';
import type { Machine } from '../machine/machine.ts';
import type { MemoryModel } from '../memory-models/memory-model.ts';

export type GraphFormat = 'text' | 'mermaid' | 'dot';

export interface Engine {
  loadSpec(path: string): Promise<LoadedSpec>;
  /** By name; an alias is a second name of the same model. */
  memoryModels(): Promise<ReadonlyMap<string, MemoryModel>>;
  check(machine: Machine, model: MemoryModel, options: CheckOptions): Promise<CheckResult>;
  /** Why a trace of a run with so many states is possible; null: there is nothing to explain. */
  explain(
    machine: Machine,
    model: MemoryModel,
    failure: Failure,
    states: number,
    options: CheckOptions,
  ): Promise<Explanation | null>;
  printMachine(machine: Machine, format: GraphFormat): Promise<string>;
}

export const engine: Engine = {
  async loadSpec(path) {
    const { loadSpec } = await import('../language/loader.ts');
    return loadSpec(path);
  },
  async memoryModels() {
    const { memoryModels } = await import('../memory-models/index.ts');
    return memoryModels;
  },
  async check(machine, model, options) {
    const { check } = await import('../checker/check.ts');
    return check(machine, model, options);
  },
  async explain(machine, model, failure, states, options) {
    const { explain } = await import('../checker/explain/index.ts');
    return explain(machine, model, failure, states, options);
  },
  async printMachine(machine, format) {
    const print = await import('../machine/print/index.ts');
    switch (format) {
      case 'text':
        return print.printText(machine);
      case 'mermaid':
        return print.printMermaid(machine);
      case 'dot':
        return print.printDot(machine);
    }
  },
};
