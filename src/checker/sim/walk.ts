/**
 * One walk through a transition system. At each state everything that could happen next is enumerated, so
 * a step that fails is seen wherever it is possible, not only where the walk takes it.
 */
import { at } from '../../machine/graph.ts';
import type { Machine, Property } from '../../machine/machine.ts';
import { newSuccessors } from '../../memory-models/memory-model.ts';
import type { Successors, TransitionSystem } from '../../memory-models/memory-model.ts';
import type { Move } from '../path.ts';
import type { FailureKind } from '../result.ts';
import { StateSet } from '../state-set.ts';
import type { Random } from './random.ts';
import type { Agent, Strategy } from './strategy.ts';

/** failed: a property broke. ended: nobody could step. cut: the depth was reached. */
export interface Walked {
  readonly end: 'failed' | 'ended' | 'cut';
  readonly steps: number;
  /** The way to its last state, loops left out. */
  readonly moves: readonly Move[];
  readonly violation: Met | null;
  /** A bound of the memory model kept some step from happening. */
  readonly bounded: boolean;
}

export interface Met {
  readonly kind: FailureKind;
  readonly property: string;
  /** Of a step that fails: whose, and where. */
  readonly end?: { readonly context: number; readonly node: number };
}

export class Walker {
  readonly #machine: Machine;
  readonly #system: TransitionSystem;
  readonly #out: Successors;
  readonly #mustFinish: number;
  readonly #mustSettle: number;
  /** `sometimes` properties that held in no state so far. */
  readonly never: Set<number>;

  constructor(machine: Machine, system: TransitionSystem) {
    this.#machine = machine;
    this.#system = system;
    this.#out = newSuccessors(system.words);
    this.#mustFinish = bits(machine, ['done']);
    this.#mustSettle = bits(machine, ['done', 'mark']);
    this.never = new Set(indicesOf(machine, 'sometimes'));
  }

  walk(strategy: Strategy, random: Random, depth: number): Walked {
    const path = new Path(this.#system);
    let bounded = false;
    for (let steps = 0; ; steps++) {
      const out = this.#expand(path.state);
      bounded ||= out.bounded;
      const violation = this.#violation(path.state, out);
      const end = violation !== null ? 'failed' : out.count === 0 ? 'ended' : 'cut';
      if (end !== 'cut' || steps === depth) {
        return { end, steps, moves: path.moves, violation, bounded };
      }
      const agent = strategy.choose(agentsOf(out));
      const known = path.advance(agent, out, outcomeOf(out, agent, random));
      strategy.stepped(agent, known);
    }
  }

  #expand(state: Int32Array): Successors {
    this.#system.expand(state, 0, this.#out);
    return this.#out;
  }

  /** What breaks in the state, or in a step from it. */
  #violation(state: Int32Array, out: Successors): Met | null {
    if (out.race >= 0) return { kind: 'race', property: 'race' };
    const broken = this.#broken(state);
    if (broken !== null) return broken;
    for (let k = 0; k < out.count; k++) if (out.failedAt[k] !== 0) return this.#failing(out, k);
    return out.count === 0 && !this.#isSettled(state, this.#mustSettle)
      ? { kind: 'deadlock', property: 'deadlock' }
      : null;
  }

  #failing(out: Successors, k: number): Met {
    const context = out.context[k] as number;
    const index = (out.failedAt[k] as number) - 1;
    const node = at(at(this.#machine.contexts, context).nodes, index);
    const end = { context, node: index };
    return node.kind === 'assert'
      ? { kind: 'assertion', property: node.name, end }
      : { kind: 'error', property: 'error', end };
  }

  #broken(state: Int32Array): Met | null {
    let isFinal: boolean | null = null;
    for (const [index, { kind, name }] of this.#machine.properties.entries()) {
      if (kind === 'sometimes') {
        if (this.never.has(index) && this.#holds(index, state)) this.never.delete(index);
      } else if (kind === 'invariant' || kind === 'final') {
        if (kind === 'final') isFinal ??= this.#isFinal(state);
        if (kind === 'final' && isFinal !== true) continue;
        const verdict = this.#system.evaluate(index, state, 0);
        if (verdict !== 1) return { kind: verdict === 2 ? 'error' : kind, property: name };
      }
    }
    return null;
  }

  #holds(property: number, state: Int32Array): boolean {
    return this.#system.evaluate(property, state, 0) === 1;
  }

  #isFinal(state: Int32Array): boolean {
    return this.#isSettled(state, this.#mustFinish) && this.#system.quiet(state, 0);
  }

  #isSettled(state: Int32Array, wanted: number): boolean {
    return (this.#system.settled(state, 0) & wanted) === wanted;
  }
}

/** The states of a walk, without its loops. */
class Path {
  readonly #system: TransitionSystem;
  readonly #seen: StateSet;
  /** By number of a state, how many moves lead to it; -1: it was on a loop that is left out. */
  readonly #depth: number[] = [0];
  readonly #numbers: number[] = [0];
  readonly #moves: Move[] = [];
  state: Int32Array;

  constructor(system: TransitionSystem) {
    this.#system = system;
    this.#seen = new StateSet(system.words);
    this.state = system.initial();
    this.#seen.insert(this.state, 0);
  }

  get moves(): readonly Move[] {
    return this.#moves;
  }

  /** Goes to successor `k`; whether the walk was there before. */
  advance(agent: Agent, out: Successors, k: number): boolean {
    const { words } = this.#system;
    const found = this.#seen.insert(out.states, k * words);
    const number = found >= 0 ? found : -1 - found;
    const before = found >= 0 ? -1 : (this.#depth[number] ?? -1);
    if (before >= 0) this.#cut(before);
    else {
      const state = out.states.slice(k * words, (k + 1) * words);
      this.#moves.push({ context: agent, state: number, words: state });
      this.#numbers.push(number);
      this.#depth[number] = this.#moves.length;
    }
    this.state = this.#moves.at(-1)?.words ?? this.#system.initial();
    return found < 0;
  }

  #cut(depth: number): void {
    for (const number of this.#numbers.splice(depth + 1)) this.#depth[number] = -1;
    this.#moves.splice(depth);
  }
}

function agentsOf(out: Successors): readonly Agent[] {
  return [...new Set(out.context.subarray(0, out.count))];
}

/** One of the agent's outcomes. */
function outcomeOf(out: Successors, agent: Agent, random: Random): number {
  const outcomes: number[] = [];
  for (let k = 0; k < out.count; k++) if (out.context[k] === agent) outcomes.push(k);
  return outcomes[random.below(outcomes.length)] ?? 0;
}

function indicesOf(machine: Machine, kind: Property['kind']): readonly number[] {
  return machine.properties.flatMap((property, index) => (property.kind === kind ? [index] : []));
}

function bits(machine: Machine, liveness: readonly string[]): number {
  return machine.contexts.reduce(
    (all, context, index) => (liveness.includes(context.liveness) ? all | (1 << index) : all),
    0,
  );
}
