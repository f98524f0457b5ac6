/** Every agent that can step is as likely as any other. */
import type { Random } from './random.ts';
import type { Agent, Strategy } from './strategy.ts';

export class RandomWalk implements Strategy {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  choose(agents: readonly Agent[]): Agent {
    return agents[this.#random.below(agents.length)] ?? 0;
  }

  stepped(): void {
    // It remembers nothing.
  }
}
