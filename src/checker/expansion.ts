/**
 * How states come to be expanded: state for state by the successor functions of a transition system, or
 * in batches by an engine of its own. Who looks at what is found need not know.
 */
import { newSuccessors } from '../memory-models/memory-model.ts';
import type { Successors, TransitionSystem } from '../memory-models/memory-model.ts';
import type { Sink, Source } from '../memory-models/sink.ts';
import type { Spilling } from '../memory-models/spilling.ts';
import type { Engine } from '../memory-models/wasm/engine.ts';
import type { BatchObserver } from '../memory-models/wasm/events.ts';
import type { Wanted } from '../memory-models/wasm/lookup.ts';
import { Frontier } from './frontier.ts';
import { missProbability } from './state-set.ts';
import type { NumberedStates, VisitedStates } from './state-set.ts';
import { newStates } from './visited-states.ts';
import type { Remembering } from './visited-states.ts';

export interface Keeping {
  save(sink: Sink): void;
  /** False: what was saved is not of this system. */
  restore(source: Source, observer: BatchObserver): boolean;
}

export interface Expansion {
  readonly states: VisitedStates;
  /** States that were expanded, in the order of their numbers. */
  readonly expanded: number;
  readonly transitions: number;
  /** What it holds, the visited set included. */
  readonly bytes: number;
  /** It cannot hold many more states. */
  readonly isFull: boolean;
  start(initial: Int32Array, observer: BatchObserver): void;
  /** Expands up to `most` waiting states, and stops behind the one that makes `mostStates` known. */
  advance(most: number, mostStates: number): void;
  /** Completes the system's coverage. */
  finish(): void | Promise<void>;
  /** Writes down all that it holds, and goes on from there in place of a start; null: it cannot. */
  readonly keeping: Keeping | null;
  /** Gives back what lies outside of memory. */
  close(): void;
  /** Only what was found at first has been told: others have the rest. */
  readonly isShared?: boolean;
}

/** `spilling`: null keeps all states that wait in memory. */
export function expansionOf(
  system: TransitionSystem,
  wanted: Wanted,
  spilling: Spilling | null,
  remembering: Remembering,
): Expansion {
  const engine = remembering.kind === 'fingerprints' ? (system.engine?.(wanted) ?? null) : null;
  if (engine === null) return stateByState(system, wanted, spilling, remembering);
  if (spilling !== null) engine.spillTo(spilling);
  return new InBatches(system, engine);
}

export function stateByState(
  system: TransitionSystem,
  wanted: Wanted,
  spilling: Spilling | null,
  remembering: Remembering,
): Expansion {
  return new StateByState(system, wanted, spilling, newStates(system.words, remembering));
}

class InBatches implements Expansion {
  readonly states: VisitedStates;
  readonly keeping: Keeping;
  readonly #system: TransitionSystem;
  readonly #engine: Engine;

  constructor(system: TransitionSystem, engine: Engine) {
    this.#system = system;
    this.#engine = engine;
    this.states = {
      get size() {
        return engine.size;
      },
      get bytes() {
        return engine.visitedBytes;
      },
      get missProbability() {
        return missProbability(engine.size);
      },
      find: (states, at) => engine.find(states, at),
    };
    this.keeping = engine;
  }

  get expanded(): number {
    return this.#engine.expanded;
  }

  get transitions(): number {
    return this.#engine.transitions;
  }

  get bytes(): number {
    return this.#engine.visitedBytes + this.#engine.waitingBytes;
  }

  get isFull(): boolean {
    return this.#engine.isFull;
  }

  start(initial: Int32Array, observer: BatchObserver): void {
    this.#engine.start(initial, observer);
  }

  advance(most: number, mostStates: number): void {
    this.#engine.advance(most, mostStates);
  }

  finish(): void {
    const { coverage, seen } = this.#system;
    this.#engine.copyCoverage(coverage, seen ?? { accesses: [], moves: [] });
  }

  close(): void {
    this.#engine.close();
  }
}

/** HOT CODE: the loop of #expandOne runs once a transition. */
class StateByState implements Expansion {
  readonly states: NumberedStates;
  readonly isFull = false;
  readonly keeping = null;
  readonly #system: TransitionSystem;
  readonly #wanted: Wanted;
  readonly #frontier: Frontier;
  readonly #out: Successors;
  /** An edge, and behind it the element by which it leads to a least image. */
  readonly #word = new Int32Array(2);
  readonly #expand: TransitionSystem['expand'];
  #observer: BatchObserver | null = null;
  #expanded = 0;
  #edges = 0;

  constructor(
    system: TransitionSystem,
    wanted: Wanted,
    spilling: Spilling | null,
    states: NumberedStates,
  ) {
    this.#system = system;
    this.#wanted = wanted;
    this.#expand = wanted.reduces
      ? reducedOf(system)
      : (states, at, out) => system.expand(states, at, out);
    this.states = states;
    this.#frontier = new Frontier(system.words, spilling);
    this.#out = newSuccessors(system.words);
  }

  get expanded(): number {
    return this.#expanded;
  }

  get transitions(): number {
    return this.#edges;
  }

  get bytes(): number {
    return this.states.bytes + this.#frontier.bytes;
  }

  start(initial: Int32Array, observer: BatchObserver): void {
    this.#observer = observer;
    const first = initial.slice();
    this.#wanted.images?.canonicalise(first, 0);
    this.states.insert(first, 0);
    this.#found(observer, 0, first, 0);
  }

  advance(most: number, mostStates: number): void {
    const observer = this.#observer;
    if (observer === null) return;
    for (let i = 0; i < most && this.#frontier.size > 0; i++) {
      this.#expandOne(observer);
      if (this.states.size >= mostStates) return;
    }
  }

  finish(): void {
    // The system's own functions have kept its coverage.
  }

  close(): void {
    this.#frontier.close();
  }

  #expandOne(observer: BatchObserver): void {
    const out = this.#out;
    const number = this.#expanded++;
    this.#expand(this.#frontier.chunk, this.#frontier.at, out);
    if (out.race >= 0) observer.onRace(number);
    if (out.bounded) observer.onBounded();
    if (this.#wanted.edges) {
      this.#word[0] = this.#edges;
      observer.onExpanded(this.#word, 0, 1);
    }
    const { words } = this.#system;
    const images = this.#wanted.images ?? null;
    for (let k = 0; k < out.count; k++) {
      const failedAt = out.failedAt[k] as number;
      if (failedAt !== 0) {
        observer.onFailed(number, out.context[k] as number, failedAt - 1, this.#edges);
        continue;
      }
      const element = images === null ? 0 : images.canonicalise(out.states, k * words);
      const found = this.states.insert(out.states, k * words);
      if (found >= 0) this.#found(observer, found, out.states, k * words);
      this.#edges++;
      if (!this.#wanted.edges) continue;
      this.#word[0] = found >= 0 ? found : -1 - found;
      this.#word[1] = element;
      observer.onEdges(this.#word, 0, 1, 1);
    }
    if (out.count === 0) this.#stuck(observer, number);
    this.#frontier.shift();
  }

  #found(observer: BatchObserver, number: number, states: Int32Array, at: number): void {
    this.#frontier.push(states, at);
    const { goals, looks, mustFinish } = this.#wanted;
    const settled = this.#system.settled(states, at);
    if (goals.length > 0) {
      this.#word[0] = goals.reduce((met, c, goal) => met | (((settled >>> c) & 1) << goal), 0);
      observer.onMet(this.#word, 0, 1);
    }
    const isFinal = (settled & mustFinish) === mustFinish;
    if (looks === 'every' || (looks === 'final' && isFinal)) observer.onFound(number, states, at);
  }

  #stuck(observer: BatchObserver, number: number): void {
    const { mustSettle } = this.#wanted;
    const settled = this.#system.settled(this.#frontier.chunk, this.#frontier.at);
    if ((settled & mustSettle) !== mustSettle) observer.onStuck(number);
  }
}

function reducedOf({ expandReduced }: TransitionSystem): TransitionSystem['expand'] {
  if (expandReduced === undefined) throw new Error('this system cannot be reduced');
  return expandReduced;
}
