/** What the operators of expressions do with numbers, once their operands are known. */
import type { BinaryOperator, UnaryOperator } from './machine.ts';

export function applyUnary(operator: UnaryOperator, a: number): number {
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

export function applyBinary(operator: BinaryOperator, a: number, b: number): number {
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
      return a && b ? 1 : 0;
    case 'or':
      return a || b ? 1 : 0;
  }
}
