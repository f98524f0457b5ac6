/**
 * Whether a set of states and steps, repeated for ever, is fair: who is enabled in some of the states,
 * who in all of them, and who steps. Agents are bits of two words, contexts and CPUs' memories.
 */
import type { Fairness } from '../../machine/fairness.ts';
import type { LabelledGraph } from './labels.ts';

/** Agents that are enabled too often for not stepping; both words 0: it is fair. */
export interface Lacking {
  readonly contexts: number;
  readonly memories: number;
}

/** HOT CODE: one call a state, and a step. */
export class Tally {
  readonly #graph: LabelledGraph;
  readonly #fairness: Fairness;
  #contextsSometimes = 0;
  #contextsAlways = -1;
  #contextsStepping = 0;
  #memoriesSometimes = 0;
  #memoriesAlways = -1;
  #memoriesStepping = 0;

  constructor(graph: LabelledGraph, fairness: Fairness) {
    this.#graph = graph;
    this.#fairness = fairness;
  }

  addState(state: number): void {
    const contexts = this.#graph.contexts[state] as number;
    const memories = this.#graph.memories[state] as number;
    this.#contextsSometimes |= contexts;
    this.#contextsAlways &= contexts;
    this.#memoriesSometimes |= memories;
    this.#memoriesAlways &= memories;
  }

  addStep(mover: number): void {
    if (mover >= 0) this.#contextsStepping |= 1 << mover;
    else this.#memoriesStepping |= 1 << (-1 - mover);
  }

  /** Weak: enabled in all states, and no step. Strong: enabled in some, and no step. */
  get lacking(): Lacking {
    const weak = this.#fairness === 'weak';
    const contexts = weak ? this.#contextsAlways : this.#contextsSometimes;
    const memories = weak ? this.#memoriesAlways : this.#memoriesSometimes;
    return {
      contexts: contexts & ~this.#contextsStepping,
      memories: memories & ~this.#memoriesStepping,
    };
  }
}

export function isFair({ contexts, memories }: Lacking): boolean {
  return (contexts | memories) === 0;
}

/** Whether one of the lacking agents is enabled in the state. */
export function someEnabled(graph: LabelledGraph, state: number, lacking: Lacking): boolean {
  const contexts = (graph.contexts[state] as number) & lacking.contexts;
  return (contexts | ((graph.memories[state] as number) & lacking.memories)) !== 0;
}

/** Whether one of the lacking agents is not enabled in the state. */
export function someDisabled(graph: LabelledGraph, state: number, lacking: Lacking): boolean {
  const contexts = ~(graph.contexts[state] as number) & lacking.contexts;
  return (contexts | (~(graph.memories[state] as number) & lacking.memories)) !== 0;
}

/** Whether the mover is one of the lacking agents. */
export function isAmong(mover: number, { contexts, memories }: Lacking): boolean {
  return mover >= 0 ? (contexts & (1 << mover)) !== 0 : (memories & (1 << (-1 - mover))) !== 0;
}
