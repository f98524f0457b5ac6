/**
 * Which reductions of the state space were asked for, and what came of them: a search that leaves out
 * states without changing a verdict says so, and one that cannot says why.
 */
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

export const NO_REDUCTION: AppliedReductions = { applied: [], off: [] };

/** Each of them once, in one order. */
export function orderedReductions(asked: readonly Reduction[]): readonly Reduction[] {
  return REDUCTIONS.filter((reduction) => asked.includes(reduction));
}

/** All that was asked for is off, for one reason. */
export function allOff(asked: readonly Reduction[], reason: string): AppliedReductions {
  return { applied: [], off: asked.map((name) => ({ name, reason })) };
}

export function withSymmetry({ applied, off }: AppliedReductions): AppliedReductions {
  return { applied: orderedReductions([...applied, 'symmetry']), off };
}

export function without(
  { applied, off }: AppliedReductions,
  name: Reduction,
  reason: string,
): AppliedReductions {
  return { applied, off: [...off, { name, reason }] };
}
