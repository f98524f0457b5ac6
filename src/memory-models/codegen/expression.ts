/**
 * Machine expressions as JavaScript source. The meaning of an expression is JavaScript's on numbers,
 * so the translation is one to one; only truth values need care: a condition is emitted as a
 * JavaScript condition, a truth value that is kept as 0 or 1.
 */
import type { Address, Expr } from '../../machine/machine.ts';

/** How the emitted code reads what is not in the expression itself. */
export interface Names {
  register(index: number): string;
  /** A ghost's word, given the source of its index (a number literal where it is constant). */
  ghost(index: string): string;
  /** The name of a table with a 1 for each valid index of this address. */
  validity(address: Address): string;
}

const COMPARISONS: ReadonlyMap<string, string> = new Map([
  ['==', '==='],
  ['!=', '!=='],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
]);

/** Source of a JavaScript number with the expression's value. */
export function emitValue(expr: Expr, names: Names): string {
  switch (expr.op) {
    case 'const':
      return expr.value < 0 ? `(${expr.value})` : `${expr.value}`;
    case 'reg':
      return names.register(expr.register);
    case 'ghost':
      return names.ghost(emitGhostIndex(expr.address, names));
    case 'unary':
      return emitUnary(expr, names);
    case 'binary':
      return isTruth(expr)
        ? `(${emitCondition(expr, names)} ? 1 : 0)`
        : `(${emitValue(expr.left, names)} ${expr.operator} ${emitValue(expr.right, names)})`;
    case 'select':
      return `(${emitCondition(expr.condition, names)} ? ${emitValue(expr.then, names)} : ${emitValue(expr.otherwise, names)})`;
  }
}

/** Source of a JavaScript condition that holds when the expression is true. */
export function emitCondition(expr: Expr, names: Names): string {
  if (expr.op === 'unary' && expr.operator === '!') {
    return `!(${emitCondition(expr.operand, names)})`;
  }
  if (expr.op === 'unary' && expr.operator === 'bool') return emitCondition(expr.operand, names);
  if (expr.op === 'binary' && isTruth(expr)) {
    const comparison = COMPARISONS.get(expr.operator);
    if (comparison !== undefined) {
      return `${emitValue(expr.left, names)} ${comparison} ${emitValue(expr.right, names)}`;
    }
    const connective = expr.operator === 'and' ? '&&' : '||';
    return `((${emitCondition(expr.left, names)}) ${connective} (${emitCondition(expr.right, names)}))`;
  }
  // Not a number (x % 0) is false.
  return mayOverflow(expr) ? `!!${emitValue(expr, names)}` : `${emitValue(expr, names)} !== 0`;
}

/** Source of an address's index, unchecked. */
export function emitIndex(address: Address, names: Names): string {
  return emitValue(address.expr, names);
}

/** Whether a value may be something else than a 32-bit integer. */
export function mayOverflow(expr: Expr): boolean {
  switch (expr.op) {
    case 'const':
      return expr.value !== (expr.value | 0);
    case 'reg':
    case 'ghost':
      return false;
    case 'unary':
      return expr.operator === '-' || (expr.operator === 'trunc' && mayOverflow(expr.operand));
    case 'binary':
      return ['+', '-', '*', '/', '%', '>>>'].includes(expr.operator);
    case 'select':
      return mayOverflow(expr.then) || mayOverflow(expr.otherwise);
  }
}

/** Inside an expression there is no way to fail: `checked` notes the fault, the step asks for it. */
function emitGhostIndex(address: Address, names: Names): string {
  const index = emitIndex(address, names);
  return address.expr.op === 'const' ? index : `checked(${names.validity(address)}, ${index})`;
}

/** Whether evaluating the expression may note a fault. */
export function mayFault(expr: Expr): boolean {
  switch (expr.op) {
    case 'const':
    case 'reg':
      return false;
    case 'ghost':
      return expr.address.expr.op !== 'const';
    case 'unary':
      return mayFault(expr.operand);
    case 'binary':
      return mayFault(expr.left) || mayFault(expr.right);
    case 'select':
      return [expr.condition, expr.then, expr.otherwise].some(mayFault);
  }
}

function isTruth(expr: Expr & { op: 'binary' }): boolean {
  return COMPARISONS.has(expr.operator) || expr.operator === 'and' || expr.operator === 'or';
}

function emitUnary(expr: Expr & { op: 'unary' }, names: Names): string {
  switch (expr.operator) {
    case '!':
    case 'bool':
      return `(${emitCondition(expr, names)} ? 1 : 0)`;
    case 'trunc':
      return `Math.trunc(${emitValue(expr.operand, names)})`;
    case '-':
    case '~':
      return `(${expr.operator} ${emitValue(expr.operand, names)})`;
  }
}
