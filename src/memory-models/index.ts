import type { MemoryModel } from './memory-model.ts';
import { power } from './power.ts';
import { sc } from './sc.ts';
import { tso } from './tso.ts';

/** Every memory model by the names that a user may give it. */
export const memoryModels: ReadonlyMap<string, MemoryModel> = new Map([
  ['sc', sc],
  ['tso', tso],
  ['power', power],
  ['weak', power],
]);
