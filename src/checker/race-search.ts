/**
 * The search for races of an access with one that was made before: breadth first over the states of the
 * machine, each with what is known to happen before what (the system of `compileForRaces`).
 *
 * What is known changes nothing but where a race is seen. Each fact goes its own way: who knows of it
 * after a step depends on who knew of it before, and on no other fact; and the fewer know, the more
 * races. So a state is explored again only if of some fact the views that know of it do not include those of an
 * _element_, one of the times when the state was explored before. A state hardly ever has more than a
 * few elements; the states that a verdict counts stay those of the plain search.
 *
 * HOT CODE: #expandOne runs once an element, #isNew once a transition.
 */
import type { Machine } from '../machine/machine.ts';
import { newSuccessors } from '../memory-models/memory-model.ts';
import type { MemoryModel, OrderedSystem, Successors } from '../memory-models/memory-model.ts';
import { Frontier } from './frontier.ts';
import { GrowableWords } from './growable.ts';
import type { CheckOptions } from './options.ts';
import type { Move } from './path.ts';
import { MODEL_BOUND } from './result.ts';
import type { Exploration } from './search.ts';
import type { NumberedStates } from './state-set.ts';
import { spillingOf } from './storage.ts';
import { FINGERPRINTS, newStates } from './visited-states.ts';
import { VectorTable } from './vector-table.ts';

export interface RacesFound {
  readonly races: boolean;
  /** A shortest way to a state in which an access that comes next races; null: there is none, or none is known. */
  readonly moves: readonly Move[] | null;
  /** Why it stopped before the end. */
  readonly limits: readonly string[];
  /** What it held in the end, when it holds most. */
  readonly bytes: number;
}

const NOTHING: RacesFound = { races: false, moves: null, limits: [], bytes: 0 };

/**
 * Races of accesses that are never next at the same time, which a search has not seen. Most machines are in order
 * without their dependencies, of which following takes most of the views.
 */
export async function racesBehind(
  machine: Machine,
  model: MemoryModel,
  { system, states, violations, limits }: Exploration,
  options: CheckOptions,
  started: number,
): Promise<RacesFound> {
  const { seen } = system;
  if (violations.has('race') || limits.some((limit) => limit !== MODEL_BOUND)) return NOTHING;
  if (model.compileForRaces === undefined || seen === undefined) return NOTHING;
  const search = (followed: OrderedSystem, mixing: boolean): Promise<RacesFound> =>
    new RaceSearch(followed, system.words, states.size, options, started, mixing).run();
  const less = model.compileForRaces(machine, seen, false);
  if (less === null) return NOTHING;
  const quick = await search(less, true);
  const all = quick.races ? model.compileForRaces(machine, seen, true) : null;
  if (all === null) return quick;
  const exact = all.words === less.words ? quick : await search(all, true);
  return exact.races ? search(all, false) : exact;
}

const SLICE_MS = 40;
const STATES_BETWEEN_CLOCKS = 256;

export class RaceSearch {
  readonly #system: OrderedSystem;
  /** Words of a state, and of what follows it. */
  readonly #words: number;
  readonly #known: number;
  readonly #total: number;
  readonly #options: CheckOptions;
  readonly #states: NumberedStates;
  readonly #frontier: Frontier;
  readonly #out: Successors;
  /** By state the first of its elements; by element the next, and which of the views it has. */
  readonly #first = new GrowableWords();
  readonly #next = new GrowableWords();
  readonly #elements = new GrowableWords();
  readonly #views: VectorTable;
  /** An element with the words of its state, and views that two elements share. */
  readonly #whole: Int32Array;
  readonly #shared: Int32Array;
  /** By element, in the order of expansion, if not joined: whence it was reached, by which successor. */
  readonly #from = new GrowableWords();
  readonly #by = new GrowableWords();
  readonly #started: number;
  #expanded = 0;
  #race = -1;
  #limit: string | null = null;

  readonly #mixing: boolean;

  /**
   * `words`: of a state without what is known; `total`: states that there are; `started`: when the time that may be spent began;
   * `mixing`: elements are joined, which is quicker and leaves no way that leads to them.
   */
  constructor(
    system: OrderedSystem,
    words: number,
    total: number,
    options: CheckOptions,
    started: number,
    mixing: boolean,
  ) {
    this.#mixing = mixing;
    this.#system = system;
    this.#words = words;
    this.#total = total;
    this.#known = system.words - words;
    this.#options = options;
    this.#states = newStates(words, options.remembering ?? FINGERPRINTS);
    this.#views = new VectorTable(this.#known);
    this.#whole = new Int32Array(system.words);
    this.#shared = new Int32Array(this.#known);
    this.#frontier = new Frontier(words, spillingOf(options));
    this.#out = newSuccessors(system.words);
    this.#started = started;
  }

  async run(): Promise<RacesFound> {
    try {
      return await this.#explored();
    } finally {
      this.#frontier.close();
    }
  }

  async #explored(): Promise<RacesFound> {
    this.#visit(this.#system.initial(), 0, -1, -1);
    while (this.#frontier.size > 0 && this.#race < 0 && this.#limit === null) {
      this.#slice();
      this.#report();
      await new Promise(setImmediate);
    }
    return {
      races: this.#race >= 0,
      moves: this.#race < 0 || this.#mixing ? null : this.#movesTo(this.#race),
      limits: this.#limit === null ? [] : [this.#limit],
      bytes: this.#bytes,
    };
  }

  #slice(): void {
    const end = performance.now() + SLICE_MS;
    do {
      for (let i = 0; i < STATES_BETWEEN_CLOCKS && this.#frontier.size > 0; i++) {
        this.#expandOne();
        if (this.#race >= 0) return;
      }
      this.#checkLimits();
    } while (performance.now() < end && this.#frontier.size > 0 && this.#limit === null);
  }

  #expandOne(): void {
    const number = this.#expanded++;
    const out = this.#out;
    const { chunk, at } = this.#frontier;
    const whole = this.#whole;
    for (let w = 0; w < this.#words; w++) whole[w] = chunk[at + w] as number;
    const views = this.#views.words;
    const from = this.#viewsOf(number);
    for (let w = 0; w < this.#known; w++) whole[this.#words + w] = views[from + w] as number;
    this.#system.expand(whole, 0, out);
    if (out.race >= 0) this.#race = number;
    for (let k = 0; k < out.count; k++) {
      if (out.failedAt[k] === 0) this.#visit(out.states, k * this.#system.words, number, k);
    }
    this.#frontier.shift();
  }

  #visit(states: Int32Array, at: number, from: number, by: number): void {
    const found = this.#states.insert(states, at);
    if (found >= 0) this.#first.append(-1);
    const state = found >= 0 ? found : -1 - found;
    const known = at + this.#words;
    if (!this.#isNew(state, states, known)) return;
    if (this.#mixing && this.#mixes(state, states, known)) return;
    this.#elements.append(this.#views.intern(states, known));
    this.#next.append(this.#first.words[state] as number);
    this.#first.words[state] = this.#next.length - 1;
    if (!this.#mixing) {
      this.#from.append(from);
      this.#by.append(by);
    }
    this.#frontier.push(states, at);
  }

  /**
   * Whether of some fact fewer views know than in each element of the state, or others. Facts of which
   * that is not so are of no interest on this way: everybody gets to know them.
   */
  #isNew(state: number, words: Int32Array, at: number): boolean {
    const views = this.#views.words;
    const { width } = this.#system;
    let isNew = false;
    for (let w = 0; w < width; w++) {
      let covered = 0;
      let element = this.#first.words[state] as number;
      while (element >= 0 && covered !== -1) {
        let fewer = 0;
        const from = this.#viewsOf(element);
        for (let v = w; v < this.#known && fewer !== -1; v += width) {
          fewer |= (views[from + v] as number) & ~(words[at + v] as number);
        }
        covered |= ~fewer;
        element = this.#next.words[element] as number;
      }
      if (covered !== -1) isNew = true;
      for (let v = w; v < this.#known; v += width)
        words[at + v] = (words[at + v] as number) | covered;
    }
    return isNew;
  }

  /** Whether an element that waits to be expanded takes over what is new: of each fact the smaller. */
  #mixes(state: number, words: Int32Array, at: number): boolean {
    let element = this.#first.words[state] as number;
    while (element >= this.#expanded) {
      if (this.#mixesInto(element, words, at)) return true;
      element = this.#next.words[element] as number;
    }
    return false;
  }

  #mixesInto(element: number, words: Int32Array, at: number): boolean {
    const views = this.#views.words;
    const { width } = this.#system;
    const from = this.#viewsOf(element);
    for (let w = 0; w < width; w++) {
      let [fewer, more] = [0, 0];
      for (let v = w; v < this.#known; v += width) {
        fewer |= (views[from + v] as number) & ~(words[at + v] as number);
        more |= (words[at + v] as number) & ~(views[from + v] as number);
      }
      if ((fewer & more) !== 0) return false;
    }
    // Of each fact either includes the other, and so both together are the smaller one.
    const shared = this.#shared;
    for (let v = 0; v < this.#known; v++) {
      shared[v] = (views[from + v] as number) & (words[at + v] as number);
    }
    this.#elements.words[element] = this.#views.intern(shared, 0);
    return true;
  }

  /** The first word of an element's views. */
  #viewsOf(element: number): number {
    return (this.#elements.words[element] as number) * this.#known;
  }

  #checkLimits(): void {
    const { timeoutSeconds, secondsSpent = 0, maxBytes, signal } = this.#options;
    if (timeoutSeconds !== null && secondsSpent + this.#seconds >= timeoutSeconds) {
      this.#limit = `--timeout ${timeoutSeconds}`;
    }
    if (this.#bytes > maxBytes) this.#limit = `--max-memory ${Math.round(maxBytes / 2 ** 20)}`;
    if (signal?.aborted === true) this.#limit = 'interrupted';
  }

  #report(): void {
    this.#options.onProgress?.({
      phase: 'races',
      states: this.#states.size,
      total: this.#total,
      bytes: this.#bytes,
      seconds: this.#seconds,
    });
  }

  get #seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  get #bytes(): number {
    const words = [this.#first, this.#next, this.#elements, this.#from, this.#by];
    const kept = words.reduce((sum, { bytes }) => sum + bytes, 0);
    return kept + this.#views.bytes + this.#states.bytes + this.#frontier.bytes;
  }

  #movesTo(end: number): readonly Move[] {
    const choices: number[] = [];
    for (let number = end; number > 0; number = this.#from.words[number] as number) {
      choices.unshift(this.#by.words[number] as number);
    }
    let words = this.#system.initial();
    return choices.map((k) => {
      this.#system.expand(words, 0, this.#out);
      const size = this.#system.words;
      words = this.#out.states.slice(k * size, (k + 1) * size);
      return { context: this.#out.context[k] ?? 0, state: 0, words };
    });
  }
}
