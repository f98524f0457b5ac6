/** Who steps next in a walk. A strategy chooses an agent; which of its outcomes happens is left to chance. */

/** A context, or -1 - cpu for the memory of a CPU: as in Successors.context. */
export type Agent = number;

export interface Strategy {
  /** One of the agents that can step, none of them twice. */
  choose(agents: readonly Agent[]): Agent;
  /** The agent has stepped; `known`: into a state in which the walk has been before. */
  stepped(agent: Agent, known: boolean): void;
}

export const STRATEGIES = ['random', 'pct'] as const;

export type StrategyName = (typeof STRATEGIES)[number];
