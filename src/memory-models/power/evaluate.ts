/** The number of a machine expression; an address of a ghost out of range is a fault. */
import type { Expr } from '../../machine/machine.ts';
import { applyBinary, applyUnary } from '../../machine/operators.ts';

/** An error in the modelled program. */
export class PowerFault extends Error {}

export function evaluate(
  expr: Expr,
  register: (index: number) => number,
  ghost: (index: number) => number,
): number {
  switch (expr.op) {
    case 'const':
      return expr.value;
    case 'reg':
      return register(expr.register);
    case 'ghost': {
      const index = evaluate(expr.address.expr, register, ghost);
      if (!expr.address.candidates.includes(index)) throw new PowerFault();
      return ghost(index);
    }
    case 'unary':
      return applyUnary(expr.operator, evaluate(expr.operand, register, ghost));
    case 'binary': {
      const left = evaluate(expr.left, register, ghost);
      if (expr.operator === 'and' && !left) return 0;
      if (expr.operator === 'or' && left) return 1;
      return applyBinary(expr.operator, left, evaluate(expr.right, register, ghost));
    }
    case 'select': {
      const arm = evaluate(expr.condition, register, ghost) ? expr.then : expr.otherwise;
      return evaluate(arm, register, ghost);
    }
  }
}
