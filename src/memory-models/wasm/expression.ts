/**
 * Machine expressions as WebAssembly. Their meaning is JavaScript's on numbers: what is a 32-bit integer
 * whatever its operands are is computed as one, all else as a double, which JavaScript's numbers are.
 */
import { walk } from '../../machine/expression.ts';
import type { Address, Expr } from '../../machine/machine.ts';
import { mayOverflow } from '../codegen/expression.ts';
import * as wasm from './code.ts';
import type { Code } from './code.ts';

/** How the code reads what is not in the expression itself. */
export interface Reader {
  register(index: number): Code;
  ghost(address: Address): Code;
}

/** What this back end leaves to the other one. */
export class Unsupported extends Error {}

type Binary = Extract<Expr, { op: 'binary' }>;

const INT_COMPARISONS: ReadonlyMap<string, (a: Code, b: Code) => Code> = new Map([
  ['==', wasm.equal],
  ['!=', wasm.unequal],
  ['<', wasm.less],
  ['<=', wasm.atMost],
  ['>', wasm.greater],
  ['>=', wasm.atLeast],
]);

const DOUBLE_COMPARISONS: ReadonlyMap<string, (a: Code, b: Code) => Code> = new Map([
  ['==', wasm.double.equal],
  ['!=', wasm.double.unequal],
  ['<', wasm.double.less],
  ['<=', wasm.double.atMost],
  ['>', wasm.double.greater],
  ['>=', wasm.double.atLeast],
]);

const BITWISE: ReadonlyMap<string, (a: Code, b: Code) => Code> = new Map([
  ['&', wasm.and],
  ['|', wasm.or],
  ['^', wasm.xor],
  ['<<', wasm.shiftLeft],
  ['>>', wasm.shiftRight],
]);

const ARITHMETIC: ReadonlyMap<string, (a: Code, b: Code) => Code> = new Map([
  ['+', wasm.double.add],
  ['-', wasm.double.subtract],
  ['*', wasm.double.multiply],
  ['/', wasm.double.divide],
]);

/** The value as an i32 where mayOverflow() is false, else as an f64. */
export function valueOf(expr: Expr, reader: Reader): Code {
  switch (expr.op) {
    case 'const':
      return mayOverflow(expr) ? wasm.f64(expr.value) : wasm.i32(expr.value);
    case 'reg':
      return reader.register(expr.register);
    case 'ghost':
      return reader.ghost(expr.address);
    case 'unary':
      return unaryValue(expr, reader);
    case 'binary':
      return binaryValue(expr, reader);
    case 'select': {
      const type = mayOverflow(expr) ? 'f64' : 'i32';
      const as = type === 'f64' ? doubleOf : valueOf;
      const condition = conditionOf(expr.condition, reader);
      return wasm.choice(condition, type, as(expr.then, reader), as(expr.otherwise, reader));
    }
  }
}

/** An i32 that is not 0 when the expression is true; what is no number is false. */
export function conditionOf(expr: Expr, reader: Reader): Code {
  if (expr.op === 'unary' && expr.operator === '!') {
    return wasm.not(conditionOf(expr.operand, reader));
  }
  if (expr.op === 'unary' && expr.operator === 'bool') return conditionOf(expr.operand, reader);
  if (!mayOverflow(expr)) return valueOf(expr, reader);
  return wasm.double.greater(wasm.double.absolute(valueOf(expr, reader)), wasm.f64(0));
}

export function doubleOf(expr: Expr, reader: Reader): Code {
  const value = valueOf(expr, reader);
  return mayOverflow(expr) ? value : wasm.double.ofInt(value);
}

/** The value as an index: a double that is no 32-bit integer is -1, no index of anything. */
export function indexOf(expr: Expr, reader: Reader): Code {
  if (!mayOverflow(expr)) return valueOf(expr, reader);
  const value = valueOf(expr, reader);
  const int = wasm.double.toInt(value);
  return wasm.choice(wasm.double.equal(wasm.double.ofInt(int), value), 'i32', int, wasm.i32(-1));
}

/** JavaScript's ToInt32. */
function bitsOf(expr: Expr, reader: Reader): Code {
  if (!mayOverflow(expr)) return valueOf(expr, reader);
  if (magnitude(expr) >= 2 ** 63) throw new Unsupported('the bits of a large number');
  const value = valueOf(expr, reader);
  const finite = wasm.double.less(wasm.double.absolute(value), wasm.f64(2 ** 63));
  return wasm.choice(finite, 'i32', wasm.long.wrap(wasm.double.toLong(value)), wasm.i32(0));
}

function unaryValue(expr: Extract<Expr, { op: 'unary' }>, reader: Reader): Code {
  switch (expr.operator) {
    case '!':
      return wasm.not(conditionOf(expr.operand, reader));
    case 'bool':
      return wasm.not(wasm.not(conditionOf(expr.operand, reader)));
    case 'trunc': {
      const value = valueOf(expr.operand, reader);
      return mayOverflow(expr.operand) ? wasm.double.truncate(value) : value;
    }
    case '-':
      return wasm.double.negate(doubleOf(expr.operand, reader));
    case '~':
      return wasm.xor(bitsOf(expr.operand, reader), wasm.i32(-1));
  }
}

function binaryValue(expr: Binary, reader: Reader): Code {
  const { operator, left, right } = expr;
  if (operator === 'and') {
    const rest = wasm.not(wasm.not(conditionOf(right, reader)));
    return wasm.choice(conditionOf(left, reader), 'i32', rest, wasm.i32(0));
  }
  if (operator === 'or') {
    const rest = wasm.not(wasm.not(conditionOf(right, reader)));
    return wasm.choice(conditionOf(left, reader), 'i32', wasm.i32(1), rest);
  }
  if (operator === '/' && hasRemainder(right)) throw new Unsupported('a division by a remainder');
  if (operator === '%') return remainderOf(left, right, reader);
  if (operator === '>>>') {
    const shifted = wasm.shiftRightUnsigned(bitsOf(left, reader), bitsOf(right, reader));
    return wasm.double.ofUnsigned(shifted);
  }
  const bitwise = BITWISE.get(operator);
  if (bitwise !== undefined) return bitwise(bitsOf(left, reader), bitsOf(right, reader));
  const arithmetic = ARITHMETIC.get(operator);
  if (arithmetic !== undefined) return arithmetic(doubleOf(left, reader), doubleOf(right, reader));
  return comparison(expr, reader);
}

function comparison({ operator, left, right }: Binary, reader: Reader): Code {
  const doubles = mayOverflow(left) || mayOverflow(right);
  const compare = (doubles ? DOUBLE_COMPARISONS : INT_COMPARISONS).get(operator);
  if (compare === undefined) throw new Unsupported(operator);
  const as = doubles ? doubleOf : valueOf;
  return compare(as(left, reader), as(right, reader));
}

/** Of integers. A remainder of -0 is 0 here, which only a division could tell. */
function remainderOf(left: Expr, right: Expr, reader: Reader): Code {
  if (mayOverflow(left) || mayOverflow(right)) throw new Unsupported('% of what may be no integer');
  const divisor = valueOf(right, reader);
  const value = wasm.double.ofInt(wasm.remainder(valueOf(left, reader), divisor));
  return wasm.choice(divisor, 'f64', value, wasm.f64(NaN));
}

function hasRemainder(expr: Expr): boolean {
  let found = false;
  walk(expr, (part) => {
    if (part.op === 'binary' && part.operator === '%') found = true;
  });
  return found;
}

/** A bound on the absolute value where it is finite. */
function magnitude(expr: Expr): number {
  switch (expr.op) {
    case 'const':
      return Math.abs(expr.value);
    case 'reg':
    case 'ghost':
      return 2 ** 31;
    case 'unary':
      return Math.max(magnitude(expr.operand), 2 ** 31);
    case 'select':
      return Math.max(magnitude(expr.then), magnitude(expr.otherwise));
    case 'binary':
      return magnitudeOf(expr);
  }
}

function magnitudeOf({ operator, left, right }: Binary): number {
  switch (operator) {
    case '+':
    case '-':
      return magnitude(left) + magnitude(right);
    case '*':
      return magnitude(left) * magnitude(right);
    case '/':
      return mayOverflow(right) ? Infinity : magnitude(left);
    case '%':
      return magnitude(left);
    case '&':
    case '|':
    case '^':
    case '<<':
    case '>>':
    case '>>>':
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case 'and':
    case 'or':
      return 2 ** 32;
  }
}
