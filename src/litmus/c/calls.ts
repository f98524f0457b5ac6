/** Calls of kernel primitives: each one node of the machine, a few with an expression around it. */
import type { Address, Expr, Rmw, RmwOrder } from '../../machine/machine.ts';
import { addressFrom } from '../addresses.ts';
import { binary, constant, not, readRegister } from '../expressions.ts';
import type { CExpressions } from './expressions.ts';
import * as primitives from './primitives.ts';
import type { Expression } from './syntax.ts';

type Call = Expression & { kind: 'call' };

/** Emits the call; its value, which is 0 for a primitive without one. */
export function callPrimitive(c: CExpressions, call: Call, into: number | null): Expr {
  const access = callAccess(c, call, into);
  if (access !== null) return access;
  const atomic = primitives.findAtomic(call.callee);
  if (atomic !== null) return callAtomic(c, call, atomic, into);
  const order = primitives.findCompareExchange(call.callee);
  if (order !== null) return callCompareExchange(c, call, order, into);
  const unless = primitives.CONDITIONAL_ADDS.get(call.callee);
  if (unless !== undefined) return callAddUnless(c, call, unless);
  const lock = callLock(c, call);
  if (lock !== null) return lock;
  if (primitives.NO_OPERATIONS.has(call.callee)) return NOTHING;
  throw refuse(c, call);
}

const NOTHING = constant(0);

function refuse(c: CExpressions, call: Call): Error {
  if (primitives.REFUSED.test(call.callee)) {
    return c.error('KC0304', `${call.callee}() is not modelled`, call);
  }
  return c.error('KC0303', `unknown primitive ${call.callee}()`, call);
}

/** Loads, stores and fences; null if the call is none. */
function callAccess(c: CExpressions, call: Call, into: number | null): Expr | null {
  const fence = primitives.FENCES.get(call.callee);
  if (fence !== undefined) {
    c.thread.builder.emit({ kind: 'fence', fence }, c.site(call));
    return NOTHING;
  }
  const load = primitives.LOADS.get(call.callee);
  if (load !== undefined) {
    const address = addressOf(c, argument(c, call, 0), load.pointer);
    return c.load(address, load.order, call, into);
  }
  const store = primitives.STORES.get(call.callee);
  return store === undefined ? null : callStore(c, call, store);
}

function callStore(c: CExpressions, call: Call, store: primitives.StorePrimitive): Expr {
  const { builder } = c.thread;
  const address = addressOf(c, argument(c, call, 0), store.pointer);
  const value = c.value(argument(c, call, 1));
  const primitive = call.callee;
  builder.emit({ kind: 'store', address, value, order: store.order, primitive }, c.site(call));
  if (store.fenced) builder.emit({ kind: 'fence', fence: 'mb' }, c.site(call));
  return NOTHING;
}

function addressOf(c: CExpressions, argument: Expression, pointer: boolean): Address {
  return pointer ? addressFrom(c.value(argument)) : c.location(argument);
}

function argument(c: CExpressions, call: Call, index: number): Expression {
  const found = call.args[index];
  if (found === undefined) throw c.error('KC0302', `${call.callee}() has too few arguments`, call);
  return found;
}

type Update = Pick<Rmw, 'address' | 'condition' | 'order' | 'orderOnFailure' | 'until'> & {
  readonly value: (old: Expr) => Expr;
};

const ALWAYS = { condition: null, until: null } as const;

/** Emits the update; the old value, in `into` where the new value does not read that register. */
function emitUpdate(
  c: CExpressions,
  call: Call,
  into: number | null,
  update: (old: Expr) => Update,
): Expr {
  const { builder } = c.thread;
  const register = into === null || mentions(call, c, into) ? builder.scratch('old') : into;
  const old = readRegister(register);
  const { value, ...rest } = update(old);
  const primitive = call.callee;
  builder.emit({ kind: 'rmw', register, ...rest, value: value(old), primitive }, c.site(call));
  return old;
}

/** Whether an argument reads the register: its name is there, or too much else to tell. */
function mentions(call: Call, c: CExpressions, register: number): boolean {
  const reads = (expression: Expression): boolean => {
    if (expression.kind === 'number') return false;
    if (expression.kind === 'name') return c.thread.builder.register(expression.name) === register;
    return expression.kind === 'binary' ? reads(expression.left) || reads(expression.right) : true;
  };
  return call.args.some(reads);
}

function callAtomic(
  c: CExpressions,
  call: Call,
  atomic: primitives.AtomicPrimitive,
  into: number | null,
): Expr {
  const counted = atomic.operand === null;
  const pointerAt = counted && atomic.operandFirst ? 1 : 0;
  const operand = counted ? c.value(argument(c, call, 1 - pointerAt)) : constant(atomic.operand);
  const address = addressFrom(c.value(argument(c, call, pointerAt)));
  const value = (old: Expr): Expr => updated(atomic, old, operand);
  const orders = { order: atomic.order, orderOnFailure: atomic.order };
  const old = emitUpdate(c, call, into, () => ({ address, value, ...orders, ...ALWAYS }));
  return resultOf(atomic, old, value(old));
}

function updated(atomic: primitives.AtomicPrimitive, old: Expr, operand: Expr): Expr {
  if (atomic.operator === 'exchange') return operand;
  if (atomic.operator !== 'andnot') return binary(atomic.operator, old, operand);
  return binary('&', old, { op: 'unary', operator: '~', operand });
}

function resultOf(atomic: primitives.AtomicPrimitive, old: Expr, stored: Expr): Expr {
  switch (atomic.result) {
    case 'none':
      return NOTHING;
    case 'old':
      return old;
    case 'new':
      return stored;
    case 'is-zero':
      return binary('==', stored, constant(0));
    case 'is-negative':
      return binary('<', stored, constant(0));
  }
}

/** A failed cmpxchg orders nothing. */
function callCompareExchange(
  c: CExpressions,
  call: Call,
  order: RmwOrder,
  into: number | null,
): Expr {
  const address = addressFrom(c.value(argument(c, call, 0)));
  const expected = c.value(argument(c, call, 1));
  const stored = c.value(argument(c, call, 2));
  return emitUpdate(c, call, into, (old) => ({
    address,
    value: () => stored,
    condition: binary('==', old, expected),
    order,
    orderOnFailure: 'relaxed',
    until: null,
  }));
}

function callAddUnless(
  c: CExpressions,
  call: Call,
  kind: 'unless' | 'inc-not-zero' | 'fetch-unless',
): Expr {
  const address = addressFrom(c.value(argument(c, call, 0)));
  const implied = kind === 'inc-not-zero';
  const operand = implied ? constant(1) : c.value(argument(c, call, 1));
  const exception = implied ? constant(0) : c.value(argument(c, call, 2));
  const old = emitUpdate(c, call, null, (before) => ({
    address,
    value: () => binary('+', before, operand),
    condition: binary('!=', before, exception),
    order: 'full',
    orderOnFailure: 'relaxed',
    until: null,
  }));
  return kind === 'fetch-unless' ? old : binary('!=', old, exception);
}

/** A lock word holds 0, or 1 + the index of the context that holds it. */
function callLock(c: CExpressions, call: Call): Expr | null {
  const { callee } = call;
  if (primitives.LOCKS.has(callee)) {
    emitUpdate(c, call, null, (old) => takeLock(c, call, { until: isFree(old), condition: null }));
    return NOTHING;
  }
  if (primitives.TRYLOCKS.has(callee)) {
    const take = (old: Expr): Update => takeLock(c, call, { until: null, condition: isFree(old) });
    return isFree(emitUpdate(c, call, null, take));
  }
  if (primitives.UNLOCKS.has(callee)) {
    const address = lockAddress(c, call);
    const store = { address, value: constant(0), order: 'release', primitive: callee } as const;
    c.thread.builder.emit({ kind: 'store', ...store }, c.site(call));
    return NOTHING;
  }
  if (!primitives.LOCK_TESTS.has(callee)) return null;
  return not(isFree(c.load(lockAddress(c, call), 'relaxed', call, null)));
}

function isFree(word: Expr): Expr {
  return binary('==', word, constant(0));
}

function takeLock(c: CExpressions, call: Call, when: Pick<Rmw, 'until' | 'condition'>): Update {
  const address = lockAddress(c, call);
  const value = (): Expr => constant(1 + c.thread.index);
  return { address, value, order: 'acquire', orderOnFailure: 'relaxed', ...when };
}

function lockAddress(c: CExpressions, call: Call): Address {
  const pointer = c.value(argument(c, call, 0));
  const address = addressFrom(pointer);
  if (address.expr.op !== 'const') {
    throw c.error('KC0304', 'a lock has to be named, not pointed to', call);
  }
  c.thread.locks.add(address.expr.value);
  return address;
}
