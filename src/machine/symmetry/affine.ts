/**
 * Addresses that are a multiple of one register, and something: the elements of an array of structures. What
 * is to be shown of them can be shown of the few values of the register that name a candidate, however
 * many it can have.
 */
import { at } from '../graph.ts';
import type { Address, Expr } from '../machine.ts';
import { mapped } from './automorphism.ts';
import type { Values } from './automorphism.ts';

/** factor * register + offset; the register occurs once. Small numbers, so that doubles are exact. */
interface Affine {
  readonly register: number;
  readonly factor: number;
  readonly offset: number;
}

const MOST = 2 ** 20;

/**
 * Whether an index of the one address names the image of what the renamed index names in the other; all
 * other indices are at fault in both.
 */
export function namesImages(
  one: Address,
  other: Address,
  cells: readonly number[],
  registers: readonly number[],
  registerValues: readonly Values[],
): boolean {
  const [a, b] = [affineOf(one.expr), affineOf(other.expr)];
  if (a === null || b === null || at(registers, a.register) !== b.register) return false;
  const values = at(registerValues, a.register);
  const [before, after] = [indicesOf(a, one.candidates), indicesOf(b, other.candidates)];
  if (before.size !== after.size) return false;
  return [...before].every(([index, cell]) => after.get(mapped(values, index)) === at(cells, cell));
}

/** By index the candidate that it names. */
function indicesOf(
  { factor, offset }: Affine,
  candidates: readonly number[],
): ReadonlyMap<number, number> {
  const named = candidates.map((cell): readonly [number, number] => [
    (cell - offset) / factor,
    cell,
  ]);
  return new Map(named.filter(([index]) => Number.isInteger(index)));
}

function affineOf(expr: Expr): Affine | null {
  if (expr.op === 'reg') return { register: expr.register, factor: 1, offset: 0 };
  if (expr.op !== 'binary') return null;
  const { operator, left, right } = expr;
  if (right.op === 'const') return changed(affineOf(left), operator, right.value);
  if (left.op === 'const' && operator !== '-')
    return changed(affineOf(right), operator, left.value);
  return null;
}

function changed(affine: Affine | null, operator: string, by: number): Affine | null {
  if (affine === null || !Number.isInteger(by) || Math.abs(by) > MOST) return null;
  const { register, factor, offset } = affine;
  const result =
    operator === '+'
      ? { register, factor, offset: offset + by }
      : operator === '-'
        ? { register, factor, offset: offset - by }
        : operator === '*' && by !== 0
          ? { register, factor: factor * by, offset: offset * by }
          : null;
  const isSmall =
    result !== null && Math.max(Math.abs(result.factor), Math.abs(result.offset)) <= MOST;
  return isSmall ? result : null;
}
