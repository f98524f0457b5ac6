/** One litmus test under one memory model: text → machine → final states → outcome. */
import type { CheckOptions } from '../checker/options.ts';
import { outcomesOf } from '../checker/outcomes.ts';
import type { Outcomes } from '../checker/outcomes.ts';
import { outcomeOf } from '../litmus/index.ts';
import type { FinalState, LitmusProgram } from '../litmus/index.ts';
import type { MemoryModel, Snapshot } from '../memory-models/memory-model.ts';
import { KcheckError } from '../errors.ts';
import type { LitmusRun } from '../report/litmus.ts';

export type LitmusResult = Pick<LitmusRun, 'outcome' | 'explored' | 'seconds' | 'error'>;

/** Throws KcheckError where kcheck refuses the machine, or a step of it fails. */
export async function runLitmus(
  program: LitmusProgram,
  model: MemoryModel,
  options: CheckOptions,
): Promise<LitmusResult> {
  const started = performance.now();
  const outcomes = await outcomesOf(program.machine, model, options);
  const { limits, failed } = outcomes;
  if (failed !== null) throw failedStep(program, failed);
  const error = limits.length === 0 ? null : `inconclusive: ${limits.join(', ')}`;
  const outcome = error === null ? describe(program, outcomes) : null;
  const seconds = (performance.now() - started) / 1000;
  return { outcome, explored: outcomes.states, seconds, error };
}

function describe(program: LitmusProgram, { finals, racy }: Outcomes): LitmusRun['outcome'] {
  const states = finals.map((snapshot) => finalState(program, snapshot));
  return { ...outcomeOf(program, states), program, flags: racy ? ['data-race'] : [] };
}

/** A schedule that ends where a step fails has no final state, and what the test asks no answer. */
function failedStep({ machine, test }: LitmusProgram, failed: number): KcheckError {
  const site = machine.sites[failed];
  if (site === undefined) throw new Error(`a step fails at site ${failed}, which is not there`);
  const { file, line, column, text } = site;
  const source = test.source.text.split('\n')[line - 1] ?? '';
  const message = `'${text}' goes wrong in some execution`;
  const advice = "Its address is no location's there, or a value exceeds 32 bits.";
  return new KcheckError('KC0309', message, { file, line, column, source }, advice);
}

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
