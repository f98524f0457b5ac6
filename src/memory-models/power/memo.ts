/**
 * What a function of a state did, remembered by the words of the state that it looked at.
 *
 * The function is deterministic, and asks for one word after the other: what it asks for next depends
 * on the words so far and on nothing else. So all its runs make a tree, in which a state's words lead
 * to the result. Most states of a space differ where a given step does not look.
 *
 * HOT CODE: a lookup for each context of each state; some 98 of 100 steps are found.
 */
interface Branch<R> {
  /** The word that is asked for; -1: none, the result is known. */
  readonly word: number;
  readonly next: Map<number, Branch<R>>;
  readonly result: R | null;
}

/** What follows a result, for all results alike. */
const NOTHING_FOLLOWS: Branch<never>['next'] = new Map<number, never>();

/** Results kept before everything is forgotten; bounds the memory. */
const MOST_RESULTS = 1_000_000;

export class Memo<R> {
  #root: Branch<R> | null = null;
  #results = 0;

  /** null: not known. */
  find(states: Int32Array, from: number): R | null {
    let branch = this.#root;
    while (branch !== null && branch.word >= 0) {
      branch = branch.next.get(states[from + branch.word] as number) ?? null;
    }
    return branch === null ? null : branch.result;
  }

  /** `asked`: the words that led to the result, in their order. */
  learn(asked: readonly number[], states: Int32Array, from: number, result: R): void {
    if (++this.#results > MOST_RESULTS) {
      this.#root = null;
      this.#results = 1;
    }
    const branchAt = (index: number): Branch<R> => {
      const word = asked[index];
      return word === undefined
        ? { word: -1, next: NOTHING_FOLLOWS, result }
        : { word, next: new Map(), result: null };
    };
    let branch = (this.#root ??= branchAt(0));
    asked.forEach((word, index) => {
      const value = states[from + word] as number;
      let next = branch.next.get(value);
      if (next === undefined) branch.next.set(value, (next = branchAt(index + 1)));
      branch = next;
    });
  }
}
