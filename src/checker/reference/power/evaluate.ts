/** Machine expressions on plain values; null when a register that they need has none. */
import type { BinaryOperator, Expr } from '../../../machine/machine.ts';

export function evaluate(expr: Expr, read: (register: number) => number | null): number | null {
  switch (expr.op) {
    case 'const':
      return expr.value;
    case 'reg':
      return read(expr.register);
    case 'ghost':
      throw new Error('a ghost in a litmus test');
    case 'unary': {
      const operand = evaluate(expr.operand, read);
      return operand === null ? null : unary(expr.operator, operand);
    }
    case 'binary': {
      const left = evaluate(expr.left, read);
      const right = evaluate(expr.right, read);
      return left === null || right === null ? null : binary(expr.operator, left, right);
    }
    case 'select': {
      const condition = evaluate(expr.condition, read);
      const then = evaluate(expr.then, read);
      const otherwise = evaluate(expr.otherwise, read);
      if (condition === null || then === null || otherwise === null) return null;
      return condition !== 0 ? then : otherwise;
    }
  }
}

/** The expression with every register replaced. */
export function replace(expr: Expr, registers: readonly Expr[]): Expr {
  switch (expr.op) {
    case 'const':
    case 'ghost':
      return expr;
    case 'reg':
      return registers[expr.register] ?? { op: 'const', value: 0 };
    case 'unary':
      return { ...expr, operand: replace(expr.operand, registers) };
    case 'binary': {
      const left = replace(expr.left, registers);
      return { ...expr, left, right: replace(expr.right, registers) };
    }
    case 'select':
      return {
        op: 'select',
        condition: replace(expr.condition, registers),
        then: replace(expr.then, registers),
        otherwise: replace(expr.otherwise, registers),
      };
  }
}

/** The registers that an expression reads. */
export function registersOf(expr: Expr): number[] {
  switch (expr.op) {
    case 'const':
    case 'ghost':
      return [];
    case 'reg':
      return [expr.register];
    case 'unary':
      return registersOf(expr.operand);
    case 'binary':
      return [...registersOf(expr.left), ...registersOf(expr.right)];
    case 'select':
      return [expr.condition, expr.then, expr.otherwise].flatMap(registersOf);
  }
}

function unary(operator: string, value: number): number {
  if (operator === '-') return -value;
  if (operator === '~') return ~value;
  if (operator === '!') return Number(value === 0);
  return operator === 'bool' ? Number(value !== 0) : Math.trunc(value);
}

function binary(operator: BinaryOperator, a: number, b: number): number {
  const operations: Record<BinaryOperator, () => number> = {
    '+': () => a + b,
    '-': () => a - b,
    '*': () => a * b,
    '/': () => a / b,
    '%': () => a % b,
    '&': () => a & b,
    '|': () => a | b,
    '^': () => a ^ b,
    '<<': () => a << b,
    '>>': () => a >> b,
    '>>>': () => a >>> b,
    '==': () => Number(a === b),
    '!=': () => Number(a !== b),
    '<': () => Number(a < b),
    '<=': () => Number(a <= b),
    '>': () => Number(a > b),
    '>=': () => Number(a >= b),
    and: () => Number(a !== 0 && b !== 0),
    or: () => Number(a !== 0 || b !== 0),
  };
  return operations[operator]();
}
