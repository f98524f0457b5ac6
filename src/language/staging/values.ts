/**
 * Model values. To a spec they are numbers, booleans and pointers; while it is staged they are
 * proxies that throw on whatever code that was not rewritten can do with an object, so that no model
 * value is ever taken for an ordinary one. What a proxy stands for is known here alone.
 */
import { refuse } from '../errors.ts';
import type { Expr, ValueType } from '../../machine/machine.ts';

/** A scalar over the registers of one stage. */
export interface Scalar {
  readonly kind: 'scalar';
  readonly expr: Expr;
  readonly type: ValueType;
  /** The stage whose registers it reads. */
  readonly stage: object;
}

/** One of several ordinary things, chosen by a model value: `rq[cpu]`, or the target of a pointer. */
export interface View {
  readonly kind: 'view';
  readonly elements: readonly unknown[];
  /** `elements[i]` is meant where `key` is `keys[i]`. */
  readonly keys: readonly number[];
  readonly key: Expr;
  readonly fault: 'null-dereference' | 'index-out-of-bounds';
  readonly stage: object;
}

export type Model = Scalar | View;

const models = new WeakMap<object, Model>();

const PROXY_HANDLER: ProxyHandler<object> = Object.fromEntries(
  [
    'get',
    'set',
    'has',
    'deleteProperty',
    'ownKeys',
    'getOwnPropertyDescriptor',
    'defineProperty',
    'getPrototypeOf',
    'setPrototypeOf',
    'isExtensible',
    'preventExtensions',
  ].map((trap) => [trap, touched]),
);

function touched(): never {
  return refuse(
    'KC0112',
    'a model value reaches code that is not staged',
    'Code outside specs and models cannot compute with values that are known only while the state space is explored; write the computation out in the spec.',
  );
}

export function wrap(model: Model): object {
  const proxy = new Proxy({}, PROXY_HANDLER);
  models.set(proxy, model);
  return proxy;
}

export function modelOf(value: unknown): Model | undefined {
  return typeof value === 'object' && value !== null ? models.get(value) : undefined;
}

export function isModel(value: unknown): boolean {
  return modelOf(value) !== undefined;
}

/** Whether a model value hides in an ordinary structure. Cycle-safe; `depth` levels deep. */
export function holdsModel(value: unknown, depth = 4, seen: Set<object> = new Set()): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (isModel(value)) return true;
  if (depth === 0 || seen.has(value)) return false;
  seen.add(value);
  return children(value).some((child) => holdsModel(child, depth - 1, seen));
}

function children(value: object): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  if (value instanceof Set) return [...value];
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? Object.values(value) : [];
}
