/**
 * Expressions and their faults, as machine.ts defines them: JavaScript on numbers. A fault is thrown
 * and caught where the node is executed, which knows the place.
 */
import { at } from '../../machine/graph.ts';
import type { Address, BinaryOperator, Expr, UnaryOperator } from '../../machine/machine.ts';
import type { ValueType } from '../../machine/machine.ts';

/** An error in the modelled program: it ends the step with a failure. */
export class Fault extends Error {}

export interface Environment {
  readonly registers: readonly number[];
  readonly ghosts: readonly number[];
}

export function evaluate(expr: Expr, env: Environment): number {
  switch (expr.op) {
    case 'const':
      return expr.value;
    case 'reg':
      return at(env.registers, expr.register);
    case 'ghost':
      return at(env.ghosts, resolve(expr.address, env));
    case 'unary':
      return unary(expr.operator, evaluate(expr.operand, env));
    case 'binary':
      return binary(expr.operator, evaluate(expr.left, env), () => evaluate(expr.right, env));
    case 'select':
      return evaluate(holds(expr.condition, env) ? expr.then : expr.otherwise, env);
  }
}

export function holds(expr: Expr, env: Environment): boolean {
  return isTrue(evaluate(expr, env));
}

/** The location or ghost that an address names. */
export function resolve(address: Address, env: Environment): number {
  const index = evaluate(address.expr, env);
  if (address.candidates.includes(index)) return index;
  switch (address.fault) {
    case 'null-dereference':
      throw new Fault('NULL dereference');
    case 'index-out-of-bounds':
      throw new Fault('index out of bounds');
    case null:
      throw new Fault('address out of bounds');
  }
}

/** The value, if a variable of the type can hold it. */
export function fit(value: number, type: ValueType, name: string): number {
  if (value !== (value | 0)) throw new Fault(`${name} = ${value} is no 32-bit integer`);
  const [min, max] = bounds(type);
  if (value < min || value > max) {
    throw new Fault(`${name} = ${value} is out of bounds (${min} to ${max})`);
  }
  return value | 0; // -0 is 0
}

function bounds(type: ValueType): readonly [min: number, max: number] {
  switch (type.kind) {
    case 'int':
      return [type.min, type.max];
    case 'bool':
      return [0, 1];
    case 'ref':
      return [0, 2 ** 31 - 1];
  }
}

function isTrue(value: number): boolean {
  return Boolean(value);
}

function unary(operator: UnaryOperator, operand: number): number {
  switch (operator) {
    case '-':
      return -operand;
    case '~':
      return ~operand;
    case '!':
      return isTrue(operand) ? 0 : 1;
    case 'bool':
      return isTrue(operand) ? 1 : 0;
    case 'trunc':
      return Math.trunc(operand);
  }
}

/** The right operand is evaluated only where JavaScript would. */
function binary(operator: BinaryOperator, left: number, lazy: () => number): number {
  if (operator === 'and') return isTrue(left) && isTrue(lazy()) ? 1 : 0;
  if (operator === 'or') return isTrue(left) || isTrue(lazy()) ? 1 : 0;
  return compare(operator, left, lazy());
}

function compare(
  operator: Exclude<BinaryOperator, 'and' | 'or'>,
  left: number,
  right: number,
): number {
  switch (operator) {
    case '==':
      return Number(left === right);
    case '!=':
      return Number(left !== right);
    case '<':
      return Number(left < right);
    case '<=':
      return Number(left <= right);
    case '>':
      return Number(left > right);
    case '>=':
      return Number(left >= right);
    default:
      return compute(operator, left, right);
  }
}

type Arithmetic = Exclude<BinaryOperator, 'and' | 'or' | '==' | '!=' | '<' | '<=' | '>' | '>='>;

function compute(operator: Arithmetic, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '&':
      return left & right;
    case '|':
      return left | right;
    case '^':
      return left ^ right;
    case '<<':
      return left << right;
    case '>>':
      return left >> right;
    case '>>>':
      return left >>> right;
  }
}
