/**
 * Locations that the program text does not show to be free of races: some context accesses them
 * plainly, and of two conflicting accesses it is not clear that they are made on one CPU or
 * under one lock. Only of these has happens-before to be followed while schedules are explored.
 *
 * A lock that is taken on one CPU and freed on another hands over what the second CPU knows, and not what
 * the first one did. So it counts for contexts that never move while they hold it; where contexts
 * move the text does not tell, and exploring the states did.
 */
import { isPlainAccess, plainLocations } from './footprint.ts';
import { at } from './graph.ts';
import { locksHeldAt } from './locks-held.ts';
import type { Load, Machine, Node, Rmw, Store } from './machine.ts';

/** `moves`: by context and node, whether it was there when it was moved to another CPU. */
export function contendedLocations(
  machine: Machine,
  moves: readonly Uint8Array[],
): ReadonlySet<number> {
  const accesses = accessesOf(machine, moves);
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
  /** The locks that every way to it holds, and keeps to one CPU. */
  readonly held: ReadonlySet<number>;
}

function accessesOf(machine: Machine, moves: readonly Uint8Array[]): readonly Accessing[] {
  const heldAt = locksHeldAt(machine);
  return machine.contexts.flatMap(({ nodes, cpu: binding }, context) => {
    const cpu = binding.op === 'const' ? binding.value : null;
    const held = at(heldAt, context);
    const carried = new Set(
      held.flatMap((locks, index) => (at(moves, context)[index] === 1 ? [...locks] : [])),
    );
    return nodes.flatMap((node, index) => {
      if (!isAccess(node)) return [];
      return [{ node, cpu, held: new Set([...at(held, index)].filter((l) => !carried.has(l))) }];
    });
  });
}

function isAccess(node: Node): node is Load | Store | Rmw {
  return node.kind === 'load' || node.kind === 'store' || node.kind === 'rmw';
}

function conflict(a: Accessing, b: Accessing): boolean {
  const writes = a.node.kind !== 'load' || b.node.kind !== 'load';
  return writes && (isPlainAccess(a.node) || isPlainAccess(b.node));
}

function ordered(a: Accessing, b: Accessing): boolean {
  const onOneCpu = a.cpu !== null && a.cpu === b.cpu;
  return onOneCpu || [...a.held].some((lock) => b.held.has(lock));
}
