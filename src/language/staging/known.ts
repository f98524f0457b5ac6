/** Functions that rewritten code may hand model values: the primitives, and rewritten functions. */
export const known: WeakSet<object> = new WeakSet<object>();

/** Registers a function that knows what to do with model values. */
export function primitive<T extends (...args: never[]) => unknown>(fn: T): T {
  known.add(fn);
  return fn;
}
