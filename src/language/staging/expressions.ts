/** Building machine expressions and types. Nothing here folds: an expression keeps its dependencies. */
import type {
  BinaryOperator,
  Display,
  Expr,
  IntType,
  UnaryOperator,
  ValueType,
} from '../../machine/machine.ts';

export const DECIMAL: Display = { kind: 'decimal' };
export const S32: IntType = { kind: 'int', min: -2147483648, max: 2147483647, display: DECIMAL };
export const BOOL: ValueType = { kind: 'bool' };

export function constant(value: number): Expr {
  return { op: 'const', value };
}

export function register(index: number): Expr {
  return { op: 'reg', register: index };
}

export function unary(operator: UnaryOperator, operand: Expr): Expr {
  return { op: 'unary', operator, operand };
}

export function binary(operator: BinaryOperator, left: Expr, right: Expr): Expr {
  return { op: 'binary', operator, left, right };
}

export function select(condition: Expr, then: Expr, otherwise: Expr): Expr {
  return { op: 'select', condition, then, otherwise };
}

export function sameExpr(a: Expr, b: Expr): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

export function range(min: number, max: number, display: Display = DECIMAL): IntType {
  return { kind: 'int', min, max, display };
}

/** A 32-bit integer that is spelt like `type`. */
export function like(type: ValueType): IntType {
  return type.kind === 'int' && type.display.kind !== 'decimal'
    ? { ...S32, display: type.display }
    : S32;
}
