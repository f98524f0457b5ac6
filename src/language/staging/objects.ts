/**
 * Ordinary objects that a spec makes and changes. While a body is staged, an object may change only
 * where it was made: in another region the change would happen in every schedule, although control
 * comes by in some only.
 */
import { refuse } from '../errors.ts';
import { current } from './current.ts';

const regions = new WeakMap<object, object>();

/** Notes the region that an object or array literal, or the result of a copying call, was made in. */
export function made<T extends object>(object: T): T {
  if (current.stage) regions.set(object, current.stage.region);
  return object;
}

/** Makes a change to an object, if this is the place where it may be made. */
export function change<T>(object: unknown, make: () => T): T {
  const { stage } = current;
  if (!stage) return make();
  if (typeof object === 'object' && object !== null && regions.get(object) !== stage.region) {
    refuse(
      'KC0118',
      'an ordinary object is changed where only some schedules come by',
      'The change would be there in every schedule. Keep what changes in a let variable, in shared() or in ghost() state.',
    );
  }
  stage.mutations++;
  return make();
}
