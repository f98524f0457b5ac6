/**
 * Whether a renaming is a symmetry: whether every node does to the renamed state what its image does, and
 * the set of properties asks of it what it asked before. It trusts nothing that unify.ts has found, and
 * reads the machine alone.
 *
 * That values are within the bounds of their types is checked wherever they are written; that a boolean is
 * 0 or 1 and a reference is a handle is so of every machine (machine.ts).
 */
import { at, nodeAt, reachable } from '../graph.ts';
import type { Cell, Machine, Node, ValueType } from '../machine.ts';
import { nameValues, movedOf, sameValues } from './automorphism.ts';
import type { Automorphism, Renamed, Values } from './automorphism.ts';
import { isWithin, permutesWithin, rangeOf } from './combinations.ts';
import { agrees, commutes, renamingOf } from './commute.ts';
import { nodesAgree } from './node.ts';
import { propertyImages } from './property.ts';

/** null: it is none, or that it is one could not be shown. */
export function verified(machine: Machine, by: Renamed): Automorphism | null {
  const { contexts, cpus, locations, ghosts } = by;
  const permutes = [
    isPermutation(contexts, machine.contexts.length),
    isPermutation(cpus, machine.cpus.length),
    isPermutation(locations, machine.locations.length),
    isPermutation(ghosts, machine.ghosts.length),
  ];
  if (permutes.includes(false) || !cellsAgree(machine, by)) return null;
  if (!machine.contexts.every((_, context) => contextsAgree(machine, by, context))) {
    return null;
  }
  const properties = propertyImages(machine, by);
  return properties === null ? null : { ...by, properties };
}

function isPermutation(images: readonly number[], count: number): boolean {
  const inside = images.every((image) => Number.isInteger(image) && image >= 0 && image < count);
  return images.length === count && inside && new Set(images).size === count;
}

function cellsAgree(machine: Machine, by: Renamed): boolean {
  const holders = nameValues(by.contexts);
  const agree = (cells: readonly Cell[], images: readonly number[], values: readonly Values[]) =>
    cells.every((cell, index) => {
      const image = at(cells, at(images, index));
      if (!sameType(cell.type, image.type) || cell.lock !== image.lock) return false;
      const within = rangeOf(cell.type, machine.locations.length);
      const known = cell.lock ? movedOf([...holders].filter(([v]) => isWithin(v, within))) : null;
      if (known !== null && !sameValues(known, at(values, index))) return false;
      return permutesWithin(at(values, index), within);
    });
  return (
    agree(machine.locations, by.locations, by.locationValues) &&
    agree(machine.ghosts, by.ghosts, by.ghostValues)
  );
}

function sameType(a: ValueType, b: ValueType): boolean {
  if (a.kind === 'int' && b.kind === 'int') return a.min === b.min && a.max === b.max;
  if (a.kind === 'ref' && b.kind === 'ref') return a.shape === b.shape;
  return a.kind === b.kind;
}

/** One context and its image. */
function contextsAgree(machine: Machine, by: Renamed, context: number): boolean {
  const one = at(machine.contexts, context);
  const other = at(machine.contexts, at(by.contexts, context));
  if (one.liveness !== other.liveness) return false;
  if (one.liveAtEnd !== undefined || other.liveAtEnd !== undefined) return false;
  const renaming = renamingOf(
    machine,
    by,
    one,
    at(by.registers, context),
    at(by.registerValues, context),
  );
  const cpus = movedOf(by.cpus.map((to, from) => [from, to]));
  if (!commutes(renaming, one.cpu, other.cpu, cpus)) return false;
  const guards =
    one.guard === null || other.guard === null
      ? one.guard === other.guard
      : agrees(renaming, one.guard, other.guard);
  const images = at(by.nodes, context);
  return (
    guards &&
    registersAgree(machine, by, context) &&
    at(images, one.entry) === other.entry &&
    mapsOnto(reachable(one), images, reachable(other)) &&
    reachable(one).every((node) =>
      nodesAgree(by, renaming, images, nodeAt(one, node), nodeAt(other, at(images, node))),
    )
  );
}

function mapsOnto(
  nodes: readonly number[],
  images: readonly number[],
  onto: readonly number[],
): boolean {
  const reached = new Set(nodes.map((node) => at(images, node)));
  return (
    reached.size === nodes.length &&
    reached.size === onto.length &&
    onto.every((node) => reached.has(node))
  );
}

function registersAgree(machine: Machine, by: Renamed, context: number): boolean {
  const { registers } = at(machine.contexts, context);
  const others = at(machine.contexts, at(by.contexts, context)).registers;
  const images = at(by.registers, context);
  const used = images.filter((image) => image >= 0);
  return (
    new Set(used).size === used.length &&
    registers.every(({ type }, register) => {
      const image = at(images, register);
      if (image < 0) return true;
      const values = at(at(by.registerValues, context), register);
      const within = rangeOf(type, machine.locations.length);
      return sameType(type, at(others, image).type) && permutesWithin(values, within);
    })
  );
}

/** Each node stands at the source place of its image, and an assertion has its image's name. */
export function keepsPlaces({ contexts, sites }: Machine, by: Renamed): boolean {
  const placeOf = ({ site }: Node): string => {
    const { file, line, column } = at(sites, site);
    return `${file}:${line}:${column}`;
  };
  return contexts.every((context, c) => {
    const image = at(contexts, at(by.contexts, c));
    return reachable(context).every((node) => {
      const [one, other] = [nodeAt(context, node), nodeAt(image, at(at(by.nodes, c), node))];
      const named = one.kind !== 'assert' || other.kind !== 'assert' || one.name === other.name;
      return named && placeOf(one) === placeOf(other);
    });
  });
}
