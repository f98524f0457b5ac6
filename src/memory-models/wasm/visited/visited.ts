/**
 * The visited set of a module: 64-bit fingerprints of states. Where a search keeps edges, the set says which
 * number a state has (numbered.ts); where it keeps none, only whether it is new (ordered.ts).
 */
import type { Code, Locals } from '../code.ts';
import type { TableKind } from './sizes.ts';

export interface VisitedCode {
  /** How many fingerprints there are; a variable. */
  readonly size: number;
  readonly kind: TableKind;
  /** Where the addresses of chunks stand, which hold what a state has by number. */
  readonly chunks: number;
  /** Statements: where threads share the table, waits while it grows. */
  readonly pause: Code;
  lookup(locals: Locals): Lookup;
}

/** Code of one function that looks fingerprints up. */
export interface Lookup {
  /** Statements: the table as it is now, in locals; they have to be done first. */
  readonly read: Code;
  /** Whether the table is so large that its slots have to come from afar. */
  readonly isFar: Code;
  /** What stands where the search for a fingerprint begins: slots that are read so are near from then on. */
  near(fingerprint: Code): Code;
  /** Statements: the number of a fingerprint if it is new, else -1 - its number, or -1 where it has none. */
  insert(fingerprint: number, result: number): Code;
  /** The same, but one that is new is not inserted, and has the number of fingerprints. Null: none has a number. */
  readonly find: ((fingerprint: number, result: number) => Code) | null;
}
