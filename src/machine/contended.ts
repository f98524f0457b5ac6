/**
 * Locations that the program text alone does not show to be free of races: some context accesses them
 * plainly, and of two conflicting accesses it is not clear that they are made on one CPU or
 * under one lock. Only of these has happens-before to be followed while schedules are explored.
 */
import { isPlainAccess, plainLocations } from './footprint.ts';
import { at } from './graph.ts';
import { locksHeldAt } from './locks-held.ts';
import type { Load, Machine, Node, Rmw, Store } from './machine.ts';

export function contendedLocations(machine: Machine): ReadonlySet<number> {
  const accesses = accessesOf(machine);
  const contended = [...plainLocations(machine)].filter((location) => {
    const here = accesses.filter(({ node }) => node.address.candidates.includes(location));
    return here.some((a, i) => here.slice(i).some((b) => conflict(a, b) && !ordered(a, b)));
  });
  return new Set(contended);
}

interface Accessing {
  readonly node: Load | Store | Rmw;
  /** null: the context moves. */
  readonly cpu: number | null;
  readonly held: ReadonlySet<number>;
}

function accessesOf(machine: Machine): readonly Accessing[] {
  const held = locksHeldAt(machine);
  return machine.contexts.flatMap(({ nodes, cpu: binding }, context) => {
    const cpu = binding.op === 'const' ? binding.value : null;
    return nodes.flatMap((node, index) =>
      isAccess(node) ? [{ node, cpu, held: at(at(held, context), index) }] : [],
    );
  });
}

function isAccess(node: Node): node is Load | Store | Rmw {
  return node.kind === 'load' || node.kind === 'store' || node.kind === 'rmw';
}

function conflict(a: Accessing, b: Accessing): boolean {
  const writes = a.node.kind !== 'load' || b.node.kind !== 'load';
  return writes && (isPlainAccess(a.node) || isPlainAccess(b.node));
}

/** A lock that is taken on one CPU and freed on another hands over what the second CPU knows. */
function ordered(a: Accessing, b: Accessing): boolean {
  if (a.cpu === null || b.cpu === null) return false;
  return a.cpu === b.cpu || [...a.held].some((lock) => b.held.has(lock));
}
