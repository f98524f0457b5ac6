/**
 * Calls. Rewritten functions and primitives are simply run. Anything else is JavaScript's own and was
 * not rewritten: it gets model values only if it merely passes them on (`map`, `push`, …); a callback
 * that decides something there (`filter`, `sort`, …) must decide it with ordinary values.
 */
import { refuse } from '../errors.ts';
import { current } from './current.ts';
import { known } from './known.ts';
import { change, made } from './objects.ts';
import { STAGED_MATH, modelMath, truth } from './operators.ts';
import { holdsModel, isModel } from './values.ts';

type AnyFunction = (...args: unknown[]) => unknown;

/** Array methods that pass elements on without looking at them. */
const PASSING = new Set<unknown>([
  ...(
    [
      'map',
      'forEach',
      'concat',
      'slice',
      'flat',
      'flatMap',
      'at',
      'keys',
      'entries',
      'values',
    ] as const
  ).map((name) => Array.prototype[name]),
  ...(['reduce', 'reduceRight', 'toReversed', 'with'] as const).map(
    (name) => Array.prototype[name],
  ),
  Array.from,
  Array.of,
  Object.entries,
  Object.values,
  Object.keys,
  Object.fromEntries,
  Object.freeze,
]);

/** Functions whose result is a new array or object. */
const MAKING = new Set<unknown>([
  ...(
    [
      'map',
      'filter',
      'concat',
      'slice',
      'splice',
      'flat',
      'flatMap',
      'toReversed',
      'toSorted',
      'with',
    ] as const
  ).map((name) => Array.prototype[name]),
  Array.from,
  Array.of,
  Object.entries,
  Object.values,
  Object.keys,
  Object.fromEntries,
]);

/** Methods that change their receiver and pass on what they are given. */
const CHANGING = new Set<unknown>(
  (['push', 'pop', 'shift', 'unshift', 'splice', 'reverse', 'fill'] as const).map(
    (name) => Array.prototype[name],
  ),
);

/** Methods that change their receiver, and look at what they are given. */
const CHANGING_BY_KEY = new Set<unknown>([
  Array.prototype.sort,
  Array.prototype.copyWithin,
  Map.prototype.set,
  Map.prototype.delete,
  Map.prototype.clear,
  Set.prototype.add,
  Set.prototype.delete,
  Set.prototype.clear,
]);

/**
 * What changes an object in ways that are not followed, or calls what is not seen. system() may reach
 * objects of the file by them, and the next machine would be another.
 */
const UNFOLLOWED = new Set<unknown>([
  Object.defineProperty,
  Object.defineProperties,
  Object.setPrototypeOf,
  WeakMap.prototype.set,
  WeakMap.prototype.delete,
  WeakSet.prototype.add,
  WeakSet.prototype.delete,
  ...(['call', 'apply', 'bind'] as const).map((name): unknown => Function.prototype[name]),
  ...['__defineGetter__', '__defineSetter__'].map((name): unknown =>
    Reflect.get(Object.prototype, name),
  ),
]);

/** JavaScript's own functions that change nothing, not even their receiver. */
const HARMLESS: ReadonlySet<unknown> = new Set<unknown>([
  ...[Array.prototype, String.prototype, Number.prototype, Boolean.prototype].flatMap(functionsOf),
  ...[Map.prototype, Set.prototype, Number, JSON, Math].flatMap(functionsOf),
  ...(
    ['keys', 'values', 'entries', 'fromEntries', 'freeze', 'is', 'hasOwn', 'isFrozen'] as const
  ).map((name) => Object[name]),
  ...(['hasOwnProperty', 'toString', 'valueOf'] as const).map((name) => Object.prototype[name]),
  Array.isArray,
  Array.from,
  Array.of,
  parseInt,
  parseFloat,
  isNaN,
  isFinite,
  Number,
  String,
  Boolean,
  Map,
  Set,
  Array,
  Object,
]);

function functionsOf(owner: object): readonly unknown[] {
  const members = Object.values(Object.getOwnPropertyDescriptors(owner));
  return members.map(({ value }): unknown => value).filter((value) => typeof value === 'function');
}

export function callFunction(
  how: 'call' | 'new',
  fn: unknown,
  receiver: unknown,
  args: readonly unknown[],
  name: string,
): unknown {
  if (isModel(receiver)) {
    return refuse('KC0127', `a model value has no method '${name}'`, 'Use operators on it.');
  }
  if (typeof fn !== 'function') {
    return refuse(
      'KC0129',
      `${name === '' ? 'what is called' : `'${name}'`} is not a function`,
      'Check its spelling and what is imported.',
    );
  }
  if (how === 'call' && known.has(fn)) return Reflect.apply(fn, receiver, args);
  return callForeign(how, fn as AnyFunction, receiver, args);
}

function callForeign(
  how: 'call' | 'new',
  fn: AnyFunction,
  receiver: unknown,
  args: readonly unknown[],
): unknown {
  if (receiver === Math && args.some(isModel) && STAGED_MATH.has(fn.name)) {
    return modelMath(fn.name, args);
  }
  if (fn === Boolean && how === 'call' && isModel(args[0])) return truth(args[0]);
  refuseUnknown(fn, receiver);
  if (fn === Object.assign) return assign(args);
  if (PASSING.has(fn)) return madeHere(fn, Reflect.apply(fn, receiver, args.map(checking)));
  if (CHANGING.has(fn)) return change(receiver, () => Reflect.apply(fn, receiver, args));
  if (CHANGING_BY_KEY.has(fn)) {
    refuseModels(
      fn,
      fn === Map.prototype.set ? [] : [receiver],
      fn === Map.prototype.set ? args.slice(0, 1) : args,
    );
    return change(receiver, () => Reflect.apply(fn, receiver, args.map(deciding)));
  }
  const keyed = fn === Map.prototype.get || fn === Map.prototype.has;
  refuseModels(fn, keyed ? [] : [receiver], args);
  const safe = args.map(deciding);
  if (how === 'new') return made(Reflect.construct(fn, safe) as object);
  return madeHere(fn, Reflect.apply(fn, receiver, safe));
}

/** What may run in a body: it changes nothing but its receiver, and gives the same in every run. */
function refuseUnknown(fn: AnyFunction, receiver: unknown): void {
  if (current.draft && !current.stage) refuseUnfollowed(fn, receiver);
  if (!current.stage || HARMLESS.has(fn) || CHANGING.has(fn) || CHANGING_BY_KEY.has(fn)) return;
  if (receiver === console || fn === Object.assign) return;
  refuse(
    'KC0128',
    `${fn.name || 'a function'}() is called in a body`,
    'It may change what every schedule sees. Call it while system() declares the machine, and use its result.',
  );
}

/** A regular expression with a flag of these keeps, of its own, where the last match ended. */
function refuseUnfollowed(fn: AnyFunction, receiver: unknown): void {
  const matching = receiver instanceof RegExp && (receiver.global || receiver.sticky);
  if (!matching && !UNFOLLOWED.has(fn)) return;
  refuse(
    'KC0128',
    `${fn.name || 'a function'}() is called by system()`,
    'It may leave something behind that the next machine would find. Write it out.',
  );
}

/** A callback of code that is not staged: JavaScript's own functions are checked there, too. */
function checking(arg: unknown): unknown {
  if (typeof arg !== 'function' || known.has(arg)) return arg;
  return (...args: unknown[]): unknown => callForeign('call', arg as AnyFunction, undefined, args);
}

function assign(args: readonly unknown[]): unknown {
  const [target, ...sources] = args;
  return change(target, () => Object.assign(Object(target), ...sources) as unknown);
}

/** Notes a result that is new; what `at` or `get` returns may be anyone's. */
function madeHere(fn: AnyFunction, value: unknown): unknown {
  return typeof value === 'object' && value !== null && MAKING.has(fn) ? made(value) : value;
}

function refuseModels(
  fn: AnyFunction,
  receivers: readonly unknown[],
  args: readonly unknown[],
): void {
  if (![...receivers, ...args].some((value) => holdsModel(value))) return;
  refuse(
    'KC0112',
    `a model value is given to ${fn.name || 'a function'}(), which is not staged`,
    ADVICE[fn.name] ??
      'It would take it for an ordinary value. Write the computation out with operators, if and loops.',
  );
}

const ADVICE: Readonly<Record<string, string>> = {
  includes: 'Compare the elements one by one in a loop.',
  indexOf: 'Compare the elements one by one in a loop.',
  get: 'A map is looked up while the spec loads; index an array instead.',
  has: 'A map or set is looked up while the spec loads; compare in a loop.',
  set: 'A map key must be an ordinary value.',
  add: 'An element of a set must be an ordinary value.',
  stringify: 'A model value has no text while the spec loads; the trace shows every value.',
};

/** A callback whose result JavaScript will look at. */
function deciding(arg: unknown): unknown {
  if (typeof arg !== 'function') return arg;
  return (...args: unknown[]): unknown => {
    const result = callFunction('call', arg, undefined, args, 'the callback');
    if (!holdsModel(result)) return result;
    return refuse(
      'KC0112',
      'a callback decides by a model value, for code that is not staged',
      'Write a loop over the elements with an if in it.',
    );
  };
}
