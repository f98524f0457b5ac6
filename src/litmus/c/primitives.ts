/**
 * The kernel's primitives as litmus tests name them. Atomic operations are made from their names:
 * atomic_ (fetch_)add|sub|inc|dec|and|or|xor|andnot (_return) (_relaxed|_acquire|_release), where an
 * operation without a result is relaxed and one with a result is full, as the kernel documents in
 * Documentation/atomic_t.txt. What is not in here is refused.
 */
import type {
  BinaryOperator,
  Fence,
  LoadOrder,
  RmwOrder,
  StoreOrder,
} from '../../machine/machine.ts';

export const FENCES: ReadonlyMap<string, Fence> = new Map<string, Fence>([
  ['smp_mb', 'mb'],
  ['mb', 'mb'],
  ['smp_rmb', 'rmb'],
  ['rmb', 'rmb'],
  ['smp_wmb', 'wmb'],
  ['wmb', 'wmb'],
  ['smp_mb__before_atomic', 'mb__before_atomic'],
  ['smp_mb__after_atomic', 'mb__after_atomic'],
  ['smp_mb__after_spinlock', 'mb__after_spinlock'],
  ['smp_mb__after_unlock_lock', 'mb__after_unlock_lock'],
  ['barrier', 'barrier'],
]);

export interface LoadPrimitive {
  readonly order: LoadOrder;
  /** The argument is a pointer to the location, not the location. */
  readonly pointer: boolean;
}

export const LOADS: ReadonlyMap<string, LoadPrimitive> = new Map<string, LoadPrimitive>([
  ['READ_ONCE', { order: 'relaxed', pointer: false }],
  ['rcu_dereference', { order: 'relaxed', pointer: false }],
  ['rcu_access_pointer', { order: 'relaxed', pointer: false }],
  ['lockless_dereference', { order: 'relaxed', pointer: false }],
  ['smp_load_acquire', { order: 'acquire', pointer: true }],
  ['atomic_read', { order: 'relaxed', pointer: true }],
  ['atomic_read_acquire', { order: 'acquire', pointer: true }],
]);

export interface StorePrimitive {
  readonly order: StoreOrder;
  readonly pointer: boolean;
  /** A full barrier behind it. */
  readonly fenced: boolean;
}

export const STORES: ReadonlyMap<string, StorePrimitive> = new Map<string, StorePrimitive>([
  ['WRITE_ONCE', { order: 'relaxed', pointer: false, fenced: false }],
  ['rcu_assign_pointer', { order: 'release', pointer: false, fenced: false }],
  ['RCU_INIT_POINTER', { order: 'relaxed', pointer: false, fenced: false }],
  ['smp_store_release', { order: 'release', pointer: true, fenced: false }],
  ['smp_store_mb', { order: 'relaxed', pointer: false, fenced: true }],
  ['atomic_set', { order: 'relaxed', pointer: true, fenced: false }],
  ['atomic_set_release', { order: 'release', pointer: true, fenced: false }],
]);

/** What an atomic operation stores, and what it returns. */
export interface AtomicPrimitive {
  readonly operator: BinaryOperator | 'andnot' | 'exchange';
  /** The operand when the call gives none: 1 of an increment. */
  readonly operand: number | null;
  readonly result: 'none' | 'old' | 'new' | 'is-zero' | 'is-negative';
  readonly order: RmwOrder;
  /** Arguments are (operand, pointer), not (pointer, operand). */
  readonly operandFirst: boolean;
}

const OPERATORS: Readonly<Record<string, readonly [AtomicPrimitive['operator'], number | null]>> = {
  add: ['+', null],
  sub: ['-', null],
  inc: ['+', 1],
  dec: ['-', 1],
  and: ['&', null],
  or: ['|', null],
  xor: ['^', null],
  andnot: ['andnot', null],
};

const ORDERS: Readonly<Record<string, RmwOrder>> = {
  _relaxed: 'relaxed',
  _acquire: 'acquire',
  _release: 'release',
};

const ATOMIC =
  /^atomic(?:_long|64)?_(fetch_)?(add|sub|inc|dec|and|or|xor|andnot)(_return|_and_test|_negative)?(_relaxed|_acquire|_release)?$/;
const EXCHANGE = /^(?:atomic(?:_long|64)?_)?xchg(_relaxed|_acquire|_release)?$/;
const COMPARE = /^(?:atomic(?:_long|64)?_)?cmpxchg(_relaxed|_acquire|_release)?$/;

/** null if the name is not that of an unconditional atomic operation. */
export function findAtomic(name: string): AtomicPrimitive | null {
  const exchange = EXCHANGE.exec(name);
  if (exchange !== null) {
    const order = ORDERS[exchange[1] ?? ''] ?? 'full';
    return { operator: 'exchange', operand: null, result: 'old', order, operandFirst: false };
  }
  const match = ATOMIC.exec(name);
  const [operator, operand] = OPERATORS[match?.[2] ?? ''] ?? [];
  if (match === null || operator === undefined || operand === undefined) return null;
  const result = resultOf(match[1], match[3]);
  const order = result === 'none' ? 'relaxed' : (ORDERS[match[4] ?? ''] ?? 'full');
  return { operator, operand, result, order, operandFirst: true };
}

function resultOf(
  fetch: string | undefined,
  suffix: string | undefined,
): AtomicPrimitive['result'] {
  if (fetch !== undefined) return 'old';
  if (suffix === '_return') return 'new';
  if (suffix === '_and_test') return 'is-zero';
  return suffix === '_negative' ? 'is-negative' : 'none';
}

/** The order of a cmpxchg; null if the name is none. */
export function findCompareExchange(name: string): RmwOrder | null {
  const match = COMPARE.exec(name);
  return match === null ? null : (ORDERS[match[1] ?? ''] ?? 'full');
}

/** Adds unless the old value is the one given: operand, exception and whether the old value results. */
export const CONDITIONAL_ADDS: ReadonlyMap<string, 'unless' | 'inc-not-zero' | 'fetch-unless'> =
  new Map([
    ['atomic_add_unless', 'unless'],
    ['atomic_inc_not_zero', 'inc-not-zero'],
    ['atomic_fetch_add_unless', 'fetch-unless'],
  ]);

export const LOCKS: ReadonlySet<string> = new Set(['spin_lock', 'raw_spin_lock', 'spin_lock_irq']);
export const UNLOCKS: ReadonlySet<string> = new Set([
  'spin_unlock',
  'raw_spin_unlock',
  'spin_unlock_irq',
]);
export const TRYLOCKS: ReadonlySet<string> = new Set(['spin_trylock', 'raw_spin_trylock']);
export const LOCK_TESTS: ReadonlySet<string> = new Set(['spin_is_locked', 'raw_spin_is_locked']);

/** They order nothing where no grace period is waited for, and waiting for one is refused. */
export const NO_OPERATIONS: ReadonlySet<string> = new Set([
  'rcu_read_lock',
  'rcu_read_unlock',
  'smp_read_barrier_depends',
]);

export const REFUSED: RegExp =
  /^(synchronize_|call_rcu|srcu_|rcu_|smp_cond_load|read_lock|write_lock|mutex_)/;
