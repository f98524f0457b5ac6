/**
 * A short lasso into fair components: for the states of these, nearest to the start first, a shortest
 * cycle through the state, then, as long as it is not fair, a detour to the nearest step or state that
 * one of the lacking agents needs. Each detour satisfies an agent for good, so there are at most as many
 * as agents. Of the cycles that a bounded effort looks at, the one with the fewest steps is kept, those of
 * the way to it included, and of these the one with the fewest switches between agents.
 */
import type { Fairness } from '../../machine/fairness.ts';
import type { LabelledGraph } from './labels.ts';
import { Tally, isAmong, isFair, someDisabled } from './tally.ts';
import type { Lacking } from './tally.ts';

export interface Lasso {
  /** Where the cycle begins and ends. */
  readonly start: number;
  readonly cycle: readonly LabelledStep[];
}

/** Who stepped, as in Successors.context, and the state after it. */
export interface LabelledStep {
  readonly mover: number;
  readonly state: number;
}

/** Edges that are looked at once a lasso is known. */
const EFFORT = 3_000_000;

/** `components` is what fairComponents() returns; null: there is none. */
export function shortLasso(
  graph: LabelledGraph,
  components: Int32Array,
  fairness: Fairness,
): Lasso | null {
  const walker = new Walker(graph, components, fairness);
  let best: Lasso | null = null;
  let fewest = Infinity;
  let level = 0;
  for (let start = 0; start < components.length; start++) {
    if (components[start] === 0) continue;
    while (start >= (graph.levels[level + 1] ?? Infinity)) level++;
    if (level + 1 > fewest || (best !== null && walker.looked > EFFORT)) break;
    const cycle = walker.cycleThrough(start);
    const cost = level + cycle.length;
    if (cost < fewest || (cost === fewest && switches(cycle) < switches(best?.cycle ?? []))) {
      best = { start, cycle };
      fewest = cost;
    }
  }
  return best;
}

/** How often another agent goes on, once round the cycle. */
function switches(cycle: readonly LabelledStep[]): number {
  return cycle.filter(({ mover }, i) => mover !== cycle.at(i - 1)?.mover).length;
}

class Walker {
  readonly #from: Int32Array;
  readonly #edges: Int32Array;
  readonly #graph: LabelledGraph;
  readonly #components: Int32Array;
  readonly #fairness: Fairness;
  /** Edges looked at so far. */
  looked = 0;

  constructor(graph: LabelledGraph, components: Int32Array, fairness: Fairness) {
    this.#from = graph.edgesFrom;
    this.#edges = graph.edges;
    this.#graph = graph;
    this.#components = components;
    this.#fairness = fairness;
  }

  cycleThrough(start: number): readonly LabelledStep[] {
    const there: LabelledStep[] = [];
    for (;;) {
      const last = there.at(-1)?.state ?? start;
      const back =
        there.length > 0 && last === start
          ? []
          : this.#nearest(last, (step) => step.state === start);
      const cycle = [...there, ...back];
      const lacking = this.#lacking(cycle);
      if (isFair(lacking)) return cycle;
      there.push(...this.#nearest(last, (step) => this.#helps(step, lacking)));
    }
  }

  #lacking(cycle: readonly LabelledStep[]): Lacking {
    const tally = new Tally(this.#graph, this.#fairness);
    for (const { mover, state } of cycle) {
      tally.addState(state);
      tally.addStep(mover);
    }
    return tally.lacking;
  }

  /** Whether with this step one of the agents lacks nothing any more. */
  #helps({ mover, state }: LabelledStep, lacking: Lacking): boolean {
    if (isAmong(mover, lacking)) return true;
    return this.#fairness === 'weak' && someDisabled(this.#graph, state, lacking);
  }

  /** The fewest steps within the component, at least one, of which the last is as wanted. */
  #nearest(start: number, wanted: (step: LabelledStep) => boolean): readonly LabelledStep[] {
    const component = this.#components[start];
    const cameBy = new Map<number, Arrival | null>([[start, null]]);
    // A map gives its keys in the order of their insertion, those inserted meanwhile included.
    for (const before of cameBy.keys()) {
      for (let e = this.#from[before] as number; e < (this.#from[before + 1] as number); e++) {
        const state = this.#edges[e] as number;
        if (this.#components[state] !== component) continue;
        this.looked++;
        const step = { mover: this.#graph.movers[e] as number, state };
        if (wanted(step)) return [...wayTo(before, cameBy), step];
        if (!cameBy.has(state)) cameBy.set(state, { before, step });
      }
    }
    throw new Error('a fair component lacks what makes it fair');
  }
}

/** How a state was reached first. */
interface Arrival {
  readonly before: number;
  readonly step: LabelledStep;
}

function wayTo(
  state: number,
  cameBy: ReadonlyMap<number, Arrival | null>,
): readonly LabelledStep[] {
  const way: LabelledStep[] = [];
  for (let by = cameBy.get(state); by != null; by = cameBy.get(by.before)) way.unshift(by.step);
  return way;
}
