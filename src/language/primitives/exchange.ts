/** xchg() and cmpxchg(), also as atomic_xchg() and atomic_cmpxchg(). */
import { update } from '../staging/accesses.ts';
import { staging } from '../staging/current.ts';
import { BOOL, binary } from '../staging/expressions.ts';
import { fitting, locateShared } from '../staging/locations.ts';
import { typed } from './types.ts';
import type { RmwOrder } from '../../machine/machine.ts';
import type { Expr } from '../../machine/machine.ts';
import type { Shared } from './types.ts';

/** Stores a value; returns the old one. */
export type Exchange = <T>(location: Shared<T>, value: NoInfer<T>) => T;

/** Stores `value` if the location holds `old`; returns what it held. A failed one orders nothing. */
export type CompareExchange = <T>(location: Shared<T>, old: NoInfer<T>, value: NoInfer<T>) => T;

/** Fully ordered. */
export const xchg: Exchange = exchange('xchg', 'full');
/** Orders nothing. */
export const xchg_relaxed: Exchange = exchange('xchg_relaxed', 'relaxed');
/** What follows comes after it. */
export const xchg_acquire: Exchange = exchange('xchg_acquire', 'acquire');
/** What precedes comes before it. */
export const xchg_release: Exchange = exchange('xchg_release', 'release');

/** Fully ordered if it stores. */
export const cmpxchg: CompareExchange = compareExchange('cmpxchg', 'full');
/** Orders nothing. */
export const cmpxchg_relaxed: CompareExchange = compareExchange('cmpxchg_relaxed', 'relaxed');
/** What follows comes after it, if it stores. */
export const cmpxchg_acquire: CompareExchange = compareExchange('cmpxchg_acquire', 'acquire');
/** What precedes comes before it, if it stores. */
export const cmpxchg_release: CompareExchange = compareExchange('cmpxchg_release', 'release');

/** Fully ordered. */
export const atomic_xchg: Exchange = exchange('atomic_xchg', 'full');
/** Orders nothing. */
export const atomic_xchg_relaxed: Exchange = exchange('atomic_xchg_relaxed', 'relaxed');
/** What follows comes after it. */
export const atomic_xchg_acquire: Exchange = exchange('atomic_xchg_acquire', 'acquire');
/** What precedes comes before it. */
export const atomic_xchg_release: Exchange = exchange('atomic_xchg_release', 'release');

/** Fully ordered if it stores. */
export const atomic_cmpxchg: CompareExchange = compareExchange('atomic_cmpxchg', 'full');
/** Orders nothing. */
export const atomic_cmpxchg_relaxed: CompareExchange = compareExchange(
  'atomic_cmpxchg_relaxed',
  'relaxed',
);
/** What follows comes after it, if it stores. */
export const atomic_cmpxchg_acquire: CompareExchange = compareExchange(
  'atomic_cmpxchg_acquire',
  'acquire',
);
/** What precedes comes before it, if it stores. */
export const atomic_cmpxchg_release: CompareExchange = compareExchange(
  'atomic_cmpxchg_release',
  'release',
);

/**
 * Stores `value` if the location holds `old`; tells whether it did. Fully ordered if it stores. Unlike
 * the kernel's, it leaves `old` alone: read the location again after a failure.
 */
export function try_cmpxchg<T>(location: Shared<T>, old: NoInfer<T>, value: NoInfer<T>): boolean {
  const stage = staging('try_cmpxchg()');
  const { found, expected } = compare('try_cmpxchg', 'full', location, old, value);
  return typed(stage.scalar(binary('==', found.expr, expected), BOOL));
}

function exchange(primitive: string, order: RmwOrder): Exchange {
  return <T>(location: Shared<T>, value: NoInfer<T>): T => {
    const stage = staging(`${primitive}()`);
    const target = locateShared(stage, location, primitive);
    const word = fitting(stage, value, target.type, `${primitive}()`);
    return typed(update(stage, target, { primitive, order, value: () => word }).value);
  };
}

function compareExchange(primitive: string, order: RmwOrder): CompareExchange {
  return <T>(location: Shared<T>, old: NoInfer<T>, value: NoInfer<T>): T =>
    typed(compare(primitive, order, location, old, value).found.value);
}

function compare(
  primitive: string,
  order: RmwOrder,
  location: unknown,
  old: unknown,
  value: unknown,
): { readonly found: ReturnType<typeof update>; readonly expected: Expr } {
  const stage = staging(`${primitive}()`);
  const target = locateShared(stage, location, primitive);
  const expected = fitting(stage, old, target.type, `${primitive}()`);
  const word = fitting(stage, value, target.type, `${primitive}()`);
  const condition = (held: Expr): Expr => binary('==', held, expected);
  const found = update(stage, target, { primitive, order, value: () => word, condition });
  return { found, expected };
}
