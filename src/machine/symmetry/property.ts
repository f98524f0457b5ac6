/**
 * Whether a symmetry maps the set of properties to itself. A property's image is one of the same kind with
 * the same verdict on every renamed state: its program is the same but for the names, or both are evaluated
 * on all values of what they read.
 */
import { registersSet } from '../expression.ts';
import { programFootprint } from '../footprint.ts';
import { at, nodeAt, successors } from '../graph.ts';
import type { Get, Load, Machine, Property } from '../machine.ts';
import { SAME, mapped } from './automorphism.ts';
import type { Renamed, Values } from './automorphism.ts';
import { everyCombination, rangeOf } from './combinations.ts';
import { renamingOf } from './commute.ts';
import { Faulty, verdictOf } from './evaluate.ts';
import type { Cells } from './evaluate.ts';
import { nodesAgree } from './node.ts';

/** By property its image; null: one of them has none. */
export function propertyImages(machine: Machine, by: Renamed): readonly number[] | null {
  const taken = new Set<number>();
  const images: number[] = [];
  for (const property of machine.properties) {
    const image = machine.properties.findIndex(
      (other, index) => !taken.has(index) && isImage(machine, by, property, other),
    );
    if (image < 0) return null;
    taken.add(image);
    images.push(image);
  }
  return images;
}

function isImage(machine: Machine, by: Renamed, one: Property, other: Property): boolean {
  if (one.kind !== other.kind) return false;
  return programsAgree(machine, by, one, other) || alwaysAgree(machine, by, one, other);
}

/** Node by node, side by side from the entries. */
function programsAgree(machine: Machine, by: Renamed, one: Property, other: Property): boolean {
  const nodes = one.nodes.map(() => -1);
  const registers = one.registers.map(() => -1);
  const values = one.registers.map(() => SAME);
  const walk: (readonly [number, number])[] = [[one.entry, other.entry]];
  for (let next = walk.pop(); next !== undefined; next = walk.pop()) {
    const [from, to] = next;
    if (nodes[from] === to) continue;
    if (at(nodes, from) >= 0) return false;
    nodes[from] = to;
    const [a, b] = [nodeAt(one, from), nodeAt(other, to)];
    const [as, bs] = [successors(a), successors(b)];
    const [set, otherSet] = [registersSet(a), registersSet(b)];
    if (as.length !== bs.length || set.length !== otherSet.length) return false;
    set.forEach((register, i) => (registers[register] = at(otherSet, i)));
    if (a.kind === 'load' || a.kind === 'get') values[a.register] = valuesRead(by, a);
    as.forEach((node, i) => walk.push([node, at(bs, i)]));
  }
  const renaming = renamingOf(machine, by, one, registers, values);
  const bound = registers.filter((register) => register >= 0);
  return (
    new Set(bound).size === bound.length &&
    nodes.every(
      (to, from) => to < 0 || nodesAgree(by, renaming, nodes, nodeAt(one, from), nodeAt(other, to)),
    )
  );
}

function valuesRead(by: Renamed, { kind, address }: Load | Get): Values {
  return at(kind === 'load' ? by.locationValues : by.ghostValues, at(address.candidates, 0));
}

/** Whatever the cells hold that they read. */
function alwaysAgree(machine: Machine, by: Renamed, one: Property, other: Property): boolean {
  const [before, after] = [programFootprint(one), programFootprint(other)];
  const locations = [...before.reads];
  const ghosts = [...before.ghostReads];
  if (!areImages(locations, by.locations, after.reads)) return false;
  if (!areImages(ghosts, by.ghosts, after.ghostReads)) return false;
  const count = machine.locations.length;
  const ranges = [
    ...locations.map((l) => rangeOf(at(machine.locations, l).type, count)),
    ...ghosts.map((g) => rangeOf(at(machine.ghosts, g).type, count)),
  ];
  try {
    return everyCombination(ranges, (values) => {
      const cells = new Map(locations.map((l, i) => [l, at(values, i)]));
      const ghostCells = new Map(ghosts.map((g, i) => [g, at(values, locations.length + i)]));
      const renamed = renamedCells(by, cells, ghostCells);
      return verdictOf(one, cellsOf(cells, ghostCells)) === verdictOf(other, renamed);
    });
  } catch (error) {
    if (error instanceof Faulty) return false;
    throw error;
  }
}

function areImages(
  cells: readonly number[],
  images: readonly number[],
  read: ReadonlySet<number>,
): boolean {
  return cells.length === read.size && cells.every((cell) => read.has(at(images, cell)));
}

type Held = ReadonlyMap<number, number>;

function cellsOf(locations: Held, ghosts: Held): Cells {
  return {
    location: (index) => valueIn(locations, index),
    ghost: (index) => valueIn(ghosts, index),
  };
}

function renamedCells(by: Renamed, locations: Held, ghosts: Held): Cells {
  const renamed = (cells: Held, images: readonly number[], values: readonly Values[]): Held =>
    new Map([...cells].map(([cell, value]) => [at(images, cell), mapped(at(values, cell), value)]));
  return cellsOf(
    renamed(locations, by.locations, by.locationValues),
    renamed(ghosts, by.ghosts, by.ghostValues),
  );
}

function valueIn(cells: Held, index: number): number {
  const value = cells.get(index);
  if (value === undefined) throw new Faulty();
  return value;
}
