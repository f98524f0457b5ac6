/** The number of a machine expression; an address of a ghost out of range is a fault. */
import type { Expr } from '../../machine/machine.ts';
import { applyBinary, applyUnary } from '../../machine/operators.ts';

/** An error in the modelled program. */
export class PowerFault extends Error {}

export function evaluate(
  expr: Expr,
  register: (index: number) => number,
  ghosts: readonly number[],
): number {
  switch (expr.op) {
    case 'const':
      return expr.value;
    case 'reg':
      return register(expr.register);
    case 'ghost': {
      const index = evaluate(expr.address.expr, register, ghosts);
      if (!expr.address.candidates.includes(index)) throw new PowerFault();
      return ghosts[index] ?? 0;
    }
    case 'unary':
      return applyUnary(expr.operator, evaluate(expr.operand, register, ghosts));
    case 'binary': {
      const left = evaluate(expr.left, register, ghosts);
      if (expr.operator === 'and' && !left) return 0;
      if (expr.operator === 'or' && left) return 1;
      return applyBinary(expr.operator, left, evaluate(expr.right, register, ghosts));
    }
    case 'select': {
      const arm = evaluate(expr.condition, register, ghosts) ? expr.then : expr.otherwise;
      return evaluate(arm, register, ghosts);
    }
  }
}
