/** What a module has found, as its host tells it. */
import { at } from '../../machine/graph.ts';
import { EVENTS, EVENT_WORDS, KIND_BITS } from './helpers.ts';

/** What is told of a batch, in the order in which it was found. */
export interface BatchObserver {
  /**
   * Successors' numbers, in order, and where states are replaced by images by which element each was, from
   * `elements` on. The words may be read during the call only.
   */
  onEdges(words: Int32Array, from: number, count: number, elements: number): void;
  /** For each state that was expanded the number of edges before its own. */
  onExpanded(words: Int32Array, from: number, count: number): void;
  /** For each state that was found which goals of contexts it meets, where there are such goals. */
  onMet(words: Int32Array, from: number, count: number): void;
  /** A state to be looked at. */
  onFound(number: number, states: Int32Array, from: number): void;
  onRace(state: number): void;
  /** `edges`: how many edges there were before, as onExpanded() counts them; the lower 30 bits. */
  onFailed(state: number, context: number, node: number, edges: number): void;
  onStuck(state: number): void;
  onBounded(): void;
}

/**
 * Tells the events at these words in the order in which they came about; a state's race was there before
 * its steps. `found` is told a new state's number and its address.
 */
export function tellEvents(
  words: Int32Array,
  from: number,
  to: number,
  observer: BatchObserver,
  found: (number: number, address: number) => void,
): void {
  const races = racesIn(words, from, to);
  let race = 0;
  for (let event = from; event < to; event += EVENT_WORDS) {
    const state = words[event + 1] as number;
    while (race < races.length && at(races, race) <= state) observer.onRace(at(races, race++));
    const what = words[event] as number;
    const [first, second] = [words[event + 2] as number, words[event + 3] as number];
    const kind = what & ((1 << KIND_BITS) - 1);
    if (kind === EVENTS.found) found(first, second >>> 0);
    else if (kind === EVENTS.failed) observer.onFailed(state, first, second, what >>> KIND_BITS);
    else if (kind === EVENTS.stuck) observer.onStuck(state);
  }
}

function racesIn(words: Int32Array, from: number, to: number): readonly number[] {
  const races: number[] = [];
  for (let event = from; event < to; event += EVENT_WORDS) {
    const kind = (words[event] as number) & ((1 << KIND_BITS) - 1);
    if (kind === EVENTS.race) races.push(words[event + 1] as number);
  }
  return races;
}
