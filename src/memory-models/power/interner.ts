/**
 * States as words (the "collapse" compression of Holzmann's Spin): every component of a state, a
 * context, a CPU, a location with its messages, is kept once, and a state holds its number. Numbers
 * are given in the order of discovery, so they mean something within one run only.
 */
export class Interner<T extends object> {
  /** Equal for equal components. */
  readonly #keyOf: (component: T) => string;
  readonly #numbers = new Map<string, number>();
  readonly #known = new WeakMap<T, number>();
  readonly #components: T[] = [];

  constructor(keyOf: (component: T) => string) {
    this.#keyOf = keyOf;
  }

  numberOf(component: T): number {
    const known = this.#known.get(component);
    if (known !== undefined) return known;
    const key = this.#keyOf(component);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#components.push(component) - 1;
      this.#numbers.set(key, number);
    }
    this.#known.set(component, number);
    return number;
  }

  at(number: number): T {
    const component = this.#components[number];
    if (component === undefined) throw new RangeError(`no component ${number}`);
    return component;
  }
}

/** Something that is found out once about each component, by its number. */
export class Column<T extends object, D> {
  readonly #interner: Interner<T>;
  readonly #find: (component: T) => D;
  readonly #found: D[] = [];

  constructor(interner: Interner<T>, find: (component: T) => D) {
    this.#interner = interner;
    this.#find = find;
  }

  at(number: number): D {
    let found = this.#found[number];
    if (found === undefined) {
      found = this.#find(this.#interner.at(number));
      // Numbers are asked for nearly in their order; holes would make the array slow.
      while (this.#found.length < number) {
        this.#found.push(this.#find(this.#interner.at(this.#found.length)));
      }
      this.#found[number] = found;
    }
    return found;
  }
}

/** A tree of maps: what belongs to a sequence of numbers stands where the sequence leads. */
export class Sequence<T> {
  value: T | null = null;
  readonly #next = new Map<number, Sequence<T>>();

  /** The sequence with one more element. */
  with(element: number): Sequence<T> {
    let next = this.#next.get(element);
    if (next === undefined) this.#next.set(element, (next = new Sequence<T>()));
    return next;
  }
}
