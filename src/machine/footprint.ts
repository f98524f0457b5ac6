/**
 * What each context can still touch from a node on: every location and ghost that it, or a node that
 * can follow, may read or write. Static, so an over-approximation. Partial order reduction, the
 * forgetting of messages that nobody can read any more and the granularity of steps stand on it.
 */
import { addressOf, expressionsOf, ghostsIn } from './expression.ts';
import { at, nodeAt, predecessors, successors } from './graph.ts';
import type { Machine, Node, Program } from './machine.ts';

export interface Footprint {
  readonly reads: ReadonlySet<number>;
  readonly writes: ReadonlySet<number>;
  readonly ghostReads: ReadonlySet<number>;
  readonly ghostWrites: ReadonlySet<number>;
}

/** What one node may touch by itself. */
export function footprintOf(node: Node): Footprint {
  const memory = node.kind === 'load' || node.kind === 'store' || node.kind === 'rmw';
  const candidates = new Set(addressOf(node)?.candidates);
  const inExpressions = expressionsOf(node).flatMap((expr) => [...ghostsIn(expr)]);
  const none = new Set<number>();
  return {
    reads: memory && node.kind !== 'store' ? candidates : none,
    writes: memory && node.kind !== 'load' ? candidates : none,
    ghostReads: new Set([...inExpressions, ...(node.kind === 'get' ? candidates : none)]),
    ghostWrites: node.kind === 'set' ? candidates : none,
  };
}

/** For each node, what the program may touch from it on, itself included. */
export function footprints(program: Program): readonly Footprint[] {
  const result = program.nodes.map((node) => copy(footprintOf(node)));
  const before = predecessors(program);
  const work = program.nodes.map((_, index) => index);
  for (let index = work.pop(); index !== undefined; index = work.pop()) {
    const own = at(result, index);
    const grown = successors(nodeAt(program, index)).filter((next) =>
      include(own, at(result, next)),
    );
    if (grown.length > 0) work.push(...at(before, index));
  }
  return result;
}

/** The union over a whole program, unreachable nodes included. */
export function programFootprint(program: Program): Footprint {
  const whole = copy(EMPTY);
  for (const node of program.nodes) include(whole, footprintOf(node));
  return whole;
}

/** Locations that some context accesses plainly. */
export function plainLocations(machine: Machine): ReadonlySet<number> {
  const plain = new Set<number>();
  for (const node of machine.contexts.flatMap((context) => context.nodes)) {
    if (isPlainAccess(node)) for (const location of node.address.candidates) plain.add(location);
  }
  return plain;
}

/**
 * Locations that are only ever stored to plainly. Race-free, such a location has one value at any time,
 * whatever the memory model: the latest.
 */
export function plainlyStoredLocations(machine: Machine): ReadonlySet<number> {
  const marked = new Set<number>();
  for (const node of machine.contexts.flatMap((context) => context.nodes)) {
    const stores = node.kind === 'rmw' || (node.kind === 'store' && !isPlainAccess(node));
    if (stores) for (const location of node.address.candidates) marked.add(location);
  }
  return new Set(
    machine.locations.flatMap((_, location) => (marked.has(location) ? [] : [location])),
  );
}

export function isPlainAccess(node: Node): node is Extract<Node, { kind: 'load' | 'store' }> {
  return (node.kind === 'load' || node.kind === 'store') && node.order === 'plain';
}

interface MutableFootprint {
  readonly reads: Set<number>;
  readonly writes: Set<number>;
  readonly ghostReads: Set<number>;
  readonly ghostWrites: Set<number>;
}

const EMPTY: Footprint = {
  reads: new Set(),
  writes: new Set(),
  ghostReads: new Set(),
  ghostWrites: new Set(),
};

function copy(footprint: Footprint): MutableFootprint {
  return {
    reads: new Set(footprint.reads),
    writes: new Set(footprint.writes),
    ghostReads: new Set(footprint.ghostReads),
    ghostWrites: new Set(footprint.ghostWrites),
  };
}

function include(into: MutableFootprint, from: Footprint): boolean {
  return [
    addAll(into.reads, from.reads),
    addAll(into.writes, from.writes),
    addAll(into.ghostReads, from.ghostReads),
    addAll(into.ghostWrites, from.ghostWrites),
  ].includes(true);
}

function addAll(into: Set<number>, from: ReadonlySet<number>): boolean {
  const size = into.size;
  for (const element of from) into.add(element);
  return into.size > size;
}
