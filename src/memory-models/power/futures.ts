/** What the contexts that may run on a CPU, and what it has put off, can still do. */
import { at } from '../../machine/graph.ts';
import type { Components } from './components.ts';
import type { ContextFacts, Facts } from './facts.ts';
import { Column, Sequence } from './interner.ts';
import type { Context, Cpu, Pending } from './state.ts';

export interface Future {
  /** Equal futures have equal numbers. */
  readonly number: number;
  /** By location: it is accessed; by a load, which may read an old message; written. */
  readonly touches: readonly boolean[];
  readonly loads: readonly boolean[];
  readonly writes: readonly boolean[];
  readonly observes: boolean;
  readonly hasIsync: boolean;
  readonly hasEieio: boolean;
}

export class Futures {
  readonly #facts: Facts;
  readonly #components: Components;
  /** For each CPU the contexts that may run on it. */
  readonly #residents: readonly (readonly number[])[];
  /** By CPU, the nodes of its residents and what it has put off. */
  readonly #known: readonly Sequence<Future>[];
  readonly #byContent = new Map<string, Future>();
  readonly #nodeOf: Column<Context, number>;
  readonly #windowOf: Column<Cpu, number>;
  readonly #windows = new Map<string, number>();
  /** By CPU; of the state that was asked for last. */
  readonly #current: Future[] = [];

  constructor(facts: Facts, components: Components) {
    this.#facts = facts;
    this.#components = components;
    this.#residents = facts.machine.cpus.map((_, cpu) =>
      facts.machine.contexts.flatMap((context, index) =>
        context.cpu.op !== 'const' || context.cpu.value === cpu ? [index] : [],
      ),
    );
    this.#known = this.#residents.map(() => new Sequence<Future>());
    this.#nodeOf = new Column(components.contexts, ({ node }) => node);
    this.#windowOf = new Column(components.cpus, (cpu) => this.#windowNumber(cpu));
  }

  /** By CPU. */
  of(states: Int32Array, from: number): readonly Future[] {
    const { cpus } = this.#components.words;
    for (let cpu = 0; cpu < this.#residents.length; cpu++) {
      this.#current[cpu] = this.#find(states, from, cpu, states[from + cpus + cpu] as number);
    }
    return this.#current;
  }

  #find(states: Int32Array, from: number, cpu: number, number: number): Future {
    const residents = at(this.#residents, cpu);
    let sequence = at(this.#known, cpu);
    for (let i = 0; i < residents.length; i++) {
      sequence = sequence.with(this.#nodeOf.at(states[from + (residents[i] as number)] as number));
    }
    sequence = sequence.with(this.#windowOf.at(number));
    if (sequence.value !== null) return sequence.value;
    const nodes = residents.map((context) => this.#nodeOf.at(states[from + context] as number));
    const future = this.#unique(this.#futureOf(residents, nodes, this.#components.cpus.at(number)));
    sequence.value = future;
    return future;
  }

  #windowNumber({ owner, window }: Cpu): number {
    const key = window.length === 0 ? '' : `${owner}:${window.map(({ node }) => node).join()}`;
    let number = this.#windows.get(key);
    if (number === undefined) this.#windows.set(key, (number = this.#windows.size));
    return number;
  }

  #unique(future: Omit<Future, 'number'>): Future {
    const key = JSON.stringify(future);
    let known = this.#byContent.get(key);
    if (known === undefined) {
      known = { number: this.#byContent.size, ...future };
      this.#byContent.set(key, known);
    }
    return known;
  }

  #futureOf(
    residents: readonly number[],
    nodes: readonly number[],
    cpu: Cpu,
  ): Omit<Future, 'number'> {
    const facts = residents.map((context) => at(this.#facts.contexts, context));
    const any = (what: 'observes' | 'hasIsync' | 'hasEieio'): boolean =>
      facts.some((context, i) => at(context[what], at(nodes, i)));
    const sets = {
      touches: new Set<number>(),
      loads: new Set<number>(),
      writes: new Set<number>(),
    };
    facts.forEach((context, i) => {
      const { reads, writes } = at(context.footprints, at(nodes, i));
      addAll(sets.touches, reads, writes);
      addAll(sets.writes, writes);
      addAll(sets.loads, at(context.loads, at(nodes, i)));
    });
    for (const pending of cpu.window) {
      const candidates = candidatesOf(at(this.#facts.contexts, cpu.owner), pending);
      addAll(sets.touches, candidates);
      addAll(pending.kind === 'store' ? sets.writes : sets.loads, candidates);
    }
    const flags = (set: ReadonlySet<number>): readonly boolean[] =>
      this.#facts.classes.map((_, location) => set.has(location));
    return {
      touches: flags(sets.touches),
      loads: flags(sets.loads),
      writes: flags(sets.writes),
      observes: any('observes'),
      hasIsync: any('hasIsync'),
      hasEieio: any('hasEieio'),
    };
  }
}

function addAll(set: Set<number>, ...more: Iterable<number>[]): void {
  for (const elements of more) for (const element of elements) set.add(element);
}

function candidatesOf({ program }: ContextFacts, { node }: Pending): readonly number[] {
  const access = at(program.nodes, node);
  return 'address' in access ? access.address.candidates : [];
}
