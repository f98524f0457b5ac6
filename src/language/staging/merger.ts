/**
 * The joining of paths. What they left different in a variable becomes a register that each path
 * assigns at its end, the phi of SSA form; in a pure section, a choice by the conditions of the paths.
 */
import { refuse } from '../errors.ts';
import { Poison, describe, merge } from './cells.ts';
import { binary, select } from './expressions.ts';
import { toScalar } from './scalars.ts';
import type { Expr, ValueType } from '../../machine/machine.ts';
import type { Move } from './builder.ts';
import type { Cell } from './cells.ts';
import type { Edge, Position } from './control.ts';
import type { Stage } from './stage.ts';

/** Collects what joining edges must assign, then assigns it at the end of each. */
export class Merger {
  readonly #stage: Stage;
  readonly #edges: readonly Edge[];
  readonly #moves: Move[][];

  constructor(stage: Stage, edges: readonly Edge[]) {
    this.#stage = stage;
    this.#edges = edges;
    this.#moves = edges.map(() => []);
  }

  cell(cell: Cell, since: number): void {
    const values = this.#edges.map((edge) =>
      edge.cells.has(cell) ? edge.cells.get(cell) : cell.raw,
    );
    const merged = merge(values);
    if (merged.kind === 'same') this.#stage.trail.put(cell, merged.value);
    else if (merged.kind === 'conflict') this.#stage.trail.put(cell, new Poison(merged.reason));
    else if (cell.born > since) this.#stage.trail.put(cell, new Poison('different values'));
    else this.#stage.trail.put(cell, this.#phi(cell.name, merged.type, values));
  }

  value(): unknown {
    const values = this.#edges.map((edge) => edge.value);
    const merged = merge(values);
    if (merged.kind === 'same') return merged.value;
    if (merged.kind === 'phi') return this.#phi('value', merged.type, values);
    const kinds = [...new Set(values.map(describe))];
    return refuse(
      'KC0115',
      kinds.length > 1
        ? `the value is ${kinds.join(' on one path and ')} on another`
        : `the value is ${kinds.join()} of its own on each path`,
      'Paths that a model value chooses between must give values of one type: number, boolean or pointer to one structure.',
    );
  }

  #phi(name: string, type: ValueType, values: readonly unknown[]): unknown {
    const exprs = values.map((value) => toScalar(value, this.#stage).expr);
    if (this.#stage.pure || this.#edges.some((edge) => 'when' in edge.position)) {
      return this.#stage.scalar(selectChain(this.#edges, exprs), type);
    }
    const { index, value } = this.#stage.fresh(name, type);
    exprs.forEach((expr, i) => this.#moves[i]?.push([index, expr]));
    return value;
  }

  finish(): Position {
    const pure = this.#edges.map((edge) => ('when' in edge.position ? edge.position.when : null));
    if (this.#edges.some((edge) => 'when' in edge.position)) return { when: anyOf(pure) };
    const ends = this.#edges.flatMap((edge, i) => {
      this.#stage.position = edge.position;
      this.#stage.assign(this.#moves[i] ?? []);
      const { position } = this.#stage;
      return position && 'ends' in position ? position.ends : [];
    });
    return { ends };
  }
}

function selectChain(edges: readonly Edge[], exprs: readonly Expr[]): Expr {
  return exprs.reduceRight((rest, expr, i) => {
    const position = edges[i]?.position;
    const when = position && 'when' in position ? position.when : null;
    return when ? select(when, expr, rest) : expr;
  });
}

function anyOf(conditions: readonly (Expr | null)[]): Expr | null {
  return conditions.reduce((a, b) => (a && b ? binary('or', a, b) : null));
}
