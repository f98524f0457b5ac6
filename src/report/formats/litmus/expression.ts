/** Expressions of a context over what its loads have returned: as C, and with their values in the trace. */
import { evaluate } from '../../../checker/reference/evaluate.ts';
import { registersIn } from '../../../machine/expression.ts';
import type { BinaryOperator, Expr, UnaryOperator } from '../../../machine/machine.ts';
import { LitmusRefusal } from './refusal.ts';

/** What a register holds. */
export interface Held {
  /** In the trace; null: a load whose value is not known where the trace ends. */
  readonly value: number | null;
  /** Over the test's registers; null: it depends on no load, and is its value. */
  readonly text: string | null;
}

export function constant(value: number): Held {
  return { value, text: null };
}

export function textOf({ value, text }: Held): string {
  if (text !== null) return text;
  if (value === null) throw new LitmusRefusal('a value in it is not known where the trace ends');
  return String(value);
}

/** A part that depends on no load becomes its value. */
export function held(expr: Expr, registers: readonly Held[]): Held {
  const used = [...registersIn(expr)].map((register) => registers[register] ?? constant(0));
  const known = used.every(({ value }) => value !== null);
  const values = registers.map((each) => each.value ?? 0);
  const value = known ? evaluate(expr, { registers: values, ghosts: [] }) : null;
  return { value, text: used.some(({ text }) => text !== null) ? spelt(expr, registers) : null };
}

function spelt(expr: Expr, registers: readonly Held[]): string {
  const inner = (each: Expr): string => textOf(held(each, registers));
  switch (expr.op) {
    case 'const':
      return String(expr.value);
    case 'reg':
      return textOf(registers[expr.register] ?? constant(0));
    case 'unary':
      return unary(expr.operator, inner(expr.operand));
    case 'binary':
      return `(${inner(expr.left)} ${binary(expr.operator)} ${inner(expr.right)})`;
    case 'select':
      return `(${inner(expr.condition)} ? ${inner(expr.then)} : ${inner(expr.otherwise)})`;
    case 'ghost':
      throw new LitmusRefusal('it depends on ghost state, which a litmus test does not have');
  }
}

function unary(operator: UnaryOperator, operand: string): string {
  switch (operator) {
    case '-':
    case '~':
    case '!':
      return `${operator}${operand}`;
    case 'bool':
      return `(${operand} != 0)`;
    case 'trunc': // C's integer division; nothing else is truncated.
      return operand;
  }
}

function binary(operator: BinaryOperator): string {
  switch (operator) {
    case 'and':
      return '&&';
    case 'or':
      return '||';
    case '>>>':
      throw new LitmusRefusal('it shifts without a sign (>>>), which C has no operator for');
    default:
      return operator;
  }
}
