/**
 * The symmetries of a machine: those exchanges of contexts that can be extended to a renaming under which
 * the machine is itself. docs/design/symmetry.md says what follows from that.
 */
import { at } from '../graph.ts';
import type { Machine } from '../machine.ts';
import type { Automorphism } from './automorphism.ts';
import { exchanges } from './exchanges.ts';
import { generated } from './group.ts';
import { unified } from './unify.ts';
import { keepsPlaces, verified } from './verify.ts';

export interface Symmetry {
  /** All of a group; the identity is the first. */
  readonly elements: readonly Automorphism[];
  /** The machine has more symmetries than are used. */
  readonly isPartial: boolean;
  /** Nodes that are mapped to each other stand at one place of the source. */
  readonly keepsPlaces: boolean;
}

/** null: no two contexts are alike. */
export function symmetryOf(machine: Machine): Symmetry | null {
  const generators: Automorphism[] = [];
  const swapped = new Swapped(machine.contexts.length);
  for (const contexts of exchanges(machine)) {
    if (swapped.includes(contexts)) continue;
    const found = symmetryAlong(machine, contexts);
    if (found === null) continue;
    generators.push(found);
    swapped.add(contexts);
  }
  const group = generated(generators);
  if (group === null) return null;
  return { ...group, keepsPlaces: generators.every((each) => keepsPlaces(machine, each)) };
}

/** Values are renamed one by one, or as sets. */
function symmetryAlong(machine: Machine, contexts: readonly number[]): Automorphism | null {
  for (const bitmaps of [false, true]) {
    const candidate = unified(machine, contexts, bitmaps);
    const found = candidate === null ? null : verified(machine, candidate);
    if (found !== null) return found;
  }
  return null;
}

/** Exchanges of two contexts that those found before make already. */
class Swapped {
  readonly #classes: number[];

  constructor(contexts: number) {
    this.#classes = Array.from({ length: contexts }, (_, index) => index);
  }

  includes(contexts: readonly number[]): boolean {
    const pair = pairOf(contexts);
    return pair !== null && at(this.#classes, pair[0]) === at(this.#classes, pair[1]);
  }

  add(contexts: readonly number[]): void {
    const pair = pairOf(contexts);
    if (pair === null) return;
    const [one, other] = [at(this.#classes, pair[0]), at(this.#classes, pair[1])];
    this.#classes.forEach((each, index) => {
      if (each === other) this.#classes[index] = one;
    });
  }
}

/** null: more than two are exchanged. */
function pairOf(contexts: readonly number[]): readonly [number, number] | null {
  const moved = contexts.flatMap((to, from) => (to === from ? [] : [from]));
  return moved.length === 2 ? [at(moved, 0), at(moved, 1)] : null;
}
