/** A parsed litmus test: what its dialect's translator, and the printer of its outcome, need. */
import type { AssemblyThread } from './assembly/syntax.ts';
import type { CThread } from './c/syntax.ts';
import type { Source } from './source.ts';

export type Architecture = 'X86' | 'X86_64' | 'PPC' | 'C';

export interface LitmusTest {
  readonly name: string;
  readonly architecture: Architecture;
  readonly source: Source;
  readonly init: readonly Initial[];
  readonly code: Code;
  readonly final: Final;
}

export type Code =
  | { readonly kind: 'assembly'; readonly threads: readonly AssemblyThread[] }
  | { readonly kind: 'c'; readonly threads: readonly CThread[] };

/** A register of a thread, or a shared location. */
export type Name =
  | { readonly kind: 'register'; readonly thread: number; readonly name: string }
  | { readonly kind: 'location'; readonly name: string };

/** A number, or the address of a location. */
export type Value = number | { readonly addressOf: string };

/** `x = 1; 0:r1 = y;`. An array `int a[2] = {1, 2}` is one entry an element, named `a[0]`, `a[1]`. */
export interface Initial {
  readonly name: Name;
  readonly value: Value;
  /** Whether the value was written out, rather than left to be 0. */
  readonly offset: number;
}

export type Quantifier = 'exists' | '~exists' | 'forall';

/** The last part of a test: what to look at, and what is asked of it. */
export interface Final {
  /** Named by `locations`, in the order given. */
  readonly locations: readonly Name[];
  readonly filter: Proposition | null;
  readonly quantifier: Quantifier;
  readonly condition: Proposition;
}

export type Proposition =
  | { readonly kind: 'atom'; readonly name: Name; readonly value: Value | Name }
  | { readonly kind: 'not'; readonly operand: Proposition }
  | { readonly kind: 'and'; readonly operands: readonly Proposition[] }
  | { readonly kind: 'or'; readonly operands: readonly Proposition[] }
  | { readonly kind: 'implies'; readonly left: Proposition; readonly right: Proposition };
