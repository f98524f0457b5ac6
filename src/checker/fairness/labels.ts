/**
 * Who steps and who could: what fairness asks, and a search does not keep by itself. It is taken down
 * while the search expands each state once, in the order of the states' numbers; so the labels stand
 * beside the edges of the explored graph one by one.
 *
 * HOT CODE: expand() runs once a state, its loop once a transition, where fairness is named.
 */
import type { Machine } from '../../machine/machine.ts';
import type { Successors, TransitionSystem } from '../../memory-models/memory-model.ts';
import { KcheckError } from '../../errors.ts';
import { SystemAround } from '../around.ts';
import { GrowableWords } from '../growable.ts';
import { plainEdges } from '../edges/plain.ts';
import type { Exploration } from '../search.ts';

/** The explored graph with its labels. State numbers ascend with depth. */
export interface LabelledGraph {
  readonly size: number;
  /** Successors of state s: `edges[edgesFrom[s]] … edges[edgesFrom[s + 1] - 1]`. */
  readonly edges: Int32Array;
  readonly edgesFrom: Int32Array;
  /** The first state of each level. */
  readonly levels: readonly number[];
  /** By edge, who steps: as in Successors.context. */
  readonly movers: Int32Array;
  /** By expanded state, the contexts that have a step, as bits; one that fails is a step. */
  readonly contexts: Int32Array;
  /** By expanded state, the CPUs whose memory has a step, as bits. */
  readonly memories: Int32Array;
  /**
   * By expanded state, the contexts that are settled, as bits. All of them where a bound of the memory
   * model kept some step from happening: who is enabled there is not known, so no run is judged by it.
   */
  readonly settled: Int32Array;
  /** States that were expanded; those with higher numbers were not. */
  readonly expanded: number;
  /** What the labels take. */
  readonly bytes: number;
}

const MOST_CPUS = 31;

/** A transition system that takes down the labels of what it expands. */
export class LabellingSystem extends SystemAround {
  readonly #movers = new GrowableWords();
  readonly #contexts = new GrowableWords();
  readonly #memories = new GrowableWords();
  readonly #settled = new GrowableWords();

  constructor(machine: Machine, system: TransitionSystem) {
    super(system);
    if (machine.cpus.length > MOST_CPUS) {
      throw new KcheckError(
        'KC0401',
        `${machine.cpus.length} CPUs must be followed where fairness is named, at most ${MOST_CPUS} can be`,
        null,
        'Declare only the CPUs on which contexts run.',
      );
    }
  }

  override expand(states: Int32Array, at: number, out: Successors): void {
    this.system.expand(states, at, out);
    let contexts = 0;
    let memories = 0;
    for (let k = 0; k < out.count; k++) {
      const mover = out.context[k] as number;
      if (mover >= 0) contexts |= 1 << mover;
      else memories |= 1 << (-1 - mover);
      if (out.failedAt[k] === 0) this.#movers.append(mover);
    }
    this.#contexts.append(contexts);
    this.#memories.append(memories);
    this.#settled.append(out.bounded ? -1 : this.system.settled(states, at));
  }

  /** The explored graph, which may be expanded again from here on, and its labels. */
  finish(graph: Exploration): { readonly graph: Exploration; readonly labelled: LabelledGraph } {
    if (this.#movers.length !== graph.edges.length) {
      throw new Error('the search has not kept every edge, or not in the order of its states');
    }
    const all = [this.#movers, this.#contexts, this.#memories, this.#settled];
    return {
      graph: { ...graph, system: this.system },
      labelled: {
        size: graph.states.size,
        ...plainEdges(graph.edges),
        levels: graph.levels,
        movers: this.#movers.words,
        contexts: this.#contexts.words,
        memories: this.#memories.words,
        settled: this.#settled.words,
        expanded: this.#settled.length,
        bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
      },
    };
  }
}
