/** The statements that keep a value within what a register, location or ghost can hold. */
import { at } from '../../machine/graph.ts';
import type { Cell, Expr } from '../../machine/machine.ts';
import { mayOverflow } from './expression.ts';

/** A condition under which `value` (a variable's name) does not fit; null: it always fits. */
export function misfit(
  cells: readonly Cell[],
  candidates: readonly number[],
  expr: Expr,
  value: string,
): string | null {
  const { min, max } = commonBounds(cells, candidates);
  const conditions = mayOverflow(expr) ? [`${value} !== (${value} | 0)`] : [];
  const known = expr.op === 'const' && expr.value >= min && expr.value <= max;
  if (!known && min > INT_MIN) conditions.push(`${value} < ${min}`);
  if (!known && max < INT_MAX) conditions.push(`${value} > ${max}`);
  return conditions.length === 0 ? null : conditions.join(' || ');
}

/** What fits each of the cells. */
export function commonBounds(
  cells: readonly Cell[],
  candidates: readonly number[],
): { readonly min: number; readonly max: number } {
  const bounds = candidates.map((candidate) => boundsOf(at(cells, candidate)));
  return {
    min: Math.max(...bounds.map(([low]) => low)),
    max: Math.min(...bounds.map(([, high]) => high)),
  };
}

export const INT_MIN: number = -(2 ** 31);
export const INT_MAX: number = 2 ** 31 - 1;

function boundsOf({ type }: Cell): readonly [number, number] {
  return type.kind === 'int' ? [type.min, type.max] : [INT_MIN, INT_MAX];
}
