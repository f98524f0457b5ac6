/**
 * The explored graph of one run as a reader can draw it: each state a node, or, where there are more than
 * asked for, each vector of program places, with all states in which the contexts stand there.
 *
 * The search keeps numbers alone, so states are expanded a second time, in the order of their numbers: each
 * was first reached from one with a lower number. What a state is said to be is found here from the state
 * itself, and from the edges that the search kept (livelock); Violations has only those nearest the start.
 */
import { at } from '../machine/graph.ts';
import type { Machine } from '../machine/machine.ts';
import { validateMachine } from '../machine/validate.ts';
import { newSuccessors } from '../memory-models/memory-model.ts';
import type { MemoryModel, Snapshot, Successors } from '../memory-models/memory-model.ts';
import { explore } from './explore.ts';
import { lost } from './failures.ts';
import { reachableGoals, successorsOf } from './livelock.ts';
import type { CheckOptions } from './options.ts';
import { MODEL_BOUND } from './result.ts';
import { Search } from './search.ts';
import type { Exploration } from './search.ts';

export type MarkKind = 'initial' | 'final' | 'fails' | 'race' | 'deadlock' | 'livelock';

/** What is so of a node, or of some of its states. */
export interface Mark {
  readonly kind: MarkKind;
  /** The property that fails, who can never finish; else `''`. */
  readonly what: string;
  readonly states: number;
}

export interface StateNode {
  readonly states: number;
  /** The first of its states. */
  readonly state: Snapshot;
  readonly marks: readonly Mark[];
}

/** All steps from one node to another. */
export interface StateEdge {
  readonly from: number;
  readonly to: number;
  /** Who takes them: contexts, and -1 - cpu for memory of a CPU; ascending. */
  readonly movers: readonly number[];
  readonly steps: number;
}

export interface StateGraph {
  readonly states: number;
  readonly transitions: number;
  /** Nodes are places, not states. */
  readonly isQuotient: boolean;
  /** The initial one first, then as they were found. */
  readonly nodes: readonly StateNode[];
  readonly edges: readonly StateEdge[];
  /** A bound of the memory model kept some step from happening. */
  readonly isBounded: boolean;
}

export type StateGraphResult =
  | { readonly kind: 'graph'; readonly graph: StateGraph }
  | { readonly kind: 'too-large'; readonly states: number; readonly places: number }
  /** The search was stopped: the limits. */
  | { readonly kind: 'stopped'; readonly limits: readonly string[]; readonly states: number };

/** At most `most` nodes. */
export async function stateGraph(
  machine: Machine,
  model: MemoryModel,
  most: number,
  options: CheckOptions,
): Promise<StateGraphResult> {
  validateMachine(machine);
  return explore(machine, model, async (system) => {
    const found = await new Search(machine, system, options).run();
    const { size } = found.states;
    const limits = found.limits.filter((limit) => limit !== MODEL_BOUND);
    if (limits.length > 0) return { kind: 'stopped', limits, states: size };
    const walk = new Walk(machine, found, size > most);
    while (walk.advance(STATES_AT_A_TIME)) {
      await new Promise(setImmediate);
      if (options.signal?.aborted === true) {
        return { kind: 'stopped', limits: ['interrupted'], states: size };
      }
    }
    const { graph } = walk;
    const places = graph.nodes.length;
    return places > most ? { kind: 'too-large', states: size, places } : { kind: 'graph', graph };
  });
}

const STATES_AT_A_TIME = 4096;

interface Group {
  states: number;
  readonly state: Snapshot;
  readonly marks: Map<string, { kind: MarkKind; what: string; states: number }>;
  readonly edges: Map<number, { readonly movers: Set<number>; steps: number }>;
}

class Walk {
  readonly #machine: Machine;
  readonly #graph: Exploration;
  readonly #byPlace: boolean;
  readonly #out: Successors;
  readonly #trapped: Int32Array;
  readonly #mustFinish: number;
  readonly #mustSettle: number;
  /** States that were reached and not yet expanded. */
  readonly #waiting = new Map<number, Int32Array>();
  readonly #groupOf: Int32Array;
  readonly #places = new Map<string, number>();
  readonly #groups: Group[] = [];
  #next = 0;
  #transitions = 0;

  constructor(machine: Machine, graph: Exploration, byPlace: boolean) {
    this.#machine = machine;
    this.#graph = graph;
    this.#byPlace = byPlace;
    this.#out = newSuccessors(graph.system.words);
    this.#trapped = trappedIn(graph);
    this.#mustFinish = bitsOf(machine, ['done']);
    this.#mustSettle = bitsOf(machine, ['done', 'mark']);
    this.#groupOf = new Int32Array(graph.states.size).fill(-1);
    this.#reach(0, graph.system.initial());
  }

  get graph(): StateGraph {
    return {
      states: this.#next,
      transitions: this.#transitions,
      isQuotient: this.#byPlace,
      nodes: this.#groups.map(({ states, state, marks }) => ({
        states,
        state,
        marks: [...marks.values()],
      })),
      edges: this.#groups.flatMap(({ edges }, from) =>
        [...edges].map(([to, { movers, steps }]) => ({
          from,
          to,
          movers: [...movers].toSorted((a, b) => a - b),
          steps,
        })),
      ),
      isBounded: this.#graph.limits.includes(MODEL_BOUND),
    };
  }

  /** Expands so many states more; whether there are others. */
  advance(count: number): boolean {
    const end = Math.min(this.#next + count, this.#groupOf.length);
    while (this.#next < end) this.#expand(this.#next++);
    return this.#next < this.#groupOf.length;
  }

  #expand(number: number): void {
    const words = this.#waiting.get(number);
    if (words === undefined) throw new Error(`state ${number} cannot be reached again`);
    this.#waiting.delete(number);
    const out = this.#out;
    const { system, states } = this.#graph;
    const group = at(this.#groups, this.#groupOf[number] ?? -1);
    this.#markState(group, number, words);
    system.expand(words, 0, out);
    // A property that several steps fail is one mark of the state.
    const failed = new Set<string>();
    for (let k = 0; k < out.count; k++) {
      const mover = out.context[k] ?? 0;
      const failedAt = out.failedAt[k] ?? 0;
      if (failedAt !== 0) {
        failed.add(this.#failureAt(mover, failedAt - 1));
        continue;
      }
      const to = states.find(out.states, k * system.words);
      if (this.#groupOf[to] === -1) {
        this.#reach(to, out.states.slice(k * system.words, (k + 1) * system.words));
      }
      this.#link(group, this.#groupOf[to] ?? -1, mover);
    }
    for (const what of failed) mark(group, 'fails', what);
    if (out.race >= 0) mark(group, 'race', at(this.#machine.locations, out.race).name);
    const settled = system.settled(words, 0);
    if (out.count === 0 && (settled & this.#mustSettle) !== this.#mustSettle) {
      mark(group, 'deadlock', '');
    }
  }

  #reach(number: number, words: Int32Array): void {
    this.#waiting.set(number, words);
    const state = this.#graph.system.decode(words, 0);
    const group = this.#byPlace ? this.#placeOf(state) : this.#groups.length;
    this.#groupOf[number] = group;
    const known = this.#groups[group];
    if (known !== undefined) known.states++;
    else this.#groups.push({ states: 1, state, marks: new Map(), edges: new Map() });
  }

  #placeOf({ nodes }: Snapshot): number {
    const key = nodes.join(',');
    const place = this.#places.get(key) ?? this.#places.size;
    this.#places.set(key, place);
    return place;
  }

  #link({ edges }: Group, to: number, mover: number): void {
    this.#transitions++;
    const known = edges.get(to);
    if (known === undefined) edges.set(to, { movers: new Set([mover]), steps: 1 });
    else {
      known.movers.add(mover);
      known.steps++;
    }
  }

  #markState(group: Group, number: number, words: Int32Array): void {
    const { system, goals } = this.#graph;
    if (number === 0) mark(group, 'initial', '');
    const settled = system.settled(words, 0);
    const isFinal = (settled & this.#mustFinish) === this.#mustFinish && system.quiet(words, 0);
    if (isFinal) mark(group, 'final', '');
    this.#machine.properties.forEach(({ kind, name }, property) => {
      const isHeld = kind === 'invariant' || (kind === 'final' && isFinal);
      if (isHeld && system.evaluate(property, words, 0) !== 1) mark(group, 'fails', name);
    });
    goals.forEach((goal, index) => {
      if (((this.#trapped[number] ?? 0) & (1 << index)) === 0) return;
      mark(group, 'livelock', lost(this.#machine, goal).message);
    });
  }

  #failureAt(context: number, node: number): string {
    const failed = at(at(this.#machine.contexts, context).nodes, node);
    return failed.kind === 'assert' ? failed.name : 'error';
  }
}

function mark({ marks }: Group, kind: MarkKind, what: string): void {
  const key = `${kind} ${what}`;
  const known = marks.get(key);
  if (known === undefined) marks.set(key, { kind, what, states: 1 });
  else known.states++;
}

/**
 * For each state the goals that it is livelocked for: none of its paths meets them, and for a context one
 * of them has no end; where all have, they end in deadlocks, which are marked as such. A greatest fixpoint,
 * found as the least one of reachableGoals() is.
 */
function trappedIn(graph: Exploration): Int32Array {
  if (graph.goals.length === 0) return new Int32Array(graph.states.size);
  const trapped = reachableGoals(graph).map((can) => ~can);
  const contexts = graph.goals.reduce(
    (bits, { kind }, index) => (kind === 'context' ? bits | (1 << index) : bits),
    0,
  );
  for (let changed = true; changed;) {
    changed = false;
    for (let state = trapped.length - 1; state >= 0; state--) {
      const before = trapped[state] ?? 0;
      let endless = ~contexts;
      for (const next of successorsOf(graph, state)) endless |= trapped[next] ?? 0;
      const now = before & endless;
      if (now === before) continue;
      trapped[state] = now;
      changed = true;
    }
  }
  return trapped;
}

function bitsOf({ contexts }: Machine, kinds: readonly string[]): number {
  return contexts.reduce(
    (bits, { liveness }, index) => (kinds.includes(liveness) ? bits | (1 << index) : bits),
    0,
  );
}
