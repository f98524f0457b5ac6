/**
 * Breadth-first search of a transition system. Every state is numbered as it is found, its successors
 * are kept as numbers, and every property that a state or a step can violate by itself is looked at
 * here; what needs the whole graph (livelock) is decided afterwards from what this returns.
 *
 * A violated property does not stop the search: each property gets a verdict of its own. A step that
 * fails (an assertion, an error) has no successor.
 *
 * HOT CODE: onFound() runs once a state.
 */
import { at } from '../machine/graph.ts';
import type { Machine } from '../machine/machine.ts';
import type { TransitionSystem } from '../memory-models/memory-model.ts';
import { getJson, putJson } from '../memory-models/sink.ts';
import type { Sink, Source } from '../memory-models/sink.ts';
import type { Images } from '../memory-models/symmetry/images.ts';
import type { BatchObserver } from '../memory-models/wasm/events.ts';
import type { Wanted } from '../memory-models/wasm/lookup.ts';
import { Edges } from './edges/edges.ts';
import { estimateStates } from './estimate.ts';
import { expansionOf, stateByState } from './expansion.ts';
import type { Expansion } from './expansion.ts';
import { restoreEdges, saveEdges } from './checkpoint/edges.ts';
import { cannotBeKept, notOfThis } from './checkpoint/errors.ts';
import { restoreWords, saveWords } from './checkpoint/words.ts';
import { GoalImages } from './goal-images.ts';
import { goalsOf } from './goals.ts';
import type { Goal } from './goals.ts';
import { GrowableWords } from './growable.ts';
import type { CheckOptions } from './options.ts';
import { MODEL_BOUND } from './result.ts';
import { spillingOf } from './storage.ts';
import type { VisitedStates } from './state-set.ts';
import { FINGERPRINTS } from './visited-states.ts';
import { StateProperties, bits } from './state-properties.ts';
import type { FinalStateVisitor } from './state-properties.ts';
import { Violations, failureAt } from './violations.ts';
import type { Violation } from './violations.ts';

/** The explored graph. State numbers ascend with depth. */
export interface Exploration {
  readonly system: TransitionSystem;
  readonly states: VisitedStates;
  readonly edges: Edges;
  /** Where states stand for their images. */
  readonly quotient: Quotient | null;
  readonly goals: readonly Goal[];
  /** The goals that each state meets by itself; all of them where a step from it fails. */
  readonly met: GrowableWords;
  /** The first state of each level. */
  readonly levels: readonly number[];
  readonly violations: Violations;
  /** Why it stopped before it had seen every state; empty when it has. */
  readonly limits: readonly string[];
  readonly transitions: number;
  readonly peakBytes: number;
  /** Indices of `sometimes` properties that held in no state. */
  readonly never: readonly number[];
  /** Whether a final state was held against the `final` properties. */
  readonly finalSeen: boolean;
  /** What the searches took that this one goes on with. */
  readonly secondsBefore: number;
  /** States have other numbers than a search by one thread gives them; absent: the same. */
  readonly hasOtherNumbers?: boolean;
  /** Enough of it to find a way to a state of this level; absent: all is there anyway. */
  upTo?(level: number): Exploration;
  /** Absent: the graph has to be looked at. */
  hasNoLivelock?(): boolean;
}

/** An edge leads to the image of a successor under an element of a group. */
export interface Quotient {
  /** By edge. */
  readonly elements: GrowableWords;
  readonly goals: GoalImages;
}

export interface SearchOptions {
  /** Called with each final state as it is found: memory quiet, every context that must be at its end. */
  readonly onFinal?: FinalStateVisitor | null;
  /** Paths are told by edges, and livelocks. */
  readonly keepsEdges?: boolean;
  readonly seeksLivelocks?: boolean;
  /** States that lie as deep as this are found and not expanded. */
  readonly mostDepth?: number;
  /** In batches, by the system's engine if it has one; it takes a few milliseconds to compile. */
  readonly inBatches?: boolean;
  /** Another way to expand states. */
  readonly expansion?: ((wanted: Wanted) => Expansion) | null;
  /** A state stands for all its images. */
  readonly images?: Images | null;
  /** States that change no verdict are left out, which the system has to know how to do. */
  readonly reduces?: boolean;
  /** Is asked now and then, between batches, whether the search is to be written down. */
  readonly checkpoints?: SearchKeeper | null;
  /** Go on from there; it was saved by a search of the same system with the same options. */
  readonly resume?: Source | null;
}

export interface SearchKeeper {
  readonly isDue: boolean;
  write(save: (sink: Sink) => void): void;
}

/** What a search writes down of itself, besides words and what its expansion holds. */
interface Held {
  readonly levels: readonly number[];
  readonly nextLevel: number;
  readonly violations: readonly Violation[];
  readonly sometimes: readonly number[];
  readonly bounded: boolean;
  readonly finalSeen: boolean;
  readonly peakBytes: number;
  readonly seconds: number;
}

const SLICE_MS = 40;
const STATES_BETWEEN_CLOCKS = 512;
const NOT_IN_BATCHES = 'the machine is searched state by state';
/** More than can be numbered. */
const MOST_STATES = 2 ** 31 - 1;
/** The same of edges, less what a batch may add. */
const MOST_EDGES = 2 ** 31 - 2 ** 24;

export class Search implements BatchObserver {
  readonly #machine: Machine;
  readonly #system: TransitionSystem;
  readonly #options: CheckOptions;
  readonly #expansion: Expansion;
  readonly #keepsEdges: boolean;
  readonly #mostDepth: number;
  readonly #checkpoints: SearchKeeper | null;
  readonly #resume: Source | null;
  #secondsBefore = 0;
  readonly #edges = new Edges();
  readonly #quotient: Quotient | null;
  readonly #met = new GrowableWords();
  readonly #goals: readonly Goal[];
  readonly #levels: number[] = [0];
  readonly #violations = new Violations();
  readonly #limits: string[] = [];
  readonly #properties: StateProperties;
  #bounded = false;
  #peakBytes = 0;
  readonly #started = performance.now();

  constructor(
    machine: Machine,
    system: TransitionSystem,
    options: CheckOptions,
    {
      onFinal = null,
      keepsEdges = true,
      seeksLivelocks = true,
      mostDepth = Infinity,
      checkpoints = null,
      resume = null,
      inBatches = true,
      images = null,
      reduces = false,
      expansion = null,
    }: SearchOptions = {},
  ) {
    this.#keepsEdges = keepsEdges;
    this.#mostDepth = mostDepth;
    this.#checkpoints = checkpoints;
    this.#resume = resume;
    this.#machine = machine;
    this.#system = system;
    this.#options = options;
    this.#goals = seeksLivelocks ? goalsOf(machine) : [];
    this.#quotient =
      images === null
        ? null
        : { elements: new GrowableWords(), goals: new GoalImages(this.#goals, images.elements) };
    this.#properties = new StateProperties(
      machine,
      system,
      this.#goals,
      onFinal,
      (kind, property, state) => {
        const depth = state === 0 ? 0 : this.#depth + 1;
        this.#violations.add(kind, property, depth, { state, context: null, node: null });
      },
    );
    const mustFinish = bits(machine, 'done');
    const wanted: Wanted = {
      mustSettle: mustFinish | bits(machine, 'mark'),
      mustFinish,
      // Contexts come first among the goals.
      goals: this.#goals.flatMap((goal) => (goal.kind === 'context' ? [goal.context] : [])),
      edges: keepsEdges,
      reduces,
      looks: this.#properties.looks,
      images,
      optimised: options.optimises ?? false,
    };
    const usual = inBatches ? expansionOf : stateByState;
    const remembering = options.remembering ?? FINGERPRINTS;
    this.#expansion =
      expansion === null
        ? usual(system, wanted, spillingOf(options), remembering)
        : expansion(wanted);
  }

  async run(): Promise<Exploration> {
    try {
      return await this.#explored();
    } finally {
      this.#expansion.close();
    }
  }

  async #explored(): Promise<Exploration> {
    const keeps = this.#checkpoints !== null || this.#resume !== null;
    if (keeps && this.#expansion.keeping === null) throw cannotBeKept(NOT_IN_BATCHES);
    if (this.#resume === null) this.#expansion.start(this.#system.initial(), this);
    else this.#restore(this.#resume);
    while (this.#goesOn) {
      this.#slice();
      this.#report();
      this.#keep();
      // What else is waiting for its turn takes milliseconds: no search waits for it when it is over.
      if (this.#goesOn) await new Promise(setImmediate);
    }
    await this.#expansion.finish();
    this.#closeEdges();
    return {
      system: this.#system,
      states: this.#expansion.states,
      edges: this.#edges,
      quotient: this.#quotient,
      goals: this.#goals,
      met: this.#met,
      levels: this.#levels,
      violations: this.#violations,
      limits: [...this.#limits, ...(this.#bounded ? [MODEL_BOUND] : [])],
      transitions: this.#expansion.transitions,
      peakBytes: this.#peakBytes,
      never: this.#properties.never,
      finalSeen: this.#properties.finalSeen,
      secondsBefore: this.#secondsBefore,
    };
  }

  /** When it is time, and when a limit has stopped the search. */
  #keep(): void {
    const stopped = this.#limits.length > 0;
    if (this.#checkpoints === null || !(stopped || this.#checkpoints.isDue)) return;
    const { keeping } = this.#expansion;
    if (keeping === null) return;
    const held: Held = {
      levels: this.#levels,
      nextLevel: this.#nextLevel,
      violations: this.#violations.all,
      sometimes: this.#properties.never,
      bounded: this.#bounded,
      finalSeen: this.#properties.finalSeen,
      peakBytes: this.#peakBytes,
      seconds: this.#seconds,
    };
    this.#checkpoints.write((sink) => {
      putJson(sink, held);
      saveEdges(sink, this.#edges);
      saveWords(sink, this.#met);
      keeping.save(sink);
    });
  }

  #restore(source: Source): void {
    const held = getJson(source) as Held;
    this.#levels.splice(0, Infinity, ...held.levels);
    this.#nextLevel = held.nextLevel;
    this.#violations.restore(held.violations);
    this.#properties.never = held.sometimes;
    this.#bounded = held.bounded;
    this.#properties.finalSeen = held.finalSeen;
    this.#peakBytes = held.peakBytes;
    this.#secondsBefore = held.seconds;
    restoreEdges(source, this.#edges);
    restoreWords(source, this.#met);
    if (this.#expansion.keeping?.restore(source, this) !== true) {
      throw notOfThis('it', 'build of kcheck');
    }
  }

  /** Of this search, and of those before that it goes on with. */
  get #seconds(): number {
    return this.#secondsBefore + (performance.now() - this.#started) / 1000;
  }

  get #bytes(): number {
    const edges = this.#edges.bytes + (this.#quotient?.elements.bytes ?? 0);
    return this.#expansion.bytes + edges + this.#met.bytes;
  }

  get #waiting(): number {
    return this.#expansion.states.size - this.#expansion.expanded;
  }

  #isDeepEnough = false;

  get #goesOn(): boolean {
    return this.#waiting > 0 && this.#limits.length === 0 && !this.#isDeepEnough;
  }

  get #depth(): number {
    return this.#levels.length - 1;
  }

  /** Expands states until the time slice is over, none waits or a limit is hit. */
  #slice(): void {
    const end = performance.now() + SLICE_MS;
    const mostStates = this.#options.maxStates ?? Infinity;
    do {
      const { expanded } = this.#expansion;
      if (expanded === this.#nextLevel) this.#enterLevel();
      if (this.#depth >= this.#mostDepth) {
        this.#isDeepEnough = true;
        return;
      }
      const most = Math.min(STATES_BETWEEN_CLOCKS, this.#nextLevel - expanded);
      this.#expansion.advance(most, Math.min(mostStates, MOST_STATES));
      if (this.#expansion.states.size >= mostStates && this.#waiting > 0) {
        this.#limits.push(`--max-states ${mostStates}`);
        return;
      }
      this.#checkLimits();
    } while (performance.now() < end && this.#goesOn);
  }

  /** The number of the first state that lies deeper than those being expanded. */
  #nextLevel = 1;

  #enterLevel(): void {
    this.#levels.push(this.#nextLevel);
    this.#nextLevel = this.#expansion.states.size;
  }

  /** Of the levels whose states were all found, and expanded but for the last one. */
  get #sizes(): readonly number[] {
    const ends = [...this.#levels.slice(1), this.#nextLevel];
    return ends.map((end, depth) => end - at(this.#levels, depth));
  }

  #checkLimits(): void {
    this.#peakBytes = Math.max(this.#peakBytes, this.#bytes);
    if (this.#waiting === 0) return;
    const { timeoutSeconds, secondsSpent = 0, maxBytes, signal } = this.#options;
    const seconds = secondsSpent + (performance.now() - this.#started) / 1000;
    if (timeoutSeconds !== null && seconds >= timeoutSeconds) {
      this.#limits.push(`--timeout ${timeoutSeconds}`);
    }
    if (this.#expansion.isFull) this.#limits.push('4 GB, the most that a module addresses');
    else if (this.#edges.length > MOST_EDGES) {
      this.#limits.push('2 billion transitions, the most that are kept; --no-livelock keeps none');
    } else if (this.#bytes > maxBytes) {
      this.#limits.push(`--max-memory ${Math.round(maxBytes / 2 ** 20)}`);
    }
    if (signal?.aborted === true) this.#limits.push('interrupted');
  }

  onEdges(words: Int32Array, from: number, count: number, elements: number): void {
    this.#edges.appendAll(words, from, count);
    this.#quotient?.elements.appendAll(words, elements, count);
  }

  onExpanded(words: Int32Array, from: number, count: number): void {
    if (this.#keepsEdges) this.#edges.appendStates(words, from, count);
  }

  onMet(words: Int32Array, from: number, count: number): void {
    this.#met.appendAll(words, from, count);
  }

  onRace(state: number): void {
    this.#violations.add('race', 'race', this.#depth, { state, context: null, node: null });
  }

  onBounded(): void {
    this.#bounded = true;
  }

  /** A step from the state failed: the way ends there, and is no livelock. */
  onFailed(state: number, context: number, index: number): void {
    const { kind, property } = failureAt(at(at(this.#machine.contexts, context).nodes, index));
    if (this.#goals.length > 0) this.#met.words[state] = -1;
    this.#violations.add(kind, property, this.#depth, { state, context, node: index });
  }

  onStuck(state: number): void {
    const end = { state, context: null, node: null };
    this.#violations.add('deadlock', 'deadlock', this.#depth, end);
  }

  /** Looks at a state that is new: its goals, and the properties of states. */
  onFound(number: number, states: Int32Array, from: number): void {
    const met = this.#properties.look(number, states, from);
    if (!this.#properties.asksGoals) return;
    // Goals of contexts are told before; where there are none, nothing is.
    if (number === this.#met.length) this.#met.append(0);
    this.#met.words[number] = (this.#met.words[number] as number) | met;
  }

  /** States that were never expanded get no edges, and count as meeting every goal. */
  #closeEdges(): void {
    const { size } = this.#expansion.states;
    if (size > this.#nextLevel) this.#levels.push(this.#nextLevel);
    this.#peakBytes = Math.max(this.#peakBytes, this.#bytes);
    if (!this.#keepsEdges) return;
    const expanded = this.#expansion.isShared === true ? size : this.#expansion.expanded;
    for (let number = expanded; number < size; number++) {
      this.#edges.appendState();
      if (this.#goals.length > 0) this.#met.words[number] = -1;
    }
  }

  #report(): void {
    this.#options.onProgress?.({
      phase: 'states',
      states: this.#expansion.states.size,
      transitions: this.#expansion.transitions,
      depth: this.#depth,
      frontier: this.#waiting,
      bytes: this.#bytes,
      seconds: this.#seconds,
      estimate: estimateStates(this.#sizes),
    });
  }
}
