/**
 * What a spec author's editor sees. To it, the values of the machine are numbers, booleans and
 * structures, so that a spec type-checks like any other TypeScript; while a spec is staged they are
 * something else, and `typed` is the one place where the two meet.
 */
declare const location: unique symbol;
declare const ghostly: unique symbol;
declare const lockable: unique symbol;
declare const initialises: unique symbol;

/** A location of shared memory. `value` is a plain access, which must be free of data races. */
export interface Shared<T> {
  value: T;
  readonly [location]: 'shared';
}

/** A ghost: state outside the memory model, sequentially consistent. */
export interface Ghost<T> {
  value: T;
  readonly [ghostly]: 'ghost';
}

/** A spinlock. */
export interface Lock {
  readonly [lockable]: 'spinlock';
}

/** A mutex. */
export interface Mutex {
  readonly [lockable]: 'mutex';
}

/** An initial value with a type of its own: what `u8`, `flags`, `pointer` … return. */
export interface Initialiser<T> {
  readonly [initialises]: T;
}

/** What `shared()` returns for an initial value. A field that only some versions have is there. */
export type SharedOf<I> = [I] extends [ScalarInit]
  ? [ValueOf<I>] extends [Lock | Mutex]
    ? ValueOf<I>
    : Shared<ValueOf<I>>
  : [I] extends [readonly (infer E)[]]
    ? readonly SharedOf<E>[]
    : { readonly [K in KeyOf<I>]: SharedOf<FieldOf<I, K>> };

/** What `ghost()` returns for an initial value. */
export type GhostOf<I> = [I] extends [ScalarInit]
  ? Ghost<ValueOf<I>>
  : [I] extends [readonly (infer E)[]]
    ? readonly GhostOf<E>[]
    : { readonly [K in KeyOf<I>]: GhostOf<FieldOf<I, K>> };

type ScalarInit = number | boolean | Initialiser<unknown>;

type ValueOf<I> =
  I extends Initialiser<infer T>
    ? T
    : I extends number
      ? number
      : I extends boolean
        ? boolean
        : never;

type KeyOf<I> = I extends unknown ? keyof I : never;

type FieldOf<I, K> = I extends unknown
  ? K extends keyof I
    ? Exclude<I[K], undefined>
    : never
  : never;

/** What a staged operation gives, as the type that a spec author sees. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the border of the two worlds
export function typed<T>(value: unknown): T {
  return value as T;
}
