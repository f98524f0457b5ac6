/**
 * A cycle that the plain interpreter executes and judges by the definition of fairness, with nothing
 * from the explorer but who steps. If it is not what the explorer says, kcheck itself is wrong.
 */
import type { Fairness } from '../../machine/fairness.ts';
import type { Move } from '../path.ts';
import type { Replay } from '../replay.ts';
import { ReplayMismatch } from '../replay.ts';
import type { Waiting } from '../result.ts';

/** An agent as in Successors.context: a context, or -1 - cpu. */
type Agent = number;

export class JudgedCycle {
  readonly #replay: Replay;
  readonly #starved: number;
  readonly #first: string;
  readonly #stepping = new Set<Agent>();
  readonly #enabled: ReadonlySet<Agent>[] = [];
  readonly #waiting = new Map<string, Waiting>();

  /** The replay stands at the first state of the cycle; one context must be settled nowhere in it. */
  constructor(replay: Replay, starved: number) {
    this.#replay = replay;
    this.#starved = starved;
    this.#first = this.#spelt();
  }

  follow(move: Move): void {
    this.#replay.follow(move);
    this.#stepping.add(move.context);
    const { interpreter, state } = this.#replay;
    if (interpreter.settled(state, this.#starved)) {
      throw new ReplayMismatch('the context is settled in a cycle in which it is to starve');
    }
    this.#enabled.push(this.#agentsEnabled());
    for (const waiting of interpreter.blockedOn(state)) {
      const known = this.#waiting.get(waiting.context);
      if (known === undefined) this.#waiting.set(waiting.context, waiting);
    }
  }

  /** After the last step. */
  requireFair(fairness: Fairness): void {
    if (this.#enabled.length === 0 || this.#spelt() !== this.#first) {
      throw new ReplayMismatch('a cycle does not end where it begins');
    }
    const agents = new Set(this.#enabled.flatMap((each) => [...each]));
    for (const agent of agents) {
      const often = this.#enabled.filter((each) => each.has(agent)).length;
      const demands = fairness === 'strong' || often === this.#enabled.length;
      if (demands && !this.#stepping.has(agent)) {
        throw new ReplayMismatch(`a cycle is not fair to ${this.#nameOf(agent)}`);
      }
    }
  }

  /** Why contexts that something is still asked of, and that never step in the cycle, cannot. */
  get waiting(): readonly Waiting[] {
    const { interpreter, state } = this.#replay;
    const { contexts } = interpreter.machine;
    return contexts.flatMap(({ name }, context) => {
      const waiting = this.#waiting.get(name);
      if (waiting === undefined || this.#stepping.has(context)) return [];
      const asked = context === this.#starved || waiting.on !== 'guard';
      return asked && !interpreter.settled(state, context) ? [waiting] : [];
    });
  }

  #agentsEnabled(): ReadonlySet<Agent> {
    const { interpreter, state } = this.#replay;
    const contexts = interpreter.machine.contexts.flatMap((_, context) =>
      interpreter.stepsOf(state, context).length > 0 ? [context] : [],
    );
    return new Set([...contexts, ...interpreter.memorySteps(state).map(({ cpu }) => -1 - cpu)]);
  }

  #spelt(): string {
    return JSON.stringify(this.#replay.interpreter.snapshot(this.#replay.state));
  }

  #nameOf(agent: Agent): string {
    const { contexts } = this.#replay.interpreter.machine;
    return contexts[agent]?.name ?? `memory of CPU ${-1 - agent}`;
  }
}
