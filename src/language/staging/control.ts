/** Where control is while a body is staged, and the ways in which it leaves what it is in. */
import { binary, unary } from './expressions.ts';
import type { Expr } from '../../machine/machine.ts';
import type { LooseEnd } from './builder.ts';
import type { Cell } from './cells.ts';

export type Position =
  | { readonly ends: readonly LooseEnd[] }
  /** Of a pure section; null: always. */
  | { readonly when: Expr | null };

/** The two ways on from a condition in a pure section. */
export function splitPure(
  when: Expr | null,
  condition: Expr,
): readonly [then: Position, otherwise: Position] {
  const not = unary('!', condition);
  return [
    { when: when ? binary('and', when, condition) : condition },
    { when: when ? binary('and', when, not) : not },
  ];
}

/** How a rewritten statement ended, when not normally. */
export class Completion {
  readonly kind: 'break' | 'continue' | 'return' | 'dead';
  readonly id: number;
  readonly value: unknown;

  constructor(kind: Completion['kind'], id: number, value: unknown) {
    this.kind = kind;
    this.id = id;
    this.value = value;
  }
}

/** Control cannot come by here: every path has left. */
export const DEAD: Completion = new Completion('dead', 0, undefined);

/** Thrown where an expression never gets its value; the arm around it ends. */
export const NEVER: symbol = Symbol('never returns');

/** A completion seen from behind the statement with this number. */
export function past(completion: Completion | undefined, id: number): Completion | undefined {
  return completion?.kind === 'break' && completion.id === id ? undefined : completion;
}

/** A path that waits to be joined: where it is, and what variables it changed. */
export interface Edge {
  readonly position: Position;
  readonly cells: ReadonlyMap<Cell, unknown>;
  readonly value: unknown;
}

/** A function, or a statement that can be left: the paths that have left it wait here. */
export interface Frame {
  /** The construct's number in its file; 0: a function. */
  readonly id: number;
  readonly breaks: Edge[];
  readonly continues: Edge[];
  /** Where the trail was. */
  readonly mark: number;
  readonly since: number;
  readonly region: object;
  readonly position: Position | null;
  /** How many edges had left to outer frames. */
  readonly departures: number;
}
