/** A renumbering as it acts on whole states: what it makes of each component, by number. */
import type { Components } from './components.ts';
import type { Interner } from './interner.ts';
import type { Renumberer } from './renumber.ts';
import type { Cpu } from './state.ts';
import type { Renumbering } from './views.ts';

type Memory = Map<number, number>;

export class Shift {
  readonly #components: Components;
  readonly #renumberer: Renumberer;
  readonly #by: Renumbering;
  /** What is done to a CPU before. */
  readonly #prepare: (cpu: Cpu) => Cpu;
  readonly #contexts: Memory = new Map();
  readonly #cpus: Memory = new Map();
  readonly #locations: Memory = new Map();

  constructor(
    components: Components,
    renumberer: Renumberer,
    by: Renumbering,
    prepare: (cpu: Cpu) => Cpu = (cpu) => cpu,
  ) {
    this.#components = components;
    this.#renumberer = renumberer;
    this.#by = by;
    this.#prepare = prepare;
  }

  /** Renumbers a whole state. */
  apply(states: Int32Array, from: number): void {
    const { words, contexts, cpus, locations } = this.#components;
    const { fence, cpus: firstCpu, locations: firstLocation } = words;
    for (let i = from; i < from + firstCpu; i++) {
      states[i] = moved(this.#contexts, contexts, states[i] as number, (context) =>
        this.#renumberer.context(context, this.#by),
      );
    }
    for (let i = from + firstCpu; i < from + firstLocation; i++) {
      states[i] = moved(this.#cpus, cpus, states[i] as number, (cpu) =>
        this.#renumberer.cpu(this.#prepare(cpu), this.#by),
      );
    }
    for (let i = from + firstLocation; i < from + fence; i++) {
      states[i] = moved(this.#locations, locations, states[i] as number, (location) =>
        this.#renumberer.location(location, this.#by),
      );
    }
    states[from + fence] = this.#renumberer.view(states[from + fence] as number, this.#by);
  }
}

function moved<T extends object>(
  memory: Memory,
  interner: Interner<T>,
  number: number,
  move: (old: T) => T,
): number {
  const known = memory.get(number);
  if (known !== undefined) return known;
  const result = interner.numberOf(move(interner.at(number)));
  memory.set(number, result);
  return result;
}
