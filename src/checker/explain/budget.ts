/**
 * What an explanation may cost, in states of the plain interpreter. Those of `power`, with their whole
 * histories, cost several times as much as others.
 */
export class Budget {
  /** Of one search. */
  readonly most: number;
  #left: number;

  private constructor(most: number, left: number) {
    this.most = most;
    this.#left = left;
  }

  static of(model: string): Budget {
    return model === 'power' ? new Budget(5_000, 25_000) : new Budget(20_000, 200_000);
  }

  get isSpent(): boolean {
    return this.#left <= 0;
  }

  spend(): void {
    this.#left--;
  }
}
