/** Outcomes of litmus tests under the references of the memory models. */
import { explorePower } from '../../src/checker/reference/power/explore.ts';
import { exploreReference } from '../../src/checker/reference/explore.ts';
import type { ReferenceModel } from '../../src/checker/reference/memory.ts';
import {
  outcomeOf,
  parseLitmus,
  toMachine,
  type LitmusProgram,
  type Outcome,
} from '../../src/litmus/index.ts';

export function programOf(text: string, name = 'test.litmus'): LitmusProgram {
  return toMachine(parseLitmus(text, name));
}

export function outcomeUnder(program: LitmusProgram, model: ReferenceModel | 'power'): Outcome {
  return outcomeOf(
    program,
    finalsOf(program, model).map(({ registers, memory }) =>
      program.observed.map((item) =>
        item.kind === 'register'
          ? (registers[item.thread]?.[item.register] ?? 0)
          : (memory[item.location] ?? 0),
      ),
    ),
  );
}

interface Final {
  readonly registers: readonly (readonly number[])[];
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
