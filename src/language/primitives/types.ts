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

/** What `shared()` returns for an initial value. */
export type SharedOf<I> =
  I extends Initialiser<infer T>
    ? T extends Lock | Mutex
      ? T
      : Shared<T>
    : I extends number
      ? Shared<number>
      : I extends boolean
        ? Shared<boolean>
        : I extends readonly (infer E)[]
          ? readonly SharedOf<E>[]
          : { readonly [K in keyof I]-?: SharedOf<Exclude<I[K], undefined>> };

/** What `ghost()` returns for an initial value. */
export type GhostOf<I> =
  I extends Initialiser<infer T>
    ? Ghost<T>
    : I extends number
      ? Ghost<number>
      : I extends boolean
        ? Ghost<boolean>
        : I extends readonly (infer E)[]
          ? readonly GhostOf<E>[]
          : { readonly [K in keyof I]-?: GhostOf<Exclude<I[K], undefined>> };

/** What a staged operation gives, as the type that a spec author sees. */
export function typed<T>(value: unknown): T {
  return value as T;
}
