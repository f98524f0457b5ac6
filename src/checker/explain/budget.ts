/**
 * What an explanation may cost. Counted in states, so that the same is said on every machine; those of
 * `power`, with their views and histories, cost several times as much as others.
 */
export class Budget {
  /** States of the plain interpreter in one search for a run that follows a script. */
  readonly mostFollowed: number;
  #followed: number;
  readonly #mostExplored: number;
  #explored: number;

  private constructor(mostFollowed: number, followed: number, mostExplored: number) {
    this.mostFollowed = mostFollowed;
    this.#followed = followed;
    this.#mostExplored = mostExplored;
    this.#explored = EXPLORATIONS * mostExplored;
  }

  /** `states`: how many the run had that is explained. */
  static of(model: string, states: number): Budget {
    return model === 'power'
      ? new Budget(5_000, 25_000, within(10_000, states, 20_000))
      : new Budget(20_000, 200_000, within(10_000, states, 200_000));
  }

  /** No more searches for runs. */
  get isSpent(): boolean {
    return this.#followed <= 0;
  }

  spendFollowed(): void {
    this.#followed--;
  }

  /** At how many states the next exploration of a whole machine stops; 0: there is none. */
  get explorable(): number {
    return Math.max(0, Math.min(this.#mostExplored, this.#explored));
  }

  spendExplored(states: number): void {
    this.#explored -= states;
  }
}

/** As many of the largest as all explorations may cost together. */
const EXPLORATIONS = 3;

function within(least: number, wanted: number, most: number): number {
  return Math.min(Math.max(least, wanted), most);
}
