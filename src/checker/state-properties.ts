/**
 * What is asked of each state as it is found: the goals that it meets, invariants, what has to hold in final
 * states, and what has to hold some time.
 */
import { at } from '../machine/graph.ts';
import type { Machine, Property } from '../machine/machine.ts';
import type { TransitionSystem } from '../memory-models/memory-model.ts';
import type { Wanted } from '../memory-models/wasm/lookup.ts';
import { propertiesMet } from './goals.ts';
import type { Goal } from './goals.ts';
import type { FailureKind } from './result.ts';

/** Called with each final state as it is found: memory quiet, every context that must be at its end. */
export type FinalStateVisitor = (states: Int32Array, at: number) => void;

/** What states are asked by. */
export type Asked = Pick<TransitionSystem, 'evaluate' | 'settled' | 'quiet'>;

type Violated = (kind: FailureKind, property: string, state: number) => void;

/** HOT CODE: look() runs once a state, where there is anything to ask. */
export class StateProperties {
  readonly #machine: Machine;
  readonly #system: Asked;
  readonly #goals: readonly Goal[];
  /** Whether some goals are properties of a state. */
  readonly asksGoals: boolean;
  readonly #invariants: readonly number[];
  readonly #finals: readonly number[];
  readonly #mustFinish: number;
  readonly #onFinal: FinalStateVisitor | null;
  readonly #violated: Violated;
  /** `sometimes` properties that held in no state so far. */
  never: readonly number[];
  /** Whether a final state was held against the `final` properties. */
  finalSeen = false;

  constructor(
    machine: Machine,
    system: Asked,
    goals: readonly Goal[],
    onFinal: FinalStateVisitor | null,
    violated: Violated,
  ) {
    this.#machine = machine;
    this.#system = system;
    this.#goals = goals;
    this.asksGoals = goals.some(({ kind }) => kind === 'property');
    this.#invariants = propertiesOf(machine, 'invariant');
    this.#finals = propertiesOf(machine, 'final');
    this.#mustFinish = bits(machine, 'done');
    this.#onFinal = onFinal;
    this.#violated = violated;
    this.never = propertiesOf(machine, 'sometimes');
  }

  /** Which states there is anything to ask of. */
  get looks(): Wanted['looks'] {
    if (this.asksGoals || this.#invariants.length > 0 || this.never.length > 0) return 'every';
    return this.#finals.length > 0 || this.#onFinal !== null ? 'final' : 'none';
  }

  /** The goals that are properties of a state, and that this one meets. */
  look(number: number, states: Int32Array, from: number): number {
    for (const property of this.#invariants) {
      this.#require(property, 'invariant', number, states, from);
    }
    if (this.never.length > 0) {
      this.never = this.never.filter(
        (property) => this.#system.evaluate(property, states, from) !== 1,
      );
    }
    const wanted = this.#finals.length > 0 || this.#onFinal !== null;
    if (wanted && this.#isFinal(states, from)) {
      this.finalSeen = true;
      this.#onFinal?.(states, from);
      for (const property of this.#finals) {
        this.#require(property, 'final', number, states, from);
      }
    }
    return this.asksGoals ? propertiesMet(this.#goals, this.#system, states, from) : 0;
  }

  #require(
    property: number,
    kind: 'invariant' | 'final',
    number: number,
    states: Int32Array,
    from: number,
  ): void {
    const verdict = this.#system.evaluate(property, states, from);
    if (verdict === 1) return;
    const { name } = at(this.#machine.properties, property);
    this.#violated(verdict === 2 ? 'error' : kind, name, number);
  }

  #isFinal(states: Int32Array, from: number): boolean {
    const settled = this.#system.settled(states, from);
    return (settled & this.#mustFinish) === this.#mustFinish && this.#system.quiet(states, from);
  }
}

function propertiesOf(machine: Machine, kind: Property['kind']): readonly number[] {
  return machine.properties.flatMap((property, index) => (property.kind === kind ? [index] : []));
}

/** Contexts of a kind. */
export function bits(machine: Machine, liveness: 'done' | 'mark'): number {
  return machine.contexts.reduce(
    (all, context, index) => (context.liveness === liveness ? all | (1 << index) : all),
    0,
  );
}
