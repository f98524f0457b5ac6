/** The group that symmetries generate, as far as it is small. */
import { SAME, composed, keyOf } from './automorphism.ts';
import type { Automorphism } from './automorphism.ts';

/** 6!: each state is held against so many images at most. */
export const MOST_ELEMENTS = 720;

export interface Group {
  /** The identity is the first. */
  readonly elements: readonly Automorphism[];
  /** Some generator was left out, because the group would have become too large. */
  readonly isPartial: boolean;
}

export function identityOf(like: Automorphism): Automorphism {
  const same = (images: readonly number[]): readonly number[] =>
    images.map((to, from) => (to < 0 ? -1 : from));
  const { contexts, cpus, locations, ghosts } = like;
  return {
    contexts: same(contexts),
    cpus: same(cpus),
    locations: same(locations),
    ghosts: same(ghosts),
    nodes: like.nodes.map(same),
    registers: like.registers.map(same),
    locationValues: locations.map(() => SAME),
    ghostValues: ghosts.map(() => SAME),
    registerValues: like.registers.map((registers) => registers.map(() => SAME)),
    properties: same(like.properties),
  };
}

/** Adds generators one by one, and leaves out those that would make it too large. */
export function generated(generators: readonly Automorphism[]): Group | null {
  const [first] = generators;
  if (first === undefined) return null;
  let elements = [identityOf(first)];
  const used: Automorphism[] = [];
  let isPartial = false;
  for (const generator of generators) {
    if (elements.some((element) => keyOf(element) === keyOf(generator))) continue;
    const larger = closure([...used, generator], identityOf(first));
    if (larger === null) isPartial = true;
    else {
      elements = larger;
      used.push(generator);
    }
  }
  return { elements, isPartial };
}

function closure(
  generators: readonly Automorphism[],
  identity: Automorphism,
): Automorphism[] | null {
  const elements = [identity];
  const known = new Set([keyOf(identity)]);
  for (let next = 0; next < elements.length; next++) {
    const element = elements[next] ?? identity;
    for (const generator of generators) {
      const product = composed(generator, element);
      const key = keyOf(product);
      if (known.has(key)) continue;
      if (elements.length === MOST_ELEMENTS) return null;
      known.add(key);
      elements.push(product);
    }
  }
  return elements;
}
