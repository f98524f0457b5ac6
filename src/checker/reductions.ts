/**
 * Which reductions of the state space were asked for, and what came of them: a search that leaves out
 * states without changing a verdict says so, and one that cannot says why.
 */
import type { Fairness } from '../machine/fairness.ts';
import type { MemoryModel } from '../memory-models/memory-model.ts';

/** por: partial order. symmetry: of contexts, or CPUs, that are alike. */
export type Reduction = 'por' | 'symmetry';

export const REDUCTIONS: readonly Reduction[] = ['por', 'symmetry'];

export interface AppliedReductions {
  readonly applied: readonly Reduction[];
  /** Asked for, and not made. */
  readonly off: readonly ReductionOff[];
}

export interface ReductionOff {
  readonly name: Reduction;
  /** In words, as a reader is told: `fairness asks who steps`. */
  readonly reason: string;
}

/** Each of them once, in one order. */
export function orderedReductions(asked: readonly Reduction[]): readonly Reduction[] {
  return REDUCTIONS.filter((reduction) => asked.includes(reduction));
}

/** What can be made of them for a search under the memory model. */
export function reductionsFor(
  asked: readonly Reduction[],
  model: MemoryModel,
  fairness: Fairness | null,
): AppliedReductions {
  const off = orderedReductions(asked).flatMap((name): readonly ReductionOff[] => {
    const reason = refusal(name, model, fairness);
    return reason === null ? [] : [{ name, reason }];
  });
  const applied = orderedReductions(asked).filter((each) => off.every(({ name }) => name !== each));
  return { applied, off };
}

/** Why neither the order of steps nor the names of contexts can be left out of account. */
function refusal(
  reduction: Reduction,
  { name, reducible }: MemoryModel,
  fairness: Fairness | null,
): string | null {
  if (fairness !== null) {
    return reduction === 'por' ? 'fairness asks who could have stepped' : 'fairness asks who steps';
  }
  return reducible === true ? null : `there is none under ${name}`;
}

/** The same without what was made, for a reason. */
export function withoutFor({ applied, off }: AppliedReductions, reason: string): AppliedReductions {
  const dropped = applied.map((name) => ({ name, reason }));
  return { applied: [], off: inOrder([...dropped, ...off]) };
}

/** The same without one of them. */
export function without(
  { applied, off }: AppliedReductions,
  dropped: Reduction,
  reason: string,
): AppliedReductions {
  const all = [...off.filter(({ name }) => name !== dropped), { name: dropped, reason }];
  return { applied: applied.filter((name) => name !== dropped), off: inOrder(all) };
}

function inOrder(off: readonly ReductionOff[]): readonly ReductionOff[] {
  return REDUCTIONS.flatMap((each) => off.filter(({ name }) => name === each));
}
