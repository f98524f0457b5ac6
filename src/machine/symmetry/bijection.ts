/** A bijection in the making, of indices or of values: what is not bound yet is completed in the end. */
export class Bijection {
  readonly #to = new Map<number, number>();
  readonly #from = new Map<number, number>();

  /** Whether that agrees with what is bound already. */
  bind(from: number, to: number): boolean {
    const bound = this.#to.get(from);
    if (bound !== undefined) return bound === to;
    if (this.#from.has(to)) return false;
    this.#to.set(from, to);
    this.#from.set(to, from);
    return true;
  }

  get(from: number): number | undefined {
    return this.#to.get(from);
  }

  has(to: number): boolean {
    return this.#from.has(to);
  }

  get pairs(): readonly (readonly [number, number])[] {
    return [...this.#to];
  }

  /** The end of a chain goes back to its beginning, so that what is left stays where it is. */
  close(): void {
    for (const end of this.#from.keys()) {
      if (this.#to.has(end)) continue;
      let first = end;
      for (let f = this.#from.get(first); f !== undefined; f = this.#from.get(first)) first = f;
      this.bind(end, first);
    }
  }

  /** All of 0 … count - 1, once it is closed. */
  permutation(count: number): readonly number[] {
    return Array.from({ length: count }, (_, index) => this.#to.get(index) ?? index);
  }
}
