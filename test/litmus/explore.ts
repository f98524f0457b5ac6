/** Outcomes of litmus tests under the references of the memory models, and under the models. */
import { explorePower } from '../../src/checker/reference/power/explore.ts';
import { exploreReference } from '../../src/checker/reference/explore.ts';
import { outcomesOf } from '../../src/checker/outcomes.ts';
import type { ReferenceModel } from '../../src/checker/reference/memory.ts';
import {
  outcomeOf,
  parseLitmus,
  toMachine,
  type LitmusProgram,
  type Outcome,
} from '../../src/litmus/index.ts';
import type { MemoryModel } from '../../src/memory-models/memory-model.ts';
import { NO_LIMITS } from '../checker/options.ts';

export function programOf(text: string, name = 'test.litmus'): LitmusProgram {
  return toMachine(parseLitmus(text, name));
}

export function outcomeUnder(program: LitmusProgram, model: ReferenceModel | 'power'): Outcome {
  return outcomeOfFinals(program, finalsOf(program, model));
}

/** By the explorer, which must see every state. */
export async function exploredUnder(program: LitmusProgram, model: MemoryModel): Promise<Outcome> {
  const { finals, limits } = await outcomesOf(program.machine, model, NO_LIMITS);
  if (limits.length > 0) throw new Error(limits.join(', '));
  return outcomeOfFinals(program, finals);
}

function outcomeOfFinals(program: LitmusProgram, finals: readonly Final[]): Outcome {
  return outcomeOf(
    program,
    finals.map(({ registers, memory }) =>
      program.observed.map((item) =>
        item.kind === 'register'
          ? (registers[item.thread]?.[item.register] ?? 0)
          : (memory[item.location] ?? 0),
      ),
    ),
  );
}

interface Final {
  readonly registers: readonly (readonly (number | null)[])[];
  readonly memory: readonly number[];
}

function finalsOf(program: LitmusProgram, model: ReferenceModel | 'power'): readonly Final[] {
  if (model === 'power') return explorePower(program.machine).finals;
  const { finals } = exploreReference(program.machine, model);
  return finals.map(({ registers, memory }) => ({
    registers,
    memory: program.machine.locations.map((_, location) => memory.latest(location)),
  }));
}
