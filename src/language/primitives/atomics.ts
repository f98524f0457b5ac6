/**
 * atomic_t: Documentation/atomic_t.txt. An operation that returns nothing orders nothing; one that
 * returns a value is fully ordered unless its name says otherwise; a conditional one that does not
 * store orders nothing. An atomic_t is a location that holds numbers.
 */
import { modelBinary } from '../staging/operators.ts';
import { read, write } from './accesses.ts';
import { add, addUnless, and, andnot, dec, inc, or, perform, sub, xor } from './atomic-families.ts';
import { typed } from './types.ts';
import type { Shared } from './types.ts';

/** With an operand: `atomic_add(i, v)`. */
export type AtomicUpdate = (i: number, v: Shared<number>) => void;
/** By one: `atomic_inc(v)`. */
export type AtomicStep = (v: Shared<number>) => void;
/** With an operand, and a result. */
export type AtomicUpdateResult = (i: number, v: Shared<number>) => number;
/** By one, and a result. */
export type AtomicStepResult = (v: Shared<number>) => number;

/** Loads; orders nothing. */
export function atomic_read(v: Shared<number>): number {
  return read('atomic_read', v, 'relaxed');
}

/** Loads; what follows comes after it. */
export function atomic_read_acquire(v: Shared<number>): number {
  return read('atomic_read_acquire', v, 'acquire');
}

/** Stores; orders nothing. */
export function atomic_set(v: Shared<number>, i: number): void {
  write('atomic_set', v, i, 'relaxed');
}

/** Stores; what precedes comes before it. */
export function atomic_set_release(v: Shared<number>, i: number): void {
  write('atomic_set_release', v, i, 'release');
}

/** `v--`; tells whether v is 0 now. Fully ordered. */
export function atomic_dec_and_test(v: Shared<number>): boolean {
  const { value } = perform('atomic_dec_and_test', 'full', '-', 1, v);
  return typed(modelBinary('==', value, 0));
}

/** `v += a` unless v is `u`; tells whether it was added. Fully ordered if so. */
export function atomic_add_unless(v: Shared<number>, a: number, u: number): boolean {
  return addUnless('atomic_add_unless', v, a, u);
}

/** `v++` unless v is 0; tells whether it was. Fully ordered if so. */
export function atomic_inc_not_zero(v: Shared<number>): boolean {
  return addUnless('atomic_inc_not_zero', v, 1, 0);
}

/** `v += i`. Orders nothing. */
export const atomic_add: AtomicUpdate = add('atomic_add', 'relaxed', 'old');
/** `v -= i`. Orders nothing. */
export const atomic_sub: AtomicUpdate = sub('atomic_sub', 'relaxed', 'old');
/** `v++`. Orders nothing. */
export const atomic_inc: AtomicStep = inc('atomic_inc', 'relaxed', 'old');
/** `v--`. Orders nothing. */
export const atomic_dec: AtomicStep = dec('atomic_dec', 'relaxed', 'old');
/** `v |= i`. Orders nothing. */
export const atomic_or: AtomicUpdate = or('atomic_or', 'relaxed', 'old');
/** `v &= i`. Orders nothing. */
export const atomic_and: AtomicUpdate = and('atomic_and', 'relaxed', 'old');
/** `v &= ~i`. Orders nothing. */
export const atomic_andnot: AtomicUpdate = andnot('atomic_andnot', 'relaxed', 'old');
/** `v ^= i`. Orders nothing. */
export const atomic_xor: AtomicUpdate = xor('atomic_xor', 'relaxed', 'old');

/** `v += i`; returns the new value. Fully ordered. */
export const atomic_add_return: AtomicUpdateResult = add('atomic_add_return', 'full', 'new');
/** `v += i`; returns the new value. Orders nothing. */
export const atomic_add_return_relaxed: AtomicUpdateResult = add(
  'atomic_add_return_relaxed',
  'relaxed',
  'new',
);
/** `v += i`; returns the new value. What follows comes after it. */
export const atomic_add_return_acquire: AtomicUpdateResult = add(
  'atomic_add_return_acquire',
  'acquire',
  'new',
);
/** `v += i`; returns the new value. What precedes comes before it. */
export const atomic_add_return_release: AtomicUpdateResult = add(
  'atomic_add_return_release',
  'release',
  'new',
);

/** `v -= i`; returns the new value. Fully ordered. */
export const atomic_sub_return: AtomicUpdateResult = sub('atomic_sub_return', 'full', 'new');
/** `v -= i`; returns the new value. Orders nothing. */
export const atomic_sub_return_relaxed: AtomicUpdateResult = sub(
  'atomic_sub_return_relaxed',
  'relaxed',
  'new',
);
/** `v -= i`; returns the new value. What follows comes after it. */
export const atomic_sub_return_acquire: AtomicUpdateResult = sub(
  'atomic_sub_return_acquire',
  'acquire',
  'new',
);
/** `v -= i`; returns the new value. What precedes comes before it. */
export const atomic_sub_return_release: AtomicUpdateResult = sub(
  'atomic_sub_return_release',
  'release',
  'new',
);

/** `v++`; returns the new value. Fully ordered. */
export const atomic_inc_return: AtomicStepResult = inc('atomic_inc_return', 'full', 'new');
/** `v++`; returns the new value. Orders nothing. */
export const atomic_inc_return_relaxed: AtomicStepResult = inc(
  'atomic_inc_return_relaxed',
  'relaxed',
  'new',
);
/** `v++`; returns the new value. What follows comes after it. */
export const atomic_inc_return_acquire: AtomicStepResult = inc(
  'atomic_inc_return_acquire',
  'acquire',
  'new',
);
/** `v++`; returns the new value. What precedes comes before it. */
export const atomic_inc_return_release: AtomicStepResult = inc(
  'atomic_inc_return_release',
  'release',
  'new',
);

/** `v--`; returns the new value. Fully ordered. */
export const atomic_dec_return: AtomicStepResult = dec('atomic_dec_return', 'full', 'new');
/** `v--`; returns the new value. Orders nothing. */
export const atomic_dec_return_relaxed: AtomicStepResult = dec(
  'atomic_dec_return_relaxed',
  'relaxed',
  'new',
);
/** `v--`; returns the new value. What follows comes after it. */
export const atomic_dec_return_acquire: AtomicStepResult = dec(
  'atomic_dec_return_acquire',
  'acquire',
  'new',
);
/** `v--`; returns the new value. What precedes comes before it. */
export const atomic_dec_return_release: AtomicStepResult = dec(
  'atomic_dec_return_release',
  'release',
  'new',
);

/** `v += i`; returns the old value. Fully ordered. */
export const atomic_fetch_add: AtomicUpdateResult = add('atomic_fetch_add', 'full', 'old');
/** `v += i`; returns the old value. Orders nothing. */
export const atomic_fetch_add_relaxed: AtomicUpdateResult = add(
  'atomic_fetch_add_relaxed',
  'relaxed',
  'old',
);
/** `v += i`; returns the old value. What follows comes after it. */
export const atomic_fetch_add_acquire: AtomicUpdateResult = add(
  'atomic_fetch_add_acquire',
  'acquire',
  'old',
);
/** `v += i`; returns the old value. What precedes comes before it. */
export const atomic_fetch_add_release: AtomicUpdateResult = add(
  'atomic_fetch_add_release',
  'release',
  'old',
);

/** `v -= i`; returns the old value. Fully ordered. */
export const atomic_fetch_sub: AtomicUpdateResult = sub('atomic_fetch_sub', 'full', 'old');
/** `v -= i`; returns the old value. Orders nothing. */
export const atomic_fetch_sub_relaxed: AtomicUpdateResult = sub(
  'atomic_fetch_sub_relaxed',
  'relaxed',
  'old',
);
/** `v -= i`; returns the old value. What follows comes after it. */
export const atomic_fetch_sub_acquire: AtomicUpdateResult = sub(
  'atomic_fetch_sub_acquire',
  'acquire',
  'old',
);
/** `v -= i`; returns the old value. What precedes comes before it. */
export const atomic_fetch_sub_release: AtomicUpdateResult = sub(
  'atomic_fetch_sub_release',
  'release',
  'old',
);

/** `v++`; returns the old value. Fully ordered. */
export const atomic_fetch_inc: AtomicStepResult = inc('atomic_fetch_inc', 'full', 'old');
/** `v++`; returns the old value. Orders nothing. */
export const atomic_fetch_inc_relaxed: AtomicStepResult = inc(
  'atomic_fetch_inc_relaxed',
  'relaxed',
  'old',
);
/** `v++`; returns the old value. What follows comes after it. */
export const atomic_fetch_inc_acquire: AtomicStepResult = inc(
  'atomic_fetch_inc_acquire',
  'acquire',
  'old',
);
/** `v++`; returns the old value. What precedes comes before it. */
export const atomic_fetch_inc_release: AtomicStepResult = inc(
  'atomic_fetch_inc_release',
  'release',
  'old',
);

/** `v--`; returns the old value. Fully ordered. */
export const atomic_fetch_dec: AtomicStepResult = dec('atomic_fetch_dec', 'full', 'old');
/** `v--`; returns the old value. Orders nothing. */
export const atomic_fetch_dec_relaxed: AtomicStepResult = dec(
  'atomic_fetch_dec_relaxed',
  'relaxed',
  'old',
);
/** `v--`; returns the old value. What follows comes after it. */
export const atomic_fetch_dec_acquire: AtomicStepResult = dec(
  'atomic_fetch_dec_acquire',
  'acquire',
  'old',
);
/** `v--`; returns the old value. What precedes comes before it. */
export const atomic_fetch_dec_release: AtomicStepResult = dec(
  'atomic_fetch_dec_release',
  'release',
  'old',
);

/** `v |= i`; returns the old value. Fully ordered. */
export const atomic_fetch_or: AtomicUpdateResult = or('atomic_fetch_or', 'full', 'old');
/** `v |= i`; returns the old value. Orders nothing. */
export const atomic_fetch_or_relaxed: AtomicUpdateResult = or(
  'atomic_fetch_or_relaxed',
  'relaxed',
  'old',
);
/** `v |= i`; returns the old value. What follows comes after it. */
export const atomic_fetch_or_acquire: AtomicUpdateResult = or(
  'atomic_fetch_or_acquire',
  'acquire',
  'old',
);
/** `v |= i`; returns the old value. What precedes comes before it. */
export const atomic_fetch_or_release: AtomicUpdateResult = or(
  'atomic_fetch_or_release',
  'release',
  'old',
);

/** `v &= i`; returns the old value. Fully ordered. */
export const atomic_fetch_and: AtomicUpdateResult = and('atomic_fetch_and', 'full', 'old');
/** `v &= i`; returns the old value. Orders nothing. */
export const atomic_fetch_and_relaxed: AtomicUpdateResult = and(
  'atomic_fetch_and_relaxed',
  'relaxed',
  'old',
);
/** `v &= i`; returns the old value. What follows comes after it. */
export const atomic_fetch_and_acquire: AtomicUpdateResult = and(
  'atomic_fetch_and_acquire',
  'acquire',
  'old',
);
/** `v &= i`; returns the old value. What precedes comes before it. */
export const atomic_fetch_and_release: AtomicUpdateResult = and(
  'atomic_fetch_and_release',
  'release',
  'old',
);

/** `v &= ~i`; returns the old value. Fully ordered. */
export const atomic_fetch_andnot: AtomicUpdateResult = andnot('atomic_fetch_andnot', 'full', 'old');
/** `v &= ~i`; returns the old value. Orders nothing. */
export const atomic_fetch_andnot_relaxed: AtomicUpdateResult = andnot(
  'atomic_fetch_andnot_relaxed',
  'relaxed',
  'old',
);
/** `v &= ~i`; returns the old value. What follows comes after it. */
export const atomic_fetch_andnot_acquire: AtomicUpdateResult = andnot(
  'atomic_fetch_andnot_acquire',
  'acquire',
  'old',
);
/** `v &= ~i`; returns the old value. What precedes comes before it. */
export const atomic_fetch_andnot_release: AtomicUpdateResult = andnot(
  'atomic_fetch_andnot_release',
  'release',
  'old',
);

/** `v ^= i`; returns the old value. Fully ordered. */
export const atomic_fetch_xor: AtomicUpdateResult = xor('atomic_fetch_xor', 'full', 'old');
/** `v ^= i`; returns the old value. Orders nothing. */
export const atomic_fetch_xor_relaxed: AtomicUpdateResult = xor(
  'atomic_fetch_xor_relaxed',
  'relaxed',
  'old',
);
/** `v ^= i`; returns the old value. What follows comes after it. */
export const atomic_fetch_xor_acquire: AtomicUpdateResult = xor(
  'atomic_fetch_xor_acquire',
  'acquire',
  'old',
);
/** `v ^= i`; returns the old value. What precedes comes before it. */
export const atomic_fetch_xor_release: AtomicUpdateResult = xor(
  'atomic_fetch_xor_release',
  'release',
  'old',
);
