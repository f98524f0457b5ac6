/** The search that the options ask for, and where paths to what it has found come from. */
import type { Machine } from '../machine/machine.ts';
import type { MemoryModel, TransitionSystem } from '../memory-models/memory-model.ts';
import { forgetful, withEdges } from './again.ts';
import { continuationOf } from './checkpoint/checkpoint.ts';
import type { Continued } from './checkpoint/checkpoint.ts';
import { explore } from './explore.ts';
import type { Compiled } from './explore.ts';
import { LabellingSystem } from './fairness/labels.ts';
import type { LabelledGraph } from './fairness/labels.ts';
import { goalsOf } from './goals.ts';
import type { CheckOptions } from './options.ts';
import { Search } from './search.ts';
import type { Exploration, SearchOptions } from './search.ts';

export interface Explored {
  readonly graph: Exploration;
  /** Where fairness is named, who steps in the graph. */
  readonly labelled: LabelledGraph | null;
  /** The graph with what paths to its failures are taken from. */
  traced(): Promise<Exploration>;
}

export async function explored(
  machine: Machine,
  model: MemoryModel,
  options: CheckOptions,
  continued: Continued,
): Promise<Explored> {
  const searching = new Searching(machine, options, continued);
  const known = continued.resumed?.refuted;
  try {
    return await explore(machine, model, (system, how) => searching.run(system, how), known);
  } finally {
    continued.resumed?.close();
  }
}

class Searching {
  readonly #machine: Machine;
  readonly #options: CheckOptions;
  readonly #continued: Continued;
  readonly #seeksLivelocks: boolean;

  constructor(machine: Machine, options: CheckOptions, continued: Continued) {
    this.#machine = machine;
    this.#options = options;
    this.#continued = continued;
    this.#seeksLivelocks = options.livelocks !== false && goalsOf(machine).length > 0;
  }

  async run(system: TransitionSystem, compiled: Compiled): Promise<Explored> {
    if ((this.#options.fairness ?? null) !== null) return this.#labelled(system);
    // Edges are kept where livelocks are looked for.
    return this.#seeksLivelocks ? this.#whole(system, compiled) : this.#lean(system, compiled);
  }

  async #labelled(system: TransitionSystem): Promise<Explored> {
    const labelling = new LabellingSystem(this.#machine, system);
    const how = { seeksLivelocks: this.#seeksLivelocks };
    const found = labelling.finish(await this.#search(labelling, how));
    return { ...found, traced: async () => found.graph };
  }

  async #whole(system: TransitionSystem, { refuted }: Compiled): Promise<Explored> {
    const graph = await this.#search(system, continuationOf(this.#continued, refuted));
    return { graph, labelled: null, traced: async () => graph };
  }

  async #lean(system: TransitionSystem, { compile, refuted }: Compiled): Promise<Explored> {
    const how = { keepsEdges: false, seeksLivelocks: false };
    const continuing = continuationOf(this.#continued, refuted);
    const graph = forgetful(await this.#search(system, { ...how, ...continuing }));
    const again = (limits: CheckOptions, deep: SearchOptions): Promise<Exploration> =>
      new Search(this.#machine, compile(), limits, deep).run();
    return { graph, labelled: null, traced: () => withEdges(graph, this.#options, again) };
  }

  #search(system: TransitionSystem, how: SearchOptions): Promise<Exploration> {
    return new Search(this.#machine, system, this.#options, how).run();
  }
}
