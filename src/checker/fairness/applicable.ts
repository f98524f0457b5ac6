import type { MemoryModel } from '../../memory-models/memory-model.ts';
import { KcheckError } from '../../errors.ts';

/** Refuses a memory model whose freedom is not in its steps alone. */
export function requireFairSteps(model: MemoryModel): void {
  if (model.choosesAtLoads !== true) return;
  throw new KcheckError(
    'KC0403',
    `no fairness is defined under ${model.name}: a load may read an old message for ever`,
    null,
    "Select --model sc,tso; in a spec, fairness: ({ model }) => (model === 'power' ? null : 'weak').",
  );
}
