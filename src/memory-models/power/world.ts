/**
 * A state while a step works on it: where the step started, and what has changed since. Never changed,
 * only replaced. A world asks its source for what the step looks at and for nothing else: what was
 * asked for is all that the step depends on, and memo.ts remembers the step by it.
 */
import type { Renumberer } from './renumber.ts';
import type { Context, Cpu, Location } from './state.ts';
import type { Renumbering, View } from './views.ts';

export interface Source {
  context(index: number): Context;
  cpu(index: number): Cpu;
  location(index: number): Location;
  ghost(index: number): number;
  fence(): View;
}

export interface Changes {
  readonly contexts: ReadonlyMap<number, Context>;
  readonly cpus: ReadonlyMap<number, Cpu>;
  readonly locations: ReadonlyMap<number, Location>;
  readonly ghosts: ReadonlyMap<number, number>;
  /** null: as it was, but for the renumberings. */
  readonly fence: View | null;
  /** In their order, of everything that is not in the maps. */
  readonly renumberings: readonly Renumbering[];
}

const NO_CHANGES: Changes = {
  contexts: new Map(),
  cpus: new Map(),
  locations: new Map(),
  ghosts: new Map(),
  fence: null,
  renumberings: [],
};

export class World {
  readonly changes: Changes;
  readonly #source: Source;
  readonly #renumberer: Renumberer;

  constructor(source: Source, renumberer: Renumberer, changes: Changes = NO_CHANGES) {
    this.#source = source;
    this.#renumberer = renumberer;
    this.changes = changes;
  }

  context(index: number): Context {
    const changed = this.changes.contexts.get(index);
    if (changed !== undefined) return changed;
    return this.changes.renumberings.reduce(
      (context, by) => this.#renumberer.context(context, by),
      this.#source.context(index),
    );
  }

  cpu(index: number): Cpu {
    const changed = this.changes.cpus.get(index);
    if (changed !== undefined) return changed;
    return this.changes.renumberings.reduce(
      (cpu, by) => this.#renumberer.cpu(cpu, by),
      this.#source.cpu(index),
    );
  }

  location(index: number): Location {
    const changed = this.changes.locations.get(index);
    if (changed !== undefined) return changed;
    return this.changes.renumberings.reduce(
      (location, by) => this.#renumberer.location(location, by),
      this.#source.location(index),
    );
  }

  ghost(index: number): number {
    return this.changes.ghosts.get(index) ?? this.#source.ghost(index);
  }

  get fence(): View {
    if (this.changes.fence !== null) return this.changes.fence;
    return this.changes.renumberings.reduce(
      (view, by) => this.#renumberer.view(view, by),
      this.#source.fence(),
    );
  }

  withContext(index: number, change: Partial<Context>): World {
    const changed = { ...this.context(index), ...change };
    return this.#with({ contexts: new Map(this.changes.contexts).set(index, changed) });
  }

  withCpu(index: number, change: Partial<Cpu>): World {
    const changed = { ...this.cpu(index), ...change };
    return this.#with({ cpus: new Map(this.changes.cpus).set(index, changed) });
  }

  withLocation(index: number, change: Partial<Location>): World {
    const changed = { ...this.location(index), ...change };
    return this.#with({ locations: new Map(this.changes.locations).set(index, changed) });
  }

  withGhost(index: number, value: number): World {
    return this.#with({ ghosts: new Map(this.changes.ghosts).set(index, value) });
  }

  withFence(fence: View): World {
    return this.#with({ fence });
  }

  /** Every view of the world, and every position of the dimension's location, is moved. */
  renumbered(by: Renumbering): World {
    const { contexts, cpus, locations, fence, renumberings } = this.changes;
    return this.#with({
      contexts: mapped(contexts, (context) => this.#renumberer.context(context, by)),
      cpus: mapped(cpus, (cpu) => this.#renumberer.cpu(cpu, by)),
      locations: mapped(locations, (location) => this.#renumberer.location(location, by)),
      fence: fence === null ? null : this.#renumberer.view(fence, by),
      renumberings: [...renumberings, by],
    });
  }

  #with(changes: Partial<Changes>): World {
    return new World(this.#source, this.#renumberer, { ...this.changes, ...changes });
  }
}

function mapped<T>(of: ReadonlyMap<number, T>, map: (old: T) => T): ReadonlyMap<number, T> {
  return new Map([...of].map(([index, old]) => [index, map(old)]));
}
