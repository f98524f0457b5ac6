/**
 * Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte: "A randomized scheduler
 * with probabilistic guarantees of finding bugs", ASPLOS 2010): each agent gets a priority of its own at
 * random, the highest that can step does, and at d - 1 steps chosen at random the one that would step falls
 * below all others. A failure that needs d ordering constraints is met by a walk with probability
 * 1 / (n k^(d-1)) or more, with n agents and k steps.
 *
 * Deviation: an agent that steps into a state where the walk has been before falls below all others too. Else one
 * that polls would keep who it waits for from stepping. The bound is for walks in which that does not happen.
 */
import type { Random } from './random.ts';
import type { Agent, Strategy } from './strategy.ts';

export class Pct implements Strategy {
  readonly #random: Random;
  readonly #priorities = new Map<Agent, number>();
  /** Steps before which the priority of who comes next changes. */
  readonly #changes = new Set<number>();
  #steps = 0;
  /** Below every priority so far. */
  #lowest = 0;

  /** `changes`: d - 1; `steps`: k. */
  constructor(random: Random, changes: number, steps: number) {
    this.#random = random;
    for (let i = 0; i < changes; i++) this.#changes.add(random.below(Math.max(1, steps)));
  }

  choose(agents: readonly Agent[]): Agent {
    let agent = this.#highest(agents);
    if (this.#changes.has(this.#steps)) {
      this.#demote(agent);
      agent = this.#highest(agents);
    }
    return agent;
  }

  stepped(agent: Agent, known: boolean): void {
    this.#steps++;
    if (known) this.#demote(agent);
  }

  #highest(agents: readonly Agent[]): Agent {
    let best = agents[0] ?? 0;
    for (const agent of agents) if (this.#of(agent) > this.#of(best)) best = agent;
    return best;
  }

  /** A priority is drawn when it is first asked for: those of different agents hardly ever meet. */
  #of(agent: Agent): number {
    let priority = this.#priorities.get(agent);
    if (priority === undefined) {
      priority = 1 + this.#random.below(2 ** 32);
      this.#priorities.set(agent, priority);
    }
    return priority;
  }

  #demote(agent: Agent): void {
    this.#priorities.set(agent, --this.#lowest);
  }
}
