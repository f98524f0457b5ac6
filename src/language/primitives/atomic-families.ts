/** The makers of atomics.ts's operations: what each does to the value, and what it returns. */
import { update } from '../staging/accesses.ts';
import { staging } from '../staging/current.ts';
import { BOOL, S32, binary, constant, like, unary } from '../staging/expressions.ts';
import { fitting, locateShared } from '../staging/locations.ts';
import { typed } from './types.ts';
import type { BinaryOperator, Expr, RmwOrder } from '../../machine/machine.ts';
import type { AtomicStepResult, AtomicUpdateResult } from './atomics.ts';

type Operator = Extract<BinaryOperator, '+' | '-' | '|' | '&' | '^'> | 'andnot';
type Maker<F> = (primitive: string, order: RmwOrder, result: 'old' | 'new') => F;

/** `v op= i`. */
export const add: Maker<AtomicUpdateResult> = withOperand('+');
export const sub: Maker<AtomicUpdateResult> = withOperand('-');
export const or: Maker<AtomicUpdateResult> = withOperand('|');
export const and: Maker<AtomicUpdateResult> = withOperand('&');
export const xor: Maker<AtomicUpdateResult> = withOperand('^');
export const andnot: Maker<AtomicUpdateResult> = withOperand('andnot');
/** `v op= 1`. */
export const inc: Maker<AtomicStepResult> = byOne('+');
export const dec: Maker<AtomicStepResult> = byOne('-');

export interface Performed {
  readonly old: unknown;
  /** The new value. */
  readonly value: unknown;
}

/** One unconditional operation. */
export function perform(
  primitive: string,
  order: RmwOrder,
  operator: Operator,
  i: unknown,
  v: unknown,
): Performed {
  const stage = staging(`${primitive}()`);
  const target = locateShared(stage, v, primitive);
  const operand = fitting(stage, i, S32, `${primitive}()`);
  fitting(stage, 0, target.type, `${primitive}()`);
  const value = (old: Expr): Expr => applied(operator, old, operand);
  const { expr, type, value: old } = update(stage, target, { primitive, order, value });
  return { old, value: stage.scalar(value(expr), like(type)) };
}

/** `v += a` unless v is `u`; whether it was added. */
export function addUnless(primitive: string, v: unknown, a: unknown, u: unknown): boolean {
  const stage = staging(`${primitive}()`);
  const target = locateShared(stage, v, primitive);
  const operand = fitting(stage, a, S32, `${primitive}()`);
  const exception = fitting(stage, u, target.type, `${primitive}()`);
  const differs = (old: Expr): Expr => binary('!=', old, exception);
  const value = (old: Expr): Expr => binary('+', old, operand);
  const { expr } = update(stage, target, { primitive, order: 'full', value, condition: differs });
  return typed(stage.scalar(differs(expr), BOOL));
}

function withOperand(operator: Operator): Maker<AtomicUpdateResult> {
  return (primitive, order, result) => (i, v) =>
    typed(perform(primitive, order, operator, i, v)[RESULT[result]]);
}

function byOne(operator: Operator): Maker<AtomicStepResult> {
  return (primitive, order, result) => (v) =>
    typed(perform(primitive, order, operator, 1, v)[RESULT[result]]);
}

const RESULT = { old: 'old', new: 'value' } as const;

function applied(operator: Operator, old: Expr, operand: Expr): Expr {
  if (operator !== 'andnot') return binary(operator, old, operand);
  return binary('&', old, operand.op === 'const' ? constant(~operand.value) : unary('~', operand));
}
