/**
 * Random walks, for machines whose states are too many to be seen all. A walk sees one schedule: that many
 * of them met nothing proves nothing. What they can see is an assertion, an error, an invariant, a final
 * state's property, a deadlock or a data race, since these stand at the end of a schedule. Starvation is a
 * cycle's, and not looked for. A livelock is a set of states without a way out: where a walk is cut off, the
 * states behind it are searched, and it is found if they are few.
 */
import { KcheckError } from '../../errors.ts';
import type { Machine } from '../../machine/machine.ts';
import { validateMachine } from '../../machine/validate.ts';
import type { MemoryModel, Seen, TransitionSystem } from '../../memory-models/memory-model.ts';
import { Begun } from '../begun.ts';
import { unreachedSites } from '../check.ts';
import { explore } from '../explore.ts';
import { failureAlong, livelocks } from '../failures.ts';
import { referenceModels } from '../reference/index.ts';
import type { OwnInterpreter } from '../reference/interpreting.ts';
import type { ReferenceModel } from '../reference/memory.ts';
import type { Failure } from '../result.ts';
import { Search } from '../search.ts';
import { Pct } from './pct.ts';
import { Random } from './random.ts';
import { RandomWalk } from './random-walk.ts';
import type { Strategy, StrategyName } from './strategy.ts';
import { Walker } from './walk.ts';
import type { Walked } from './walk.ts';

export interface SimulateOptions {
  /** Of the first walk; each has the next. */
  readonly seed: number;
  readonly walks: number;
  /** The most steps of a walk. */
  readonly depth: number;
  readonly strategy: StrategyName;
  /** Of `pct`: how often in a walk a priority changes, d - 1. */
  readonly changes: number;
  readonly timeoutSeconds: number | null;
  readonly signal: AbortSignal | null;
  readonly onProgress: ((walks: number, steps: number) => void) | null;
}

export interface Simulated {
  /** What the last walk met; null: no walk met anything. */
  readonly failure: Failure | null;
  /** The seed of the last walk. */
  readonly lastSeed: number;
  readonly walks: number;
  /** Of the walks, those in which nobody could step any more at the end. */
  readonly ended: number;
  readonly steps: number;
  readonly longest: number;
  readonly seconds: number;
  /** Why it stopped before all walks were made, other than for a failure. */
  readonly limits: readonly string[];
  /** Names of `sometimes` properties that held in no state of a walk. */
  readonly never: readonly string[];
  /** Indices of sites that no walk executed, or came to. */
  readonly unreached: readonly number[];
  /** A bound of the memory model kept some step from happening. */
  readonly bounded: boolean;
}

/** States behind a walk that are searched for a livelock. */
const BEHIND = 5000;

/** Of so many walks that were cut off. */
const MOST_SEARCHES = 100;

const BREATH_MS = 50;

export async function simulate(
  machine: Machine,
  model: MemoryModel,
  options: SimulateOptions,
): Promise<Simulated> {
  validateMachine(machine);
  const reference = referenceModels.get(model.name);
  if (reference === undefined) {
    throw new KcheckError('KC0402', `the memory model ${model.name} has no plain interpreter`);
  }
  const ordered = model.compileForRaces?.(machine, everything(machine), true) ?? null;
  return explore(machine, model, (system) =>
    new Simulation(machine, ordered ?? system, reference, options).run(),
  );
}

/** Nobody knows beforehand which accesses are made, and where a context is when it moves: it may be anywhere. */
function everything({ locations, contexts }: Machine): Seen {
  return {
    accesses: Array.from({ length: ACCESS_KINDS }, () => new Int32Array(locations.length).fill(-1)),
    moves: contexts.map(({ cpu, nodes }) =>
      new Uint8Array(nodes.length).fill(cpu.op === 'const' ? 0 : 1),
    ),
  };
}

/** Plain and marked reads and writes. */
const ACCESS_KINDS = 4;

class Simulation {
  readonly #machine: Machine;
  readonly #system: TransitionSystem;
  readonly #reference: ReferenceModel | OwnInterpreter;
  readonly #options: SimulateOptions;
  readonly #walker: Walker;
  readonly #started = performance.now();
  #breathed = performance.now();
  #walks = 0;
  #ended = 0;
  #steps = 0;
  #longest = 0;
  #searches = 0;
  #bounded = false;

  constructor(
    machine: Machine,
    system: TransitionSystem,
    reference: ReferenceModel | OwnInterpreter,
    options: SimulateOptions,
  ) {
    this.#machine = machine;
    this.#system = system;
    this.#reference = reference;
    this.#options = options;
    this.#walker = new Walker(machine, system);
  }

  async run(): Promise<Simulated> {
    const { seed, walks } = this.#options;
    const length = this.#typicalLength();
    let failure: Failure | null = null;
    let limits = this.#limits();
    while (failure === null && this.#walks < walks && limits.length === 0) {
      failure = await this.#oneWalk(seed + this.#walks, length);
      await this.#breathe();
      limits = this.#limits();
    }
    return {
      failure,
      lastSeed: seed + Math.max(0, this.#walks - 1),
      walks: this.#walks,
      ended: this.#ended,
      steps: this.#steps,
      longest: this.#longest,
      seconds: (performance.now() - this.#started) / 1000,
      limits: failure === null && this.#walks < walks ? limits : [],
      never: [...this.#walker.never].map((index) => this.#machine.properties[index]?.name ?? ''),
      unreached: unreachedSites(this.#machine, { system: this.#system }),
      bounded: this.#bounded,
    };
  }

  /** Of a walk that is always the same, so that what a seed does depends on the seed alone. */
  #typicalLength(): number {
    const random = new Random(0);
    return this.#walker.walk(new RandomWalk(random), random, this.#options.depth).steps;
  }

  async #oneWalk(seed: number, length: number): Promise<Failure | null> {
    const random = new Random(seed);
    const walked = this.#walker.walk(this.#strategy(random, length), random, this.#options.depth);
    this.#walks++;
    this.#steps += walked.steps;
    this.#longest = Math.max(this.#longest, walked.steps);
    if (walked.end === 'ended') this.#ended++;
    if (walked.bounded) this.#bounded = true;
    const { violation, moves } = walked;
    if (violation === null) return walked.end === 'cut' ? this.#behind(walked) : null;
    const graph = { system: this.#system };
    return failureAlong(this.#machine, graph, this.#reference, violation, moves);
  }

  #strategy(random: Random, length: number): Strategy {
    const { strategy, changes } = this.#options;
    return strategy === 'pct' ? new Pct(random, changes, length) : new RandomWalk(random);
  }

  /** A livelock that the walk has come into, if its states are few. */
  async #behind({ moves }: Walked): Promise<Failure | null> {
    if (this.#searches++ >= MOST_SEARCHES) return null;
    const start = moves.at(-1)?.words ?? this.#system.initial();
    const limits = { maxStates: BEHIND, timeoutSeconds: null, maxBytes: 2 ** 28 };
    const options = { ...limits, onProgress: null, signal: this.#options.signal };
    const graph = await new Search(this.#machine, new Begun(this.#system, start), options).run();
    const found = livelocks(this.#machine, graph, this.#reference, moves);
    return found[0] ?? null;
  }

  /** Lets Ctrl-C be heard. */
  async #breathe(): Promise<void> {
    if (performance.now() - this.#breathed < BREATH_MS) return;
    this.#breathed = performance.now();
    this.#options.onProgress?.(this.#walks, this.#steps);
    await new Promise(setImmediate);
  }

  #limits(): readonly string[] {
    const { timeoutSeconds, signal } = this.#options;
    const seconds = (performance.now() - this.#started) / 1000;
    return [
      ...(timeoutSeconds !== null && seconds >= timeoutSeconds
        ? [`--timeout ${timeoutSeconds}`]
        : []),
      ...(signal?.aborted === true ? ['interrupted'] : []),
    ];
  }
}
