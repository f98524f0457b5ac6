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
import { searched } from './parallel/searched.ts';
import { without } from './reductions.ts';
import type { AppliedReductions } from './reductions.ts';
import { Search } from './search.ts';
import type { Exploration, SearchOptions } from './search.ts';
import { imagesFor, unfolded } from './symmetry.ts';
import { FINGERPRINTS } from './visited-states.ts';

export interface Explored {
  readonly graph: Exploration;
  /** Where fairness is named, who steps in the graph. */
  readonly labelled: LabelledGraph | null;
  /** Those that could be made. */
  readonly reductions: AppliedReductions;
  /** The graph with what paths to its failures are taken from. */
  traced(): Promise<Exploration>;
}

type Unreduced = Omit<Explored, 'reductions'>;

export async function explored(
  machine: Machine,
  model: MemoryModel,
  options: CheckOptions,
  continued: Continued,
  asked: AppliedReductions,
): Promise<Explored> {
  const searching = new Searching(machine, model, options, continued, asked);
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
  readonly #asked: AppliedReductions;
  readonly #seeksLivelocks: boolean;

  constructor(
    machine: Machine,
    model: MemoryModel,
    options: CheckOptions,
    continued: Continued,
    asked: AppliedReductions,
  ) {
    this.#asked = asked;
    this.#machine = machine;
    this.#model = model;
    this.#options = options;
    this.#continued = continued;
    this.#seeksLivelocks = options.livelocks !== false && goalsOf(machine).length > 0;
  }

  async run(system: TransitionSystem, compiled: Compiled): Promise<Explored> {
    if (this.#options.remembering?.kind === 'bits') return this.#sparse(system, compiled);
    if ((this.#options.fairness ?? null) !== null) return this.#labelled(system);
    const reduces = this.#asked.applied.includes('por');
    if (!this.#asked.applied.includes('symmetry')) {
      return this.#plain(system, compiled, { reduces }, this.#asked);
    }
    const found = imagesFor(this.#machine, system, reduces);
    if (typeof found === 'string') {
      const others = without(this.#asked, 'symmetry', found);
      return this.#plain(system, compiled, { reduces }, others);
    }
    const how = { reduces, images: found };
    const { graph, ...rest } = await this.#plain(system, compiled, how, this.#asked);
    return { ...rest, graph: unfolded(this.#machine, graph, found) };
  }

  /** Edges are kept where livelocks are looked for. */
  async #plain(
    system: TransitionSystem,
    compiled: Compiled,
    how: SearchOptions,
    reductions: AppliedReductions,
  ): Promise<Explored> {
    const found = await (this.#seeksLivelocks
      ? this.#whole(system, compiled, how)
      : this.#lean(system, compiled, how));
    return { ...found, reductions };
  }

  async #labelled(system: TransitionSystem): Promise<Explored> {
    const labelling = new LabellingSystem(this.#machine, system);
    const how = { seeksLivelocks: this.#seeksLivelocks };
    const found = labelling.finish(await this.#search(labelling, how));
    return { ...found, reductions: this.#asked, traced: async () => found.graph };
  }

  async #whole(
    system: TransitionSystem,
    { refuted }: Compiled,
    how: SearchOptions,
  ): Promise<Unreduced> {
    const continuing = continuationOf(this.#continued, refuted);
    const graph = await this.#usual(system, { ...how, ...continuing });
    return { graph, labelled: null, traced: async () => graph };
  }

  async #lean(
    system: TransitionSystem,
    { refuted }: Compiled,
    how: SearchOptions,
  ): Promise<Unreduced> {
    const lean = { ...how, keepsEdges: false, seeksLivelocks: false };
    const continuing = continuationOf(this.#continued, refuted);
    const found = await this.#usual(system, { ...lean, ...continuing });
    const graph = forgetful(found);
    const again = found.hasOtherNumbers === true ? anew : withEdges;
    const traced = (): Promise<Exploration> =>
      again(graph, this.#options, this.#again(refuted, how));
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
    return { graph, labelled: null, reductions: this.#asked, traced };
  }

  /** Another engine may refute what the search before has assumed. */
  #again(refuted: readonly number[], how: SearchOptions = {}): SearchAgain {
    return (limits, deep) => {
      const run = (system: TransitionSystem): Promise<Exploration> =>
        new Search(this.#machine, system, limits, { ...how, ...deep }).run();
      return explore(this.#machine, this.#model, run, refuted);
    };
  }

  /** By several threads, where nothing is asked for that one has to do alone. */
  #usual(system: TransitionSystem, how: SearchOptions): Promise<Exploration> {
    const { checkpoints = null, resume = null, images = null, reduces = false } = how;
    const isPlain = checkpoints === null && resume === null && images === null && !reduces;
    if (!isPlain || this.#options.remembering?.kind === 'states') return this.#search(system, how);
    return searched(this.#machine, system, this.#model.name, this.#options, how);
  }

  #search(system: TransitionSystem, how: SearchOptions): Promise<Exploration> {
    return new Search(this.#machine, system, this.#options, how).run();
  }
}
