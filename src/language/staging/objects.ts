/**
 * Ordinary objects that a spec makes and changes. While a body is staged, an object may change only
 * where it was made: in another region the change would happen in every schedule, although control
 * comes by in some only.
 */
import { refuse } from '../errors.ts';
import { current } from './current.ts';

const regions = new WeakMap<object, object>();

/** Made while a file is evaluated: it outlives the machine, so a change would reach the next one. */
const lasting = new WeakSet<object>();

/** Notes the region that an object or array literal, or the result of a copying call, was made in. */
export function made<T extends object>(object: T): T {
  if (current.stage) regions.set(object, current.stage.region);
  else if (!current.draft) lasting.add(object);
  return object;
}

/** Makes a change to an object, if this is the place where it may be made. */
export function change<T>(object: unknown, make: () => T): T {
  const { stage, draft } = current;
  if (isObject(object)) {
    if (stage && regions.get(object) !== stage.region) refuseBranch();
    if (draft && !stage && lasting.has(object) && !Object.isFrozen(object)) refuseLasting();
    if (typeof object === 'function' || intrinsics.has(object)) refuseIntrinsic();
  }
  if (stage) stage.mutations++;
  return make();
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Objects that kcheck itself, and every other spec, lives with. */
const intrinsics: ReadonlySet<object> = new Set<object>([
  Math,
  JSON,
  console,
  ...[
    Object,
    Array,
    Map,
    Set,
    WeakMap,
    WeakSet,
    Number,
    String,
    Boolean,
    RegExp,
    Symbol,
    Error,
  ].map((type): object => type.prototype),
]);

function refuseBranch(): never {
  refuse(
    'KC0118',
    'an ordinary object is changed where only some schedules come by',
    'The change would be there in every schedule. Keep what changes in a let variable, in shared() or in ghost() state.',
  );
}

function refuseLasting(): never {
  refuse(
    'KC0118',
    'an object of the file is changed by system()',
    'system() runs once for every version and memory model, and each must find the same: make the object inside system().',
  );
}

function refuseIntrinsic(): never {
  refuse(
    'KC0118',
    'a function, or an object of JavaScript itself, is changed',
    'Every spec lives with it: put the property on an object of your own.',
  );
}
