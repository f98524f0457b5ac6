/**
 * Code of a spec runs in the realm of kcheck, and nothing it can reach there may make staging depend on
 * anything but the files of the spec: not the clock, the environment or another file, and not a spec
 * that ran before. What it can name is held by transform/refused.ts; this holds what needs no name: the
 * constructor of functions, the last match of a regular expression, and properties left on objects
 * that all specs share. docs/design/gate.md has the whole argument.
 */
import { refuse } from './errors.ts';

type Shared = object;

const iterators = [[], new Map(), new Set(), ''].map((each) =>
  prototypeOf(each[Symbol.iterator]() as object),
);

/** What specs share: the globals that they may name, and what leads from their values to objects. */
const SHARED: readonly Shared[] = [
  ...[Object, Array, Map, Set, WeakMap, WeakSet, String, Number, Boolean, RegExp, Symbol].flatMap(
    (constructor) => [constructor, constructor.prototype as Shared],
  ),
  Function.prototype,
  Math,
  JSON,
  parseInt,
  parseFloat,
  isNaN,
  isFinite,
  structuredClone,
  ...iterators,
  ...iterators.map(prototypeOf),
];

/**
 * A function that they share can be told nothing: it keeps no property. Called once, with those of
 * kcheck itself.
 */
export function shareUnchanged(functions: readonly unknown[]): void {
  const shared = new Set<unknown>(SHARED);
  const members = SHARED.flatMap((object) => keptOf(object).descriptors).flatMap(
    ({ value, get, set }): unknown[] => [value, get, set],
  );
  for (const each of [...functions, ...members]) {
    if (typeof each !== 'function' || shared.has(each)) continue;
    const prototype: unknown = each.prototype;
    if (typeof prototype === 'object' && prototype !== null && functions.includes(each))
      Object.freeze(prototype);
    Object.freeze(each);
  }
}

let inside = false;

/** Runs code of a spec. @throws KcheckError KC0111 where it reaches for what it must not. */
export function confined<T>(run: () => T): T {
  if (inside) return run();
  keep();
  inside = true;
  setConstructor(refusedConstructor);
  forgetMatch();
  try {
    return run();
  } finally {
    setConstructor(Function);
    inside = false;
    const changed = kept.filter(isChanged);
    changed.forEach(restore);
    if (changed.length > 0) refuseChange();
  }
}

/** Runs code of kcheck or of its libraries on behalf of a spec that is being loaded. */
export function unconfined<T>(run: () => T): T {
  if (!inside) return run();
  setConstructor(Function);
  try {
    return run();
  } finally {
    setConstructor(refusedConstructor);
    forgetMatch();
  }
}

/** Own properties of an object as they were. */
interface Kept {
  readonly object: Shared;
  readonly keys: readonly PropertyKey[];
  /** Of data properties; a place of an accessor is empty. */
  readonly values: readonly unknown[];
  readonly descriptors: readonly PropertyDescriptor[];
}

/** Compared at the end of each call of a spec's function, so values are kept beside descriptors. */
let kept: readonly Kept[] = [];

function keep(): void {
  if (kept.length === 0 || kept.some(isChanged)) kept = SHARED.map(keptOf);
}

function keptOf(object: Shared): Kept {
  const keys = Reflect.ownKeys(object);
  const descriptors = keys.map((key) => Reflect.getOwnPropertyDescriptor(object, key) ?? {});
  return { object, keys, descriptors, values: descriptors.map(({ value }): unknown => value) };
}

function isChanged({ object, keys, values, descriptors }: Kept): boolean {
  if (Reflect.ownKeys(object).length !== keys.length) return true;
  return keys.some((key, index) => {
    const { get, set } = descriptors[index] ?? {};
    if (get === undefined && set === undefined)
      return !Object.is((object as Record<PropertyKey, unknown>)[key], values[index]);
    const now = Reflect.getOwnPropertyDescriptor(object, key);
    return now?.get !== get || now?.set !== set;
  });
}

/** Puts back what was there before. */
function restore({ object, keys, descriptors }: Kept): void {
  for (const key of Reflect.ownKeys(object))
    if (!keys.includes(key)) Reflect.deleteProperty(object, key);
  for (const [index, key] of keys.entries())
    Reflect.defineProperty(object, key, descriptors[index] ?? {});
}

function refuseChange(): never {
  return refuse(
    'KC0111',
    'an object of JavaScript itself is changed',
    'Keep state in a constant of the file: another spec has these objects too.',
  );
}

function refusedConstructor(): never {
  return refuse(
    'KC0111',
    'a function is made of text',
    'Write the code out: what text says cannot be staged.',
  );
}

function setConstructor(constructor: unknown): void {
  // oxlint-disable-next-line no-extend-native -- there is no other way to it
  Object.defineProperty(Function.prototype, 'constructor', {
    value: constructor,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}

/** `RegExp.$1` speaks of the last match, whoever made it. */
function forgetMatch(): void {
  /(?:)/.exec('');
}

function prototypeOf(object: object): object {
  return Object.getPrototypeOf(object) as object;
}
