/**
 * Breadth-first search of a transition system. Every state is numbered as it is found, its successors
 * are kept as numbers, and every property that a state or a step can violate by itself is looked at
 * here; what needs the whole graph (livelock) is decided afterwards from what this returns.
 *
 * A violated property does not stop the search: each property gets a verdict of its own. A step that
 * fails (an assertion, an error) has no successor.
 *
 * HOT CODE: the body of #expandOne runs once a state, its loop once a transition.
 */
import { at } from '../machine/graph.ts';
import type { Machine, Property } from '../machine/machine.ts';
import { newSuccessors } from '../memory-models/memory-model.ts';
import type { Successors, TransitionSystem } from '../memory-models/memory-model.ts';
import { Frontier } from './frontier.ts';
import { goalsMet, goalsOf } from './goals.ts';
import type { Goal } from './goals.ts';
import { GrowableWords } from './growable.ts';
import type { CheckOptions } from './options.ts';
import { MODEL_BOUND } from './result.ts';
import { StateSet } from './state-set.ts';
import { Violations } from './violations.ts';

/** The explored graph. State numbers ascend with depth. */
export interface Exploration {
  readonly system: TransitionSystem;
  readonly states: StateSet;
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

export type FinalStateVisitor = (states: Int32Array, at: number) => void;

const SLICE_MS = 40;
const STATES_BETWEEN_CLOCKS = 512;

export class Search {
  readonly #machine: Machine;
  readonly #system: TransitionSystem;
  readonly #options: CheckOptions;
  readonly #set: StateSet;
  readonly #frontier: Frontier;
  readonly #edges = new GrowableWords();
  readonly #edgesFrom = new GrowableWords();
  readonly #met = new GrowableWords();
  readonly #goals: readonly Goal[];
  readonly #levels: number[] = [0];
  readonly #violations = new Violations();
  readonly #limits: string[] = [];
  readonly #out: Successors;
  readonly #invariants: readonly number[];
  readonly #finals: readonly number[];
  #sometimes: readonly number[];
  readonly #mustFinish: number;
  readonly #mustSettle: number;
  #bounded = false;
  #finalSeen = false;
  #expanded = 0;
  #peakBytes = 0;
  readonly #started = performance.now();

  /** Called with each final state as it is found: memory quiet, every context that must be at its end. */
  readonly #onFinal: FinalStateVisitor | null;

  constructor(
    machine: Machine,
    system: TransitionSystem,
    options: CheckOptions,
    onFinal: FinalStateVisitor | null = null,
  ) {
    this.#onFinal = onFinal;
    this.#machine = machine;
    this.#system = system;
    this.#options = options;
    this.#set = new StateSet(system.words);
    this.#frontier = new Frontier(system.words);
    this.#goals = goalsOf(machine);
    this.#out = newSuccessors(system.words);
    this.#invariants = propertiesOf(machine, 'invariant');
    this.#finals = propertiesOf(machine, 'final');
    this.#sometimes = propertiesOf(machine, 'sometimes');
    this.#mustFinish = bits(machine, 'done');
    this.#mustSettle = this.#mustFinish | bits(machine, 'mark');
  }

  async run(): Promise<Exploration> {
    const initial = this.#system.initial();
    this.#set.insert(initial, 0);
    this.#frontier.push(initial, 0);
    this.#look(0, initial, 0);
    while (this.#frontier.size > 0 && this.#limits.length === 0) {
      this.#slice();
      this.#report();
      await new Promise(setImmediate);
    }
    this.#closeEdges();
    return {
      system: this.#system,
      states: this.#set,
      edges: this.#edges,
      edgesFrom: this.#edgesFrom,
      goals: this.#goals,
      met: this.#met,
      levels: this.#levels,
      violations: this.#violations,
      limits: [...this.#limits, ...(this.#bounded ? [MODEL_BOUND] : [])],
      transitions: this.#edges.length,
      peakBytes: this.#peakBytes,
      never: this.#sometimes,
      finalSeen: this.#finalSeen,
    };
  }

  get #bytes(): number {
    return (
      this.#set.bytes +
      this.#frontier.bytes +
      this.#edges.bytes +
      this.#edgesFrom.bytes +
      this.#met.bytes
    );
  }

  get #depth(): number {
    return this.#levels.length - 1;
  }

  /** Expands states until the time slice is over, the frontier is empty or a limit is hit. */
  #slice(): void {
    const end = performance.now() + SLICE_MS;
    do {
      for (let i = 0; i < STATES_BETWEEN_CLOCKS && this.#frontier.size > 0; i++) {
        if (this.#expanded === this.#nextLevel) this.#enterLevel();
        this.#expandOne();
        const { maxStates } = this.#options;
        if (maxStates !== null && this.#set.size >= maxStates && this.#frontier.size > 0) {
          this.#limits.push(`--max-states ${maxStates}`);
          return;
        }
      }
      this.#checkLimits();
    } while (performance.now() < end && this.#frontier.size > 0 && this.#limits.length === 0);
  }

  /** The number of the first state that lies deeper than those being expanded. */
  #nextLevel = 1;

  #enterLevel(): void {
    this.#levels.push(this.#expanded);
    this.#nextLevel = this.#set.size;
  }

  #checkLimits(): void {
    this.#peakBytes = Math.max(this.#peakBytes, this.#bytes);
    if (this.#frontier.size === 0) return;
    const { timeoutSeconds, maxBytes, signal } = this.#options;
    const seconds = (performance.now() - this.#started) / 1000;
    if (timeoutSeconds !== null && seconds >= timeoutSeconds) {
      this.#limits.push(`--timeout ${timeoutSeconds}`);
    }
    if (this.#bytes > maxBytes) {
      this.#limits.push(`--max-memory ${Math.round(maxBytes / 2 ** 20)}`);
    }
    if (signal?.aborted === true) this.#limits.push('interrupted');
  }

  #expandOne(): void {
    const out = this.#out;
    const number = this.#expanded++;
    this.#system.expand(this.#frontier.chunk, this.#frontier.at, out);
    if (out.race >= 0) {
      this.#violations.add('race', 'race', this.#depth, {
        state: number,
        context: null,
        node: null,
      });
    }
    if (out.bounded) this.#bounded = true;
    this.#edgesFrom.append(this.#edges.length);
    const words = this.#system.words;
    for (let k = 0; k < out.count; k++) {
      if (out.failedAt[k] !== 0) {
        this.#fail(number, k);
        continue;
      }
      const found = this.#set.insert(out.states, k * words);
      if (found >= 0) {
        this.#frontier.push(out.states, k * words);
        this.#look(found, out.states, k * words);
      }
      this.#edges.append(found >= 0 ? found : -1 - found);
    }
    if (out.count === 0) this.#stuck(number);
    this.#frontier.shift();
  }

  /** A step from state `number` failed: the way ends there, and is no livelock. */
  #fail(number: number, k: number): void {
    const context = this.#out.context[k] as number;
    const index = (this.#out.failedAt[k] as number) - 1;
    const node = at(at(this.#machine.contexts, context).nodes, index);
    const failedAssert = node.kind === 'assert';
    const property = failedAssert ? node.name : 'error';
    this.#met.words[number] = -1;
    this.#violations.add(failedAssert ? 'assertion' : 'error', property, this.#depth, {
      state: number,
      context,
      node: index,
    });
  }

  #stuck(number: number): void {
    const settled = this.#system.settled(this.#frontier.chunk, this.#frontier.at);
    if ((settled & this.#mustSettle) === this.#mustSettle) return;
    this.#violations.add('deadlock', 'deadlock', this.#depth, {
      state: number,
      context: null,
      node: null,
    });
  }

  /** Looks at a state that is new: its goals, and the properties of states. */
  #look(number: number, states: Int32Array, from: number): void {
    this.#met.append(goalsMet(this.#goals, this.#system, states, from));
    const depth = this.#set.size === 1 ? 0 : this.#depth + 1;
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
    for (let number = this.#expanded; number < this.#set.size; number++) {
      this.#edgesFrom.append(this.#edges.length);
      this.#met.words[number] = -1;
    }
    this.#edgesFrom.append(this.#edges.length);
    if (this.#set.size > this.#nextLevel) this.#levels.push(this.#nextLevel);
    this.#peakBytes = Math.max(this.#peakBytes, this.#bytes);
  }

  #report(): void {
    this.#options.onProgress?.({
      states: this.#set.size,
      transitions: this.#edges.length,
      depth: this.#depth,
      frontier: this.#frontier.size,
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
