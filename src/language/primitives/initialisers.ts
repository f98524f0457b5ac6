/** Initial values that say what a location may hold and how it is spelt. */
import { refuse } from '../errors.ts';
import { describe } from '../staging/cells.ts';
import { BOOL, S32, range } from '../staging/expressions.ts';
import { structureOf } from '../staging/memory.ts';
import { isModel } from '../staging/values.ts';
import { typed } from './types.ts';
import type { Initialiser, Lock, Mutex } from './types.ts';
import type { Display, IntType, ValueType } from '../../machine/machine.ts';

/** A scalar to be: its type, its initial word, and whether it is a lock. */
export class Scalar {
  readonly type: ValueType;
  readonly initial: number;
  readonly lock: boolean;

  constructor(type: ValueType, initial: number, lock = false) {
    this.type = type;
    this.initial = initial;
    this.lock = lock;
  }
}

/** A pointer to be: its type is complete when every structure is declared. */
export class Pointer {
  readonly to: object | null;
  readonly like: object | null;

  constructor(to: object | null, like: object | null) {
    this.to = to;
    this.like = like;
  }
}

/** A boolean location: the same as its initial value alone. */
export function bool(value: boolean): Initialiser<boolean> {
  if (typeof value !== 'boolean') wrong('bool', value, 'a boolean');
  return typed(new Scalar(BOOL, value ? 1 : 0));
}

/** An integer from 0 to 255; what does not fit is an error with its trace. */
export function u8(value: number): Initialiser<number> {
  return integer('u8', value, range(0, 0xff));
}

/** An integer from 0 to 65535. */
export function u16(value: number): Initialiser<number> {
  return integer('u16', value, range(0, 0xffff));
}

/** An integer from -128 to 127. */
export function s8(value: number): Initialiser<number> {
  return integer('s8', value, range(-0x80, 0x7f));
}

/** An integer from -32768 to 32767. */
export function s16(value: number): Initialiser<number> {
  return integer('s16', value, range(-0x8000, 0x7fff));
}

/** An integer from `min` to `max`, both inclusive. */
export function ranged(value: number, min: number, max: number): Initialiser<number> {
  for (const bound of [min, max])
    if (bound !== (bound | 0)) wrong('ranged', bound, 'a 32-bit bound');
  return integer('ranged', value, range(min, max));
}

/** A 32-bit integer that is spelt in hexadecimal. */
export function hex(value: number): Initialiser<number> {
  return integer('hex', value, { ...S32, display: { kind: 'hex' } });
}

/**
 * One of a set of named values, `names(0, { idle: 0, busy: 1 })`: spelt by its name. The location
 * holds integers from the least to the greatest of them.
 */
export function names(value: number, all: Readonly<Record<string, number>>): Initialiser<number> {
  const named = pairs('names', all);
  if (named.length === 0) wrong('names', all, 'at least one name');
  const values = named.map(([each]) => each);
  const display: Display = { kind: 'names', names: named };
  return integer('names', value, range(Math.min(...values), Math.max(...values), display));
}

/** How `flags` spells a value. */
export interface FlagsDisplay {
  /** What stands before the bits that have no name: `CID` for `CID2|TRANSIT`. */
  readonly prefix?: string;
  /** Values that are spelt by a name of their own. */
  readonly exact?: Readonly<Record<string, number>>;
}

/**
 * A 32-bit integer with named bits: `flags(0, { ONCPU: 1 << 30 })`. Bits without a name are spelt as
 * a number behind `prefix`.
 */
export function flags(
  value: number,
  bits: Readonly<Record<string, number>>,
  display: FlagsDisplay = {},
): Initialiser<number> {
  const { prefix = '', exact = {} } = display;
  const spelling: Display = {
    kind: 'flags',
    flags: pairs('flags', bits),
    prefix,
    exact: pairs('flags', exact),
  };
  return integer('flags', value, { ...S32, display: spelling });
}

/**
 * A pointer to a structure that `shared()` made, or null. `like` says what kind of structure a pointer
 * that starts as null will point to: any structure of that shape.
 */
export function pointer<T extends object>(to: T | null, like?: T): Initialiser<T | null> {
  for (const target of [to, like ?? null]) {
    if (target !== null && structureOf(target)?.space !== 'memory') {
      wrong('pointer', target, 'a structure that shared() made, or null');
    }
  }
  return typed(new Pointer(to, like ?? to));
}

/** A spinlock, free. */
export function spinlock(): Initialiser<Lock> {
  return typed(new Scalar(S32, 0, true));
}

/** A mutex, free. */
export function mutex(): Initialiser<Mutex> {
  return typed(new Scalar(S32, 0, true));
}

function integer(name: string, value: number, type: IntType): Initialiser<number> {
  if (typeof value !== 'number' || value !== (value | 0)) wrong(name, value, 'a 32-bit integer');
  if (value < type.min || value > type.max) {
    wrong(name, value, `an integer from ${type.min} to ${type.max}`);
  }
  return typed(new Scalar(type, value));
}

function pairs(
  name: string,
  values: Readonly<Record<string, number>>,
): readonly (readonly [number, string])[] {
  return Object.entries(values).map(([key, value]) => {
    if (isModel(value) || value !== (value | 0)) wrong(name, value, `a 32-bit integer for ${key}`);
    return [value, key];
  });
}

function wrong(name: string, value: unknown, wanted: string): never {
  const given =
    typeof value === 'number' || typeof value === 'string' ? String(value) : describe(value);
  return refuse('KC0121', `${name}() is given ${given}`, `It takes ${wanted}.`);
}
