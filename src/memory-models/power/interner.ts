/**
 * States as words (the "collapse" compression of Holzmann's Spin): every component of a state, a
 * context, a CPU, a location with its messages, is kept once, and a state holds its number. Numbers
 * are given in the order of discovery, so they mean something within one run only.
 */
export class Interner<T extends object> {
  readonly #numbers = new Map<string, number>();
  readonly #known = new WeakMap<T, number>();
  readonly #components: T[] = [];

  numberOf(component: T): number {
    const known = this.#known.get(component);
    if (known !== undefined) return known;
    const key = JSON.stringify(component);
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

  /** The one object that stands for all equal ones. */
  unique(component: T): T {
    return this.at(this.numberOf(component));
  }
}
