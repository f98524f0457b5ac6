import type { OwnInterpreter } from './interpreting.ts';
import type { ReferenceModel } from './memory.ts';
import { powerReference } from './power/interpreter.ts';
import { scReference } from './sc.ts';
import { tsoReference } from './tso.ts';

/** What the plain interpreter of each memory model is made of, by the model's name. */
export const referenceModels: ReadonlyMap<string, ReferenceModel | OwnInterpreter> = new Map<
  string,
  ReferenceModel | OwnInterpreter
>([
  ['sc', scReference],
  ['tso', tsoReference],
  ['power', powerReference],
]);
