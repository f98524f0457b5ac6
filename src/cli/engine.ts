/**
 * The parts of kcheck that do the work, as the commands call them. They are loaded when first used,
 * so that `kcheck --help` and a misspelt option cost nothing.
 */
import type { CheckOptions } from '../checker/options.ts';
import type { CheckResult, Explanation, Failure } from '../checker/result.ts';
import type { Config } from '../language/config.ts';
import type { LoadedSpec } from '../language/loaded-spec.ts';
import type { StatedRun, Updated } from '../language/update-expect.ts';
import type { Machine } from '../machine/machine.ts';
import type { MemoryModel } from '../memory-models/memory-model.ts';
import type { Checker } from './checker.ts';

export type GraphFormat = 'text' | 'mermaid' | 'dot' | 'svg';

export interface Engine {
  /** `onFile` is told of every file that is read for it. */
  loadSpec(path: string, onFile?: (path: string) => void): Promise<LoadedSpec>;
  loadConfig(path: string): Promise<Config>;
  /** The text of a spec with other expectations; null: no literal in it can be changed. */
  updateExpect(text: string, path: string, runs: readonly StatedRun[]): Promise<Updated | null>;
  /** By name; an alias is a second name of the same model. */
  memoryModels(): Promise<ReadonlyMap<string, MemoryModel>>;
  check(machine: Machine, model: MemoryModel, options: CheckOptions): Promise<CheckResult>;
  /** Checks in so many threads; null where there are none to be had. */
  threads(count: number): Promise<Checker | null>;
  /** A name for all that a verdict depends on besides its run; null: verdicts are not to be kept. */
  fingerprint(): Promise<string | null>;
  /** The same of a machine: all that staging depends on besides the files of a spec. */
  stagingFingerprint(): Promise<string | null>;
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
  async loadSpec(path, onFile) {
    const { loadSpec } = await import('../language/loader.ts');
    return loadSpec(path, onFile);
  },
  async loadConfig(path) {
    const { loadConfig } = await import('../language/loader.ts');
    return loadConfig(path);
  },
  async updateExpect(text, path, runs) {
    const { updateExpect } = await import('../language/update-expect.ts');
    const { loadSpecAs } = await import('../language/loader.ts');
    return updateExpect(text, runs, (next) => loadSpecAs(next, path));
  },
  async memoryModels() {
    const { memoryModels } = await import('../memory-models/index.ts');
    return memoryModels;
  },
  async check(machine, model, options) {
    const { check } = await import('../checker/check.ts');
    const { DISK } = await import('./disk/index.ts');
    return check(machine, model, { ...options, storage: DISK });
  },
  async threads(count) {
    // A thread runs built files alone; the sources run where they are tested, without threads.
    if (import.meta.url.endsWith('.ts')) return null;
    const { CheckerPool } = await import('./checker-pool.ts');
    return new CheckerPool(count);
  },
  async fingerprint() {
    const { engineFingerprint } = await import('./fingerprint.ts');
    return engineFingerprint();
  },
  async stagingFingerprint() {
    const { stagingFingerprint } = await import('./fingerprint.ts');
    return stagingFingerprint();
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
      case 'svg':
        return print.printSvg(machine);
    }
  },
};
