import type { ReferenceModel } from './memory.ts';
import { scReference } from './sc.ts';
import { tsoReference } from './tso.ts';

/** The plain interpreter's memory for each memory model, by the model's name. */
export const referenceModels: ReadonlyMap<string, ReferenceModel> = new Map([
  ['sc', scReference],
  ['tso', tsoReference],
]);
