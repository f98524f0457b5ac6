/** Under which memory models a litmus test is explored. */
import { architectureOf } from '../litmus/index.ts';
import type { Architecture } from '../litmus/index.ts';
import type { MemoryModel } from '../memory-models/memory-model.ts';
import { usageError } from './errors.ts';
import type { LitmusInput } from './litmus-tests.ts';
import { namedModel } from './select.ts';

/**
 * As herd7 picks the model by the test's architecture. A test in C asks what kernel code may do on
 * any machine; of the models that kcheck has, the weakest is nearest to that, and what `power`
 * reaches the kernel's own model allows.
 */
const BY_ARCHITECTURE: Readonly<Record<Architecture, string>> = {
  X86: 'tso',
  X86_64: 'tso',
  PPC: 'power',
  C: 'power',
};

export interface ModelChoice {
  /** The models of a test; none for a text whose first word is no architecture. */
  readonly of: (text: string) => readonly MemoryModel[];
  /** Each test stands under more than one. */
  readonly several: boolean;
}

/** Throws where a model that is named, or that one of the tests needs by default, is not there. */
export function chooseModels(
  names: readonly string[],
  tests: readonly LitmusInput[],
  available: ReadonlyMap<string, MemoryModel>,
): ModelChoice {
  const named = [...new Set(names.map((name) => requireModel(name, available)))];
  if (named.length > 0) return { of: () => named, several: named.length > 1 };
  const byDefault = (text: string): MemoryModel[] => {
    const architecture = architectureOf(text);
    return architecture === null ? [] : [requireModel(BY_ARCHITECTURE[architecture], available)];
  };
  for (const { text } of tests) byDefault(text);
  return { of: byDefault, several: false };
}

/** An alias gives the same model as the name that it stands for. */
function requireModel(name: string, available: ReadonlyMap<string, MemoryModel>): MemoryModel {
  if (!available.has(name) && Object.values(BY_ARCHITECTURE).includes(name)) {
    const advice = `--model selects one that is there: ${[...available.keys()].join(', ')}.`;
    throw usageError('KC0006', `this kcheck is without the memory model ${name}`, advice);
  }
  return namedModel(name, available);
}
