/**
 * Bit operations: kernel/…/bitops, Documentation/atomic_bitops.txt. A bitmap is one word of 32 bits
 * here; another bit number is an error with its trace.
 */
import { refuse } from '../errors.ts';
import { load, update } from '../staging/accesses.ts';
import { staging } from '../staging/current.ts';
import { BOOL, S32, binary, constant, unary } from '../staging/expressions.ts';
import { fitting, locateShared } from '../staging/locations.ts';
import { typed } from './types.ts';
import type { Expr, RmwOrder } from '../../machine/machine.ts';
import type { Stage } from '../staging/stage.ts';
import type { Shared } from './types.ts';

/** Orders nothing. */
export function set_bit(nr: number, map: Shared<number>): void {
  change('set_bit', 'relaxed', nr, map, set);
}

/** Orders nothing. */
export function clear_bit(nr: number, map: Shared<number>): void {
  change('clear_bit', 'relaxed', nr, map, clear);
}

/** Orders nothing. */
export function change_bit(nr: number, map: Shared<number>): void {
  change('change_bit', 'relaxed', nr, map, flip);
}

/** What precedes comes before it. */
export function clear_bit_unlock(nr: number, map: Shared<number>): void {
  change('clear_bit_unlock', 'release', nr, map, clear);
}

/** Whether the bit is set; orders nothing. */
export function test_bit(nr: number, map: Shared<number>): boolean {
  const stage = staging('test_bit()');
  const target = locateShared(stage, map, 'test_bit');
  const mask = maskOf(stage, 'test_bit', nr);
  return isSet(stage, load(stage, target, 'relaxed', 'test_bit').expr, mask);
}

/** Sets the bit; tells whether it was set. Fully ordered. */
export function test_and_set_bit(nr: number, map: Shared<number>): boolean {
  return change('test_and_set_bit', 'full', nr, map, set);
}

/** Clears the bit; tells whether it was set. Fully ordered. */
export function test_and_clear_bit(nr: number, map: Shared<number>): boolean {
  return change('test_and_clear_bit', 'full', nr, map, clear);
}

/** Flips the bit; tells whether it was set. Fully ordered. */
export function test_and_change_bit(nr: number, map: Shared<number>): boolean {
  return change('test_and_change_bit', 'full', nr, map, flip);
}

/** Sets the bit; tells whether it was set. What follows comes after it. */
export function test_and_set_bit_lock(nr: number, map: Shared<number>): boolean {
  return change('test_and_set_bit_lock', 'acquire', nr, map, set);
}

type BitOperation = (word: Expr, mask: Expr) => Expr;

const set: BitOperation = (word, mask) => binary('|', word, mask);
const clear: BitOperation = (word, mask) => binary('&', word, unary('~', mask));
const flip: BitOperation = (word, mask) => binary('^', word, mask);

function change(
  primitive: string,
  order: RmwOrder,
  nr: unknown,
  map: unknown,
  operation: BitOperation,
): boolean {
  const stage = staging(`${primitive}()`);
  const target = locateShared(stage, map, primitive);
  const mask = maskOf(stage, primitive, nr);
  const value = (old: Expr): Expr => operation(old, mask);
  return isSet(stage, update(stage, target, { primitive, order, value }).expr, mask);
}

function isSet(stage: Stage, word: Expr, mask: Expr): boolean {
  return typed(stage.scalar(binary('!=', binary('&', word, mask), constant(0)), BOOL));
}

/** `1 << nr`. JavaScript would take `nr` modulo 32, and another bit for the one that is meant. */
function maskOf(stage: Stage, primitive: string, nr: unknown): Expr {
  const expr = fitting(stage, nr, S32, `${primitive}()`);
  if (expr.op === 'const') {
    if (Number.isInteger(expr.value) && expr.value >= 0 && expr.value < 32)
      return constant(1 << expr.value);
    return refuse(
      'KC0121',
      `${primitive}() is given bit ${expr.value}`,
      'A bitmap has bits 0 to 31.',
    );
  }
  const within = binary('and', binary('>=', expr, constant(0)), binary('<', expr, constant(32)));
  const name = 'bit number out of range';
  stage.record({ kind: 'assert', condition: within, name, implied: true });
  return binary('<<', constant(1), expr);
}
