/**
 * A symmetry of a machine: a renaming of its contexts, CPUs, locations and ghosts, and of the values that
 * name them, under which the machine is itself. What it must satisfy is checked by verify.ts.
 */
import { at } from '../graph.ts';

/** A permutation of values: those that it moves, and where to. All others stay. */
export type Values = ReadonlyMap<number, number>;

export const SAME: Values = new Map();

export interface Automorphism {
  readonly contexts: readonly number[];
  readonly cpus: readonly number[];
  readonly locations: readonly number[];
  readonly ghosts: readonly number[];
  /** By context and node the node of the context's image; -1 where no way from the entry leads. */
  readonly nodes: readonly (readonly number[])[];
  /** By context and register the register of the context's image; -1 where no such node uses it. */
  readonly registers: readonly (readonly number[])[];
  /** What becomes of the value of a location, ghost or register in the one that it is mapped to. */
  readonly locationValues: readonly Values[];
  readonly ghostValues: readonly Values[];
  readonly registerValues: readonly (readonly Values[])[];
  /** By property one that holds in the renamed state where it holds in the state. */
  readonly properties: readonly number[];
}

/** What is to be shown to be one. */
export type Renamed = Omit<Automorphism, 'properties'>;

/** First `inner`, then `outer`. */
export function composed(outer: Automorphism, inner: Automorphism): Automorphism {
  const { contexts } = inner;
  return {
    contexts: through(outer.contexts, contexts),
    cpus: through(outer.cpus, inner.cpus),
    locations: through(outer.locations, inner.locations),
    ghosts: through(outer.ghosts, inner.ghosts),
    nodes: inner.nodes.map((nodes, c) => through(at(outer.nodes, at(contexts, c)), nodes)),
    registers: inner.registers.map((registers, c) =>
      through(at(outer.registers, at(contexts, c)), registers),
    ),
    locationValues: inner.locationValues.map((values, l) =>
      composedValues(at(outer.locationValues, at(inner.locations, l)), values),
    ),
    ghostValues: inner.ghostValues.map((values, g) =>
      composedValues(at(outer.ghostValues, at(inner.ghosts, g)), values),
    ),
    registerValues: inner.registerValues.map((registers, c) =>
      registers.map((values, r) => {
        const to = at(at(inner.registers, c), r);
        const own = at(outer.registerValues, at(contexts, c));
        return to < 0 ? SAME : composedValues(at(own, to), values);
      }),
    ),
    properties: through(outer.properties, inner.properties),
  };
}

export function mapped(values: Values, value: number): number {
  return values.get(value) ?? value;
}

export function sameValues(a: Values, b: Values): boolean {
  if (a === b) return true;
  return a.size === b.size && [...a].every(([from, to]) => b.get(from) === to);
}

/**
 * Of what names another thing: 0, or 1 + its number. So references are to the location where a structure
 * begins, and lock words to the context that holds the lock.
 */
export function nameValues(images: readonly number[]): Values {
  return movedOf(images.map((to, from) => [from + 1, to + 1]));
}

export function movedOf(pairs: Iterable<readonly [number, number]>): Values {
  const moved = [...pairs].filter(([from, to]) => from !== to);
  return moved.length === 0 ? SAME : new Map(moved);
}

/** Equal for two automorphisms of one machine if and only if they do the same to every state. */
export function keyOf(automorphism: Automorphism): string {
  const { contexts, cpus, locations, ghosts } = automorphism;
  const { locationValues, ghostValues, registerValues } = automorphism;
  const cells = [...locationValues, ...ghostValues, ...registerValues.flat()].map(spelt);
  return [contexts, cpus, locations, ghosts, cells].map((part) => part.join(' ')).join(';');
}

function spelt(values: Values): string {
  return [...values]
    .toSorted(([a], [b]) => a - b)
    .map(([from, to]) => `${from}:${to}`)
    .join(',');
}

function through(outer: readonly number[], inner: readonly number[]): readonly number[] {
  return inner.map((to) => (to < 0 ? -1 : at(outer, to)));
}

function composedValues(outer: Values, inner: Values): Values {
  if (inner.size === 0) return outer;
  if (outer.size === 0) return inner;
  const all = new Set([...inner.keys(), ...outer.keys()]);
  return movedOf([...all].map((value) => [value, mapped(outer, mapped(inner, value))]));
}
