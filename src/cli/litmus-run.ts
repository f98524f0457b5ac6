/** One litmus test under one memory model: text → machine → final states → outcome. */
import type { CheckOptions } from '../checker/options.ts';
import { outcomesOf } from '../checker/outcomes.ts';
import type { Outcomes } from '../checker/outcomes.ts';
import { outcomeOf } from '../litmus/index.ts';
import type { FinalState, LitmusProgram } from '../litmus/index.ts';
import type { MemoryModel, Snapshot } from '../memory-models/memory-model.ts';
import type { LitmusRun } from '../report/litmus.ts';

export type LitmusResult = Pick<LitmusRun, 'outcome' | 'explored' | 'seconds' | 'error'>;

export async function runLitmus(
  program: LitmusProgram,
  model: MemoryModel,
  options: CheckOptions,
): Promise<LitmusResult> {
  const started = performance.now();
  const outcomes = await outcomesOf(program.machine, model, options);
  const error = errorOf(program, outcomes);
  const outcome = error === null ? describe(program, outcomes) : null;
  const seconds = (performance.now() - started) / 1000;
  return { outcome, explored: outcomes.states, seconds, error };
}

function describe(program: LitmusProgram, { finals, racy }: Outcomes): LitmusRun['outcome'] {
  const states = finals.map((snapshot) => finalState(program, snapshot));
  return { ...outcomeOf(program, states), program, flags: racy ? ['data-race'] : [] };
}

/** States that were not seen, or that no schedule leads beyond, leave a verdict open. */
function errorOf(program: LitmusProgram, { limits, failed }: Outcomes): string | null {
  if (limits.length > 0) return `inconclusive: ${limits.join(', ')}`;
  if (failed === null) return null;
  const { file, line, column, text } = program.machine.sites[failed] ?? UNKNOWN;
  const why = 'no location has its address, or a value exceeds 32 bits';
  return `${file}:${line}:${column}: '${text}' goes wrong in some execution: ${why}`;
}

const UNKNOWN = { file: '', line: 0, column: 0, text: '' };

function finalState({ observed }: LitmusProgram, snapshot: Snapshot): FinalState {
  return observed.map((item) => {
    const found =
      item.kind === 'register'
        ? snapshot.registers[item.thread]?.[item.register]
        : snapshot.memory[item.location];
    if (typeof found === 'number') return found;
    throw new Error(`a final state is without ${item.name}`);
  });
}
