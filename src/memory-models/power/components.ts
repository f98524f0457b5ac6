/** A state's words: numbers of contexts, CPUs and locations, the fence view, and the ghosts. */
import type { Machine } from '../../machine/machine.ts';
import { Interner } from './interner.ts';
import { keyOfContext, keyOfCpu, keyOfLocation } from './keys.ts';
import type { Context, Cpu, Location } from './state.ts';
import type { View } from './views.ts';
import type { Source } from './world.ts';

/** Where the components of a state stand in its words; contexts come first. */
export interface Words {
  readonly cpus: number;
  readonly locations: number;
  readonly fence: number;
  readonly ghosts: number;
  readonly count: number;
}

export class Components {
  readonly words: Words;
  readonly contexts: Interner<Context> = new Interner<Context>(keyOfContext);
  readonly cpus: Interner<Cpu> = new Interner<Cpu>(keyOfCpu);
  readonly locations: Interner<Location> = new Interner<Location>(keyOfLocation);

  constructor(machine: Machine) {
    this.words = wordsOf(machine);
  }

  contextAt(states: Int32Array, from: number, index: number): Context {
    return this.contexts.at(states[from + index] as number);
  }

  cpuAt(states: Int32Array, from: number, index: number): Cpu {
    return this.cpus.at(states[from + this.words.cpus + index] as number);
  }

  locationAt(states: Int32Array, from: number, index: number): Location {
    return this.locations.at(states[from + this.words.locations + index] as number);
  }

  /** A state as a source; `ask` is told of each word that is asked for, once. */
  source(states: Int32Array, from: number, ask: (word: number) => void): Source {
    const asked = new Set<number>();
    const word = (index: number): number => {
      if (!asked.has(index)) {
        asked.add(index);
        ask(index);
      }
      return states[from + index] as number;
    };
    const { cpus, locations, fence, ghosts } = this.words;
    return {
      context: (index) => this.contexts.at(word(index)),
      cpu: (index) => this.cpus.at(word(cpus + index)),
      location: (index) => this.locations.at(word(locations + index)),
      fence: (): View => word(fence),
      ghost: (index) => word(ghosts + index),
    };
  }
}

function wordsOf({ contexts, cpus, locations, ghosts }: Machine): Words {
  const cpuWords = contexts.length;
  const locationWords = cpuWords + cpus.length;
  const fence = locationWords + locations.length;
  return {
    cpus: cpuWords,
    locations: locationWords,
    fence,
    ghosts: fence + 1,
    count: fence + 1 + ghosts.length,
  };
}
