/**
 * Short names for building machine expressions. Nothing is simplified: `xor r3,r1,r1` stays an
 * expression over r1, because that is the dependency that a test is about.
 */
import type { BinaryOperator, Expr } from '../machine/machine.ts';

export function constant(value: number): Expr {
  return { op: 'const', value };
}

export function readRegister(register: number): Expr {
  return { op: 'reg', register };
}

export function binary(operator: BinaryOperator, left: Expr, right: Expr): Expr {
  return { op: 'binary', operator, left, right };
}

export function not(operand: Expr): Expr {
  return { op: 'unary', operator: '!', operand };
}

/** An expression with the registers of `replaced` replaced. */
export function substitute(expr: Expr, replaced: ReadonlyMap<number, Expr>): Expr {
  switch (expr.op) {
    case 'const':
    case 'ghost':
      return expr;
    case 'reg':
      return replaced.get(expr.register) ?? expr;
    case 'unary':
      return { ...expr, operand: substitute(expr.operand, replaced) };
    case 'binary': {
      const left = substitute(expr.left, replaced);
      return { ...expr, left, right: substitute(expr.right, replaced) };
    }
    case 'select':
      return {
        op: 'select',
        condition: substitute(expr.condition, replaced),
        then: substitute(expr.then, replaced),
        otherwise: substitute(expr.otherwise, replaced),
      };
  }
}
