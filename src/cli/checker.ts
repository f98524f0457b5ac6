/** Who checks a machine: this thread, or a pool of others. */
import type { CheckOptions } from '../checker/options.ts';
import type { CheckResult } from '../checker/result.ts';
import type { Machine } from '../machine/machine.ts';
import type { MemoryModel } from '../memory-models/memory-model.ts';

export interface Checker {
  /** How many machines it checks at a time. */
  readonly width: number;
  check(machine: Machine, model: MemoryModel, options: CheckOptions): Promise<CheckResult>;
  close(): Promise<void>;
}
