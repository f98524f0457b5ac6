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
import type { Machine, Property } from '../machine/machine.ts';
import type { TransitionSystem } from '../memory-models/memory-model.ts';
import type { BatchObserver } from '../memory-models/wasm/events.ts';
import type { Wanted } from '../memory-models/wasm/lookup.ts';
import { expansionOf, stateByState } from './expansion.ts';
import type { Expansion } from './expansion.ts';
import { goalsOf, propertiesMet } from './goals.ts';
import type { Goal } from './goals.ts';
import { GrowableWords } from './growable.ts';
import type { CheckOptions } from './options.ts';
import { MODEL_BOUND } from './result.ts';
import type { VisitedStates } from './state-set.ts';
import { Violations } from './violations.ts';

/** The explored graph. State numbers ascend with depth. */
export interface Exploration {
  readonly system: TransitionSystem;
  readonly states: VisitedStates;
  /** Successors of state s: `edges[edgesFrom[s]] … edges[edgesFrom[s + 1] - 1]`. */
  readonly edges: GrowableWords;
  readonly edgesFrom: GrowableWords;
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
}

export interface SearchOptions {
  /** Called with each final state as it is found: memory quiet, every context that must be at its end. */
  readonly onFinal?: FinalStateVisitor | null;
  /** Paths are told by edges, and livelocks. */
  readonly keepsEdges?: boolean;
  readonly seeksLivelocks?: boolean;
  /** In batches, by the system's engine if it has one; it takes a few milliseconds to compile. */
  readonly inBatches?: boolean;
}

export type FinalStateVisitor = (states: Int32Array, at: number) => void;

const SLICE_MS = 40;
const STATES_BETWEEN_CLOCKS = 512;
/** More than can be numbered. */
const MOST_STATES = 2 ** 31 - 1;

export class Search implements BatchObserver {
  readonly #machine: Machine;
  readonly #system: TransitionSystem;
  readonly #options: CheckOptions;
  readonly #expansion: Expansion;
  readonly #keepsEdges: boolean;
  readonly #asksGoals: boolean;
  readonly #edges = new GrowableWords();
  readonly #edgesFrom = new GrowableWords();
  readonly #met = new GrowableWords();
  readonly #goals: readonly Goal[];
  readonly #levels: number[] = [0];
  readonly #violations = new Violations();
  readonly #limits: string[] = [];
  readonly #invariants: readonly number[];
  readonly #finals: readonly number[];
  #sometimes: readonly number[];
  readonly #mustFinish: number;
  #bounded = false;
  #finalSeen = false;
  #peakBytes = 0;
  readonly #started = performance.now();

  readonly #onFinal: FinalStateVisitor | null;

  constructor(
    machine: Machine,
    system: TransitionSystem,
    options: CheckOptions,
    {
      onFinal = null,
      keepsEdges = true,
      seeksLivelocks = true,
      inBatches = true,
    }: SearchOptions = {},
  ) {
    this.#onFinal = onFinal;
    this.#keepsEdges = keepsEdges;
    this.#machine = machine;
    this.#system = system;
    this.#options = options;
    this.#goals = seeksLivelocks ? goalsOf(machine) : [];
    this.#asksGoals = this.#goals.some(({ kind }) => kind === 'property');
    this.#invariants = propertiesOf(machine, 'invariant');
    this.#finals = propertiesOf(machine, 'final');
    this.#sometimes = propertiesOf(machine, 'sometimes');
    this.#mustFinish = bits(machine, 'done');
    this.#expansion = (inBatches ? expansionOf : stateByState)(system, {
      mustSettle: this.#mustFinish | bits(machine, 'mark'),
      mustFinish: this.#mustFinish,
      // Contexts come first among the goals.
      goals: this.#goals.flatMap((goal) => (goal.kind === 'context' ? [goal.context] : [])),
      edges: keepsEdges,
      looks: this.#looks(),
    });
  }

  #looks(): Wanted['looks'] {
    if (this.#asksGoals || this.#invariants.length > 0 || this.#sometimes.length > 0)
      return 'every';
    return this.#finals.length > 0 || this.#onFinal !== null ? 'final' : 'none';
  }

  async run(): Promise<Exploration> {
    this.#expansion.start(this.#system.initial(), this);
    while (this.#waiting > 0 && this.#limits.length === 0) {
      this.#slice();
      this.#report();
      await new Promise(setImmediate);
    }
    this.#closeEdges();
    this.#expansion.finish();
    return {
      system: this.#system,
      states: this.#expansion.states,
      edges: this.#edges,
      edgesFrom: this.#edgesFrom,
      goals: this.#goals,
      met: this.#met,
      levels: this.#levels,
      violations: this.#violations,
      limits: [...this.#limits, ...(this.#bounded ? [MODEL_BOUND] : [])],
      transitions: this.#expansion.transitions,
      peakBytes: this.#peakBytes,
      never: this.#sometimes,
      finalSeen: this.#finalSeen,
    };
  }

  get #bytes(): number {
    return this.#expansion.bytes + this.#edges.bytes + this.#edgesFrom.bytes + this.#met.bytes;
  }

  get #waiting(): number {
    return this.#expansion.states.size - this.#expansion.expanded;
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
      const most = Math.min(STATES_BETWEEN_CLOCKS, this.#nextLevel - expanded);
      this.#expansion.advance(most, Math.min(mostStates, MOST_STATES));
      if (this.#expansion.states.size >= mostStates && this.#waiting > 0) {
        this.#limits.push(`--max-states ${mostStates}`);
        return;
      }
      this.#checkLimits();
    } while (performance.now() < end && this.#waiting > 0 && this.#limits.length === 0);
  }

  /** The number of the first state that lies deeper than those being expanded. */
  #nextLevel = 1;

  #enterLevel(): void {
    this.#levels.push(this.#nextLevel);
    this.#nextLevel = this.#expansion.states.size;
  }

  #checkLimits(): void {
    this.#peakBytes = Math.max(this.#peakBytes, this.#bytes);
    if (this.#waiting === 0) return;
    const { timeoutSeconds, maxBytes, signal } = this.#options;
    const seconds = (performance.now() - this.#started) / 1000;
    if (timeoutSeconds !== null && seconds >= timeoutSeconds) {
      this.#limits.push(`--timeout ${timeoutSeconds}`);
    }
    if (this.#expansion.isFull) this.#limits.push('4 GB, the most that a module addresses');
    else if (this.#bytes > maxBytes) {
      this.#limits.push(`--max-memory ${Math.round(maxBytes / 2 ** 20)}`);
    }
    if (signal?.aborted === true) this.#limits.push('interrupted');
  }

  onEdges(words: Int32Array, from: number, count: number): void {
    this.#edges.appendAll(words, from, count);
  }

  onExpanded(words: Int32Array, from: number, count: number): void {
    if (this.#keepsEdges) this.#edgesFrom.appendAll(words, from, count);
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
    const node = at(at(this.#machine.contexts, context).nodes, index);
    const failedAssert = node.kind === 'assert';
    const property = failedAssert ? node.name : 'error';
    if (this.#goals.length > 0) this.#met.words[state] = -1;
    const end = { state, context, node: index };
    this.#violations.add(failedAssert ? 'assertion' : 'error', property, this.#depth, end);
  }

  onStuck(state: number): void {
    const end = { state, context: null, node: null };
    this.#violations.add('deadlock', 'deadlock', this.#depth, end);
  }

  /** Looks at a state that is new: its goals, and the properties of states. */
  onFound(number: number, states: Int32Array, from: number): void {
    if (this.#asksGoals) {
      const met = propertiesMet(this.#goals, this.#system, states, from);
      this.#met.words[number] = (this.#met.words[number] as number) | met;
    }
    const depth = number === 0 ? 0 : this.#depth + 1;
    for (const property of this.#invariants) {
      const verdict = this.#system.evaluate(property, states, from);
      if (verdict !== 1) this.#violate(property, 'invariant', verdict, depth, number);
    }
    if (this.#sometimes.length > 0) {
      this.#sometimes = this.#sometimes.filter(
        (property) => this.#system.evaluate(property, states, from) !== 1,
      );
    }
    const wanted = this.#finals.length > 0 || this.#onFinal !== null;
    if (wanted && this.#isFinal(states, from)) {
      this.#finalSeen = true;
      this.#onFinal?.(states, from);
      for (const property of this.#finals) {
        const verdict = this.#system.evaluate(property, states, from);
        if (verdict !== 1) this.#violate(property, 'final', verdict, depth, number);
      }
    }
  }

  #isFinal(states: Int32Array, from: number): boolean {
    const settled = this.#system.settled(states, from);
    return (settled & this.#mustFinish) === this.#mustFinish && this.#system.quiet(states, from);
  }

  #violate(
    property: number,
    kind: 'invariant' | 'final',
    verdict: number,
    depth: number,
    state: number,
  ): void {
    const { name } = at(this.#machine.properties, property);
    const end = { state, context: null, node: null };
    this.#violations.add(verdict === 2 ? 'error' : kind, name, depth, end);
  }

  /** States that were never expanded get no edges, and count as meeting every goal. */
  #closeEdges(): void {
    const { size } = this.#expansion.states;
    if (size > this.#nextLevel) this.#levels.push(this.#nextLevel);
    this.#peakBytes = Math.max(this.#peakBytes, this.#bytes);
    if (!this.#keepsEdges) return;
    for (let number = this.#expansion.expanded; number < size; number++) {
      this.#edgesFrom.append(this.#edges.length);
      if (this.#goals.length > 0) this.#met.words[number] = -1;
    }
    this.#edgesFrom.append(this.#edges.length);
  }

  #report(): void {
    this.#options.onProgress?.({
      states: this.#expansion.states.size,
      transitions: this.#expansion.transitions,
      depth: this.#depth,
      frontier: this.#waiting,
      bytes: this.#bytes,
      seconds: (performance.now() - this.#started) / 1000,
    });
  }
}

function propertiesOf(machine: Machine, kind: Property['kind']): readonly number[] {
  return machine.properties.flatMap((property, index) => (property.kind === kind ? [index] : []));
}

function bits(machine: Machine, liveness: 'done' | 'mark'): number {
  return machine.contexts.reduce(
    (all, context, index) => (context.liveness === liveness ? all | (1 << index) : all),
    0,
  );
}
