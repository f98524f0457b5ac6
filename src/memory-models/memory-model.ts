/**
 * The interface between a memory model and the explorer. A memory model turns a machine into a
 * transition system over states that are slices of words in typed arrays: it lays out its part of
 * the state (memory, store buffers, views), and says what every load, store, RMW and fence may do
 * on a CPU and which steps memory takes by itself. It knows no property.
 */
import type { Machine } from '../machine/machine.ts';
import type { Automorphism } from '../machine/symmetry/automorphism.ts';
import type { Images } from './symmetry/images.ts';
import type { Engine } from './wasm/engine.ts';
import type { Wanted } from './wasm/lookup.ts';
import type { Leader } from './wasm/shared/leader.ts';

export interface MemoryModel {
  /** `sc`, `tso`, `power`. */
  readonly name: string;
  /**
   * Which value a load reads is open, beyond when memory takes its own steps: an old one may be read for
   * ever, so fairness of steps does not make a store visible. Absent: it is not.
   */
  readonly choosesAtLoads?: boolean;
  /** Its transition systems have expandReduced(). Absent: they have not. */
  readonly reducible?: true;
  /**
   * The transition system may stand on something that is likely and not known; once a step shows that
   * it is wrong, `expand` throws a RefutedAssumption, and nothing that was found so far counts. `refuted`
   * names the locations of which nothing may be assumed.
   */
  compile(machine: Machine, refuted?: ReadonlySet<number>): TransitionSystem;
  /**
   * The same system, its states followed by what is known to happen before what; `seen`: by exploring
   * the states of `compile`. Without `dependencies` less is known, and what races with them races
   * without. null: the machine cannot race but by two accesses that could both be next. Absent: the
   * states of `compile` hold it already.
   */
  compileForRaces?(machine: Machine, seen: Seen, dependencies: boolean): OrderedSystem | null;
}

/** What a memory model took to be so of a location is not so. */
export class RefutedAssumption extends Error {
  readonly location: number;

  constructor(location: number) {
    super(`what was assumed of location ${location} does not hold`);
    this.location = location;
  }
}

/** What was seen in all states that were expanded. */
export interface Seen {
  /**
   * Which CPUs access a location that can race, one bit each: by kind (plain read, plain write, marked
   * read, marked write) and location. Beyond 32 CPUs, two may share a bit.
   */
  readonly accesses: readonly Int32Array[];
  /** By context and node: whether it was there when it was moved to another CPU. */
  readonly moves: readonly Uint8Array[];
}

/**
 * A state is followed by views, `width` words each, in which a bit is a fact. Steps do not depend on them, no bit on
 * another one of its view, and the more are set, the fewer races there are.
 */
export interface OrderedSystem extends TransitionSystem {
  readonly width: number;
}

/** A finite transition system; nothing it does while exploring allocates per state. */
export interface TransitionSystem {
  /** 32-bit words a state. */
  readonly words: number;
  /** The one initial state: `words` words. */
  initial(): Int32Array;
  /** Fills `out` with every successor of the state at `states[at…]`, in a fixed order. */
  expand(states: Int32Array, at: number, out: Successors): void;
  /**
   * The same with fewer successors, enough of them for whoever asks for verdicts and coverage alone: one
   * where that is known to do (docs/design/reduction.md). Absent: nothing is known.
   */
  expandReduced?(states: Int32Array, at: number, out: Successors): void;
  /** The state's verdict on property `index` of the machine: nonzero is true. */
  evaluate(property: number, states: Int32Array, at: number): number;
  /** One bit a context: it is done, or rests at a mark; contexts beyond 31 are refused. */
  settled(states: Int32Array, at: number): number;
  /** Memory takes no further step by itself: every store has reached it. */
  quiet(states: Int32Array, at: number): boolean;
  /** One byte a context and node, set once it was executed: `coverage[context][node]`. */
  readonly coverage: readonly Uint8Array[];
  /** Explores the system without expand(), and faster; null: it cannot. Absent: nothing does. */
  engine?(wanted: Wanted): Engine | null;
  /** The same for so many threads, of which this one leads the others. */
  leader?(wanted: Wanted, threads: number): Leader | null;
  /**
   * The images of its states under a group of symmetries of the machine; null: they are none of its states.
   * `reduces`: they have to be symmetries of expandReduced() too. Absent: nothing says.
   */
  images?(elements: readonly Automorphism[], reduces: boolean): Images | null;
  /** What the search for races asks; absent where compileForRaces() is. */
  readonly seen?: Seen;
  /** The state as a reader, and the plain interpreter, see it. */
  decode(states: Int32Array, at: number): Snapshot;
}

/** Filled by `expand`; all arrays grow together. */
export interface Successors {
  count: number;
  /** Successor k is at `states[k * words…]`. */
  states: Int32Array;
  /** Which context stepped; -1 - cpu for a step that memory takes by itself for a CPU. */
  context: Int32Array;
  /** 0, or 1 + the node at which the step failed (an assertion or an error): no state follows. */
  failedAt: Int32Array;
  /** A location on which two enabled contexts race here, or -1. */
  race: number;
  /** A bound of the memory model kept some step from happening. */
  bounded: boolean;
}

/** Room for the successors of one state; `expand` grows it as needed. */
export function newSuccessors(words: number): Successors {
  return {
    count: 0,
    states: new Int32Array(64 * words),
    context: new Int32Array(64),
    failedAt: new Int32Array(64),
    race: -1,
    bounded: false,
  };
}

/** A state as plain values; registers that are dead are null. */
export interface Snapshot {
  readonly nodes: readonly number[];
  readonly registers: readonly (readonly (number | null)[])[];
  /** Coherence-latest values. */
  readonly memory: readonly number[];
  readonly ghosts: readonly number[];
  /** What the memory model holds beyond the latest values, in its own canonical spelling. */
  readonly pending: string;
}
