/**
 * Memory that is freed and used again: a cache of objects, each allocated or free.
 *
 * mm/slub.c with poisoning: kmem_cache_free() overwrites the object with POISON_FREE, in ordinary
 * stores. Whoever still uses the object reads that in some schedule, or stores over what its next
 * owner keeps there. So a use after free is a value that somebody sees, and is found under every memory
 * model, without a rule that says who may look when. The assertion orders nothing: a load that `use()`
 * makes may be put off as any other.
 *
 * A free object can be allocated again. Whether it is free is a word of its own, released and
 * acquired, which orders its old life before its new one.
 */
import { assert, bool, cmpxchg_acquire, READ_ONCE, shared, WRITE_ONCE, xchg_release } from 'kcheck';
import type { Shared } from 'kcheck';

/** include/linux/poison.h */
export const POISON_FREE = 0x6b;

export interface KmemCache<T extends object> {
  /** An object that is free, its words set to 0; null if there is none. */
  kmem_cache_alloc(): T | null;
  /** Fails `double free` if it is free already. */
  kmem_cache_free(object: T): void;
  /** READ_ONCE() of a word of an object; fails `property` if the object was freed. */
  use(word: Shared<number>, property?: string): number;
  /** How many objects are allocated: for properties. */
  allocated(): number;
}

/**
 * `objects` are structures of shared(), of which the first `in_use` are allocated to begin with; `words`
 * are their fields.
 */
export function kmem_cache<T extends object>(
  objects: readonly T[],
  in_use: number,
  words: (object: T) => readonly Shared<number>[],
  name: string,
): KmemCache<T> {
  const is_free = objects.map((_, i) => shared(bool(i >= in_use), `${name}[${i}].is_free`));

  /** As slub.c calls it. */
  function init_object(object: T, value: number): void {
    for (const word of words(object)) WRITE_ONCE(word, value);
  }

  return {
    kmem_cache_alloc() {
      for (const [i, object] of objects.entries()) {
        if (cmpxchg_acquire(is_free[i], true, false)) {
          init_object(object, 0);
          return object;
        }
      }
      return null;
    },

    kmem_cache_free(object) {
      init_object(object, POISON_FREE);
      for (const [i, each] of objects.entries()) {
        if (object === each) assert(!xchg_release(is_free[i], true), 'double free');
      }
    },

    use(word, property = 'use after free') {
      const value = READ_ONCE(word);
      assert(value !== POISON_FREE, property);
      return value;
    },

    allocated() {
      return is_free.reduce((sum, free) => sum + (free.value ? 0 : 1), 0);
    },
  };
}
