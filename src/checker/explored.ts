/** The search that the options ask for, and where paths to what it has found come from. */
import type { Machine } from '../machine/machine.ts';
import type { MemoryModel, TransitionSystem } from '../memory-models/memory-model.ts';
import { anew, forgetful, withEdges } from './again.ts';
import type { SearchAgain } from './again.ts';
import { limitOfBits } from './bit-states.ts';
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
import { FINGERPRINTS } from './visited-states.ts';

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
  const searching = new Searching(machine, model, options, continued);
  const known = continued.resumed?.refuted;
  try {
    return await explore(machine, model, (system, how) => searching.run(system, how), known);
  } finally {
    continued.resumed?.close();
  }
}

class Searching {
  readonly #machine: Machine;
  readonly #model: MemoryModel;
  readonly #options: CheckOptions;
  readonly #continued: Continued;
  readonly #seeksLivelocks: boolean;

  constructor(machine: Machine, model: MemoryModel, options: CheckOptions, continued: Continued) {
    this.#machine = machine;
    this.#model = model;
    this.#options = options;
    this.#continued = continued;
    this.#seeksLivelocks = options.livelocks !== false && goalsOf(machine).length > 0;
  }

  async run(system: TransitionSystem, compiled: Compiled): Promise<Explored> {
    if (this.#options.remembering?.kind === 'bits') return this.#sparse(system, compiled);
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

  async #lean(system: TransitionSystem, { refuted }: Compiled): Promise<Explored> {
    const how = { keepsEdges: false, seeksLivelocks: false };
    const continuing = continuationOf(this.#continued, refuted);
    const graph = forgetful(await this.#search(system, { ...how, ...continuing }));
    const traced = (): Promise<Exploration> =>
      withEdges(graph, this.#options, this.#again(refuted));
    return { graph, labelled: null, traced };
  }

  /** Finds failures, and never that there are none. */
  async #sparse(system: TransitionSystem, { refuted }: Compiled): Promise<Explored> {
    const found = await this.#search(system, { keepsEdges: false, seeksLivelocks: false });
    const limits = [limitOfBits(found.states), ...found.limits];
    const graph = { ...forgetful(found), limits };
    // The trace is searched for by fingerprints: it is to be a shortest one.
    const options = { ...this.#options, remembering: FINGERPRINTS };
    const traced = (): Promise<Exploration> => anew(graph, options, this.#again(refuted));
    return { graph, labelled: null, traced };
  }

  /** Another engine may refute what the search before has assumed. */
  #again(refuted: readonly number[]): SearchAgain {
    return (limits, deep) => {
      const run = (system: TransitionSystem): Promise<Exploration> =>
        new Search(this.#machine, system, limits, deep).run();
      return explore(this.#machine, this.#model, run, refuted);
    };
  }

  #search(system: TransitionSystem, how: SearchOptions): Promise<Exploration> {
    return new Search(this.#machine, system, this.#options, how).run();
  }
}
