/** Operators on values of which one is a model value; ordinary values never get here. */
import { refuse } from '../errors.ts';
import { describe } from './cells.ts';
import { staging } from './current.ts';
import { BOOL, binary, constant, like, select, unary } from './expressions.ts';
import { toScalar } from './scalars.ts';
import { isModel, modelOf } from './values.ts';
import type { BinaryOperator, Expr, ValueType } from '../../machine/machine.ts';
import type { Word } from './scalars.ts';
import type { Stage } from './stage.ts';

const ARITHMETIC = new Set<string>(['+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>', '>>>']);
const ORDER = new Set<string>(['<', '<=', '>', '>=']);
const EQUALITY: Readonly<Record<string, '==' | '!='>> = {
  '==': '==',
  '===': '==',
  '!=': '!=',
  '!==': '!=',
};

export function modelBinary(operator: string, left: unknown, right: unknown): unknown {
  const stage = staging(`'${operator}'`);
  const equal = EQUALITY[operator];
  if (equal) return equality(stage, equal, left, right);
  if (!ARITHMETIC.has(operator) && !ORDER.has(operator)) return refuseOperator(operator);
  const a = integer(stage, operator, left);
  const b = integer(stage, operator, right);
  const expr = binary(machineOperator(operator), a.expr, b.expr);
  return stage.scalar(expr, ORDER.has(operator) ? BOOL : arithmeticType(operator, a.type, b.type));
}

function machineOperator(operator: string): BinaryOperator {
  for (const known of OPERATORS) if (known === operator) return known;
  return refuseOperator(operator);
}

const OPERATORS: readonly BinaryOperator[] = [
  '+',
  '-',
  '*',
  '/',
  '%',
  '&',
  '|',
  '^',
  '<<',
  '>>',
  '>>>',
  '<',
  '<=',
  '>',
  '>=',
];

function refuseOperator(operator: string): never {
  return refuse(
    'KC0113',
    `operator '${operator}' on a model value`,
    `Model values know ${OPERATORS.join(' ')} === !== ! ~ && || and ?: .`,
  );
}

function integer(stage: Stage, operator: string, value: unknown): Word {
  const word = isModel(value) || typeof value === 'number' ? toScalar(value, stage) : null;
  if (word?.type.kind === 'int') return word;
  return refuse(
    'KC0114',
    `operator '${operator}' on ${describe(value)}`,
    typeof value === 'boolean' || word?.type.kind === 'bool'
      ? 'It takes numbers; write (b ? 1 : 0) for a boolean, && and || for logic.'
      : 'It takes numbers.',
  );
}

/** Bit operations keep the spelling of flags. */
function arithmeticType(operator: string, a: ValueType, b: ValueType): ValueType {
  if (!['&', '|', '^'].includes(operator)) return like(BOOL);
  const first = like(a);
  return first.display.kind === 'decimal' ? like(b) : first;
}

export function equality(
  stage: Stage,
  operator: '==' | '!=',
  left: unknown,
  right: unknown,
): unknown {
  if (left === undefined || right === undefined) return neverUndefined(operator, left, right);
  const a = operand(stage, left);
  const b = operand(stage, right);
  if (a && b && comparable(a.type, b.type))
    return stage.scalar(binary(operator, a.expr, b.expr), BOOL);
  return refuse(
    'KC0114',
    `${describe(left)} is compared with ${describe(right)}`,
    'Compare values of one type: numbers, booleans, or pointers to one kind of structure (or null).',
  );
}

/** A number, boolean or pointer is never undefined; what an index chooses is, out of bounds. */
function neverUndefined(operator: '==' | '!=', left: unknown, right: unknown): boolean {
  if ([left, right].every((value) => modelOf(value)?.kind !== 'view')) return operator === '!=';
  return refuse(
    'KC0114',
    'an element that a model value chooses is compared with undefined',
    'An index out of bounds is an error of its own; compare the index with the length.',
  );
}

function operand(stage: Stage, value: unknown): Word | null {
  const ordinary =
    typeof value === 'string' || typeof value === 'bigint' || typeof value === 'function';
  return ordinary ? null : toScalar(value, stage);
}

function comparable(a: ValueType, b: ValueType): boolean {
  if (a.kind !== 'ref' || b.kind !== 'ref') return a.kind === b.kind;
  return a.shape === b.shape || a.shape === '' || b.shape === '';
}

/** A value of any type as a boolean. */
export function truth(value: unknown): unknown {
  if (!isModel(value)) return Boolean(value);
  const stage = staging('a condition');
  const { expr, type } = toScalar(value, stage);
  return type.kind === 'bool' ? value : stage.scalar(unary('bool', expr), BOOL);
}

export function modelUnary(operator: '-' | '~' | '+', value: unknown): unknown {
  const stage = staging(`'${operator}'`);
  const { expr, type } = integer(stage, operator, value);
  if (operator === '+') return value;
  return stage.scalar(unary(operator, expr), operator === '~' ? like(type) : like(BOOL));
}

/** Math functions with a plain meaning on integers. */
export function modelMath(name: string, args: readonly unknown[]): unknown {
  const stage = staging(`Math.${name}`);
  const words = args.map((arg) => integer(stage, `Math.${name}`, arg).expr);
  return stage.scalar(mathExpr(name, words), like(BOOL));
}

function mathExpr(name: string, words: readonly Expr[]): Expr {
  const [first = constant(0)] = words;
  if (name === 'trunc') return unary('trunc', first);
  if (name === 'abs') return select(binary('<', first, constant(0)), unary('-', first), first);
  const operator = name === 'min' ? '<' : '>';
  return words.reduce((a, b) => select(wins(operator, b, a), b, a));
}

/** Not a number (x % 0) wins over every number. */
function wins(operator: '<' | '>', b: Expr, a: Expr): Expr {
  return binary('or', binary(operator, b, a), binary('!=', b, b));
}

export const STAGED_MATH: ReadonlySet<string> = new Set(['trunc', 'abs', 'min', 'max']);

export function modelTypeof(value: unknown): string {
  const model = modelOf(value);
  if (model?.kind === 'view' && model.elements.some((e) => typeof e !== 'object')) {
    refuse('KC0125', 'typeof of one of several values', 'Choose among values of one type.');
  }
  if (model?.kind !== 'scalar' || model.type.kind === 'ref') return 'object';
  return model.type.kind === 'int' ? 'number' : 'boolean';
}
