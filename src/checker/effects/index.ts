/** The steps of a replayed trace with what memory did in them: docs/design/explanation.md. */
import type { Machine } from '../../machine/machine.ts';
import type { Interpreting, StateView } from '../reference/interpreting.ts';
import type { TraceStep } from '../result.ts';
import { bufferEffects } from './buffers.ts';
import { messageEffects } from './messages.ts';

/** `states` holds the start and then the state after each step; a step that fails has none. */
export function withEffects(
  machine: Machine,
  model: string,
  interpreter: Interpreting,
  steps: readonly TraceStep[],
  states: readonly StateView[],
): readonly TraceStep[] {
  if (interpreter.accesses !== undefined) {
    return messageEffects(machine, interpreter, steps, states);
  }
  return model === 'tso' ? bufferEffects(machine, steps) : steps;
}
