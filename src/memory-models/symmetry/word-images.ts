/**
 * What a symmetry of a machine does to the words of a state. Where the machine's own data leave that open,
 * and the steps of contexts that are alike would differ, it is no symmetry of the states.
 */
import { plainLocations, plainlyStoredLocations } from '../../machine/footprint.ts';
import { at, reachable } from '../../machine/graph.ts';
import type { Machine } from '../../machine/machine.ts';
import { isStop } from '../../machine/steps.ts';
import type { StepKind } from '../../machine/steps.ts';
import { SAME, movedOf } from '../../machine/symmetry/automorphism.ts';
import type { Automorphism, Values } from '../../machine/symmetry/automorphism.ts';
import type { Layout } from '../codegen/layout.ts';
import type { AmpleTables } from '../reduction/ample.ts';

/** One word of the image: the word that it comes from, and how its value is renamed. */
export interface WordImage {
  readonly from: number;
  readonly values: Values;
  /** The renaming depends on what another word holds: then `values` is not used. */
  readonly by: Renamings | null;
}

export interface Renamings {
  readonly word: number;
  /** By what the word holds; else the value stays. */
  readonly values: ReadonlyMap<number, Values>;
}

/** The words behind the locations, if the memory model has any, by their place in the image. */
export type MemoryImages = (
  machine: Machine,
  memory: number,
  by: Automorphism,
) => ReadonlyMap<number, WordImage>;

/** By word of the image; null: contexts that are alike step differently, or keep registers elsewhere. */
export function wordImages(
  machine: Machine,
  layout: Layout,
  kinds: readonly (readonly StepKind[])[],
  by: Automorphism,
  memoryImages: MemoryImages,
): readonly WordImage[] | null {
  if (!stepsAgree(machine, layout, kinds, by)) return null;
  const images: WordImage[] = Array.from({ length: layout.words }, (_, from) => same(from));
  for (const [context, to] of by.contexts.entries()) {
    const nodes = at(by.nodes, context);
    const moves = nodes.flatMap((image, node) => (image < 0 ? [] : [[node, image] as const]));
    images[at(layout.contexts, to).pc] = renamed(at(layout.contexts, context).pc, movedOf(moves));
    const slots = slotImages(machine, layout, kinds, by, context);
    if (slots === null) return null;
    for (const [slot, image] of slots) images[slot] = image;
  }
  by.locations.forEach((to, location) => {
    const values = at(by.locationValues, location);
    images[layout.memory + to] = renamed(layout.memory + location, values);
  });
  for (const [word, image] of memoryImages(machine, layout.memory, by)) images[word] = image;
  by.ghosts.forEach((to, ghost) => {
    images[layout.ghosts + to] = renamed(layout.ghosts + ghost, at(by.ghostValues, ghost));
  });
  return images;
}

export function same(from: number): WordImage {
  return renamed(from, SAME);
}

export function renamed(from: number, values: Values): WordImage {
  return { from, values, by: null };
}

/** The renaming depends on a word; where it never does anything, it does not. */
export function renamedBy(
  from: number,
  word: number,
  values: readonly (readonly [held: number, values: Values])[],
): WordImage {
  const moving = values.filter(([, each]) => each.size > 0);
  if (moving.length === 0) return same(from);
  return { from, values: SAME, by: { word, values: new Map(moving) } };
}

/** Steps and races are defined by more than single nodes: by what follows, and by what others do. */
function stepsAgree(
  machine: Machine,
  layout: Layout,
  kinds: readonly (readonly StepKind[])[],
  by: Automorphism,
): boolean {
  const keeps = (locations: ReadonlySet<number>): boolean =>
    [...locations].every((location) => locations.has(at(by.locations, location)));
  return (
    keeps(plainLocations(machine)) &&
    keeps(plainlyStoredLocations(machine)) &&
    machine.contexts.every((context, c) => {
      const to = at(by.contexts, c);
      return reachable(context).every((node) => {
        const image = at(at(by.nodes, c), node);
        return (
          at(at(kinds, c), node) === at(at(kinds, to), image) && liveAgree(layout, by, c, node)
        );
      });
    })
  );
}

function liveAgree(layout: Layout, by: Automorphism, context: number, node: number): boolean {
  const live = at(at(layout.contexts, context).live, node);
  const image = at(at(by.nodes, context), node);
  const others = at(at(layout.contexts, at(by.contexts, context)).live, image);
  const registers = at(by.registers, context);
  return live.size === others.size && [...live].every((r) => others.has(at(registers, r)));
}

/** Where the registers of a context go; null: two that share a word in it do not in its image. */
function slotImages(
  machine: Machine,
  layout: Layout,
  kinds: readonly (readonly StepKind[])[],
  by: Automorphism,
  context: number,
): readonly (readonly [slot: number, image: WordImage])[] | null {
  const own = at(layout.contexts, context);
  const other = at(layout.contexts, at(by.contexts, context));
  const program = at(machine.contexts, context);
  const stops = reachable(program).filter((node) => isStop(program, at(kinds, context), node));
  const to = new Map<number, number>();
  const values = new Map<number, [number, Values][]>();
  for (const stop of stops) {
    for (const register of at(own.live, stop)) {
      const slot = at(own.slotOf, register);
      const image = other.slotOf[at(at(by.registers, context), register)] ?? -1;
      if (slot < 0 || image < 0 || (to.get(slot) ?? image) !== image) return null;
      to.set(slot, image);
      const renamings = values.get(slot) ?? [];
      renamings.push([stop, at(at(by.registerValues, context), register)]);
      values.set(slot, renamings);
    }
  }
  const isWhole = to.size === own.slotCount && to.size === other.slotCount;
  if (!isWhole || new Set(to.values()).size !== to.size) return null;
  return [...to].map(([slot, image]) => [
    other.slots + image,
    renamedBy(own.slots + slot, own.pc, values.get(slot) ?? []),
  ]);
}

/** Whether what may be taken alone may be taken alone in the image. */
export function keepsAmple({ steps, drains }: AmpleTables, by: Automorphism): boolean {
  const alone = (of: readonly Int32Array[], one: number, index: number): boolean =>
    (of[one]?.[index] ?? -1) >= 0;
  const stepsKept = by.contexts.every((to, context) =>
    at(by.nodes, context).every(
      (image, node) => image < 0 || alone(steps, context, node) === alone(steps, to, image),
    ),
  );
  const drainsKept = by.cpus.every((to, cpu) =>
    by.locations.every((image, l) => alone(drains, cpu, l) === alone(drains, to, image)),
  );
  return stepsKept && drainsKept;
}
