/** The number of a machine expression; an address of a ghost out of range is a fault. */
import type { BinaryOperator, Expr, UnaryOperator } from '../../machine/machine.ts';

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
      return unary(expr.operator, evaluate(expr.operand, register, ghosts));
    case 'binary': {
      const left = evaluate(expr.left, register, ghosts);
      if (expr.operator === 'and' && !left) return 0;
      if (expr.operator === 'or' && left) return 1;
      return binary(expr.operator, left, evaluate(expr.right, register, ghosts));
    }
    case 'select': {
      const arm = evaluate(expr.condition, register, ghosts) ? expr.then : expr.otherwise;
      return evaluate(arm, register, ghosts);
    }
  }
}

function unary(operator: UnaryOperator, a: number): number {
  switch (operator) {
    case '-':
      return -a;
    case '~':
      return ~a;
    case '!':
      return a ? 0 : 1;
    case 'bool':
      return a ? 1 : 0;
    case 'trunc':
      return Math.trunc(a);
  }
}

function binary(operator: BinaryOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '<<':
      return a << b;
    case '>>':
      return a >> b;
    case '>>>':
      return a >>> b;
    case '==':
      return a === b ? 1 : 0;
    case '!=':
      return a !== b ? 1 : 0;
    case '<':
      return a < b ? 1 : 0;
    case '<=':
      return a <= b ? 1 : 0;
    case '>':
      return a > b ? 1 : 0;
    case '>=':
      return a >= b ? 1 : 0;
    case 'and':
    case 'or':
      return b ? 1 : 0;
  }
}
