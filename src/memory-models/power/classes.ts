/**
 * R9: which locations need messages and views, and which hold one value.
 *
 *  - own: only holders of one lock touch it, each bound to its CPU, or only one CPU does, plainly. One
 *    value; nothing to check. (Marked accesses of one CPU stay shared: R4 carries views through them.)
 *  - plain: every access is plain. One value, and race bits.
 *  - ordered: marked accesses, all of them under locks that may be the same, so that they are likely
 *    to be ordered. One value, and race bits; a race refutes the assumption (RefutedAssumption).
 *  - lock: a lock word that only RMWs and releases touch. One message, whose view is what the last
 *    holder released.
 *  - shared: messages. Race bits too, if some access is plain.
 */
import { plainLocations } from '../../machine/footprint.ts';
import { at } from '../../machine/graph.ts';
import { locksHeld, locksMaybeHeld } from '../../machine/locks-held.ts';
import type { Load, Machine, Node, Rmw, Store } from '../../machine/machine.ts';

export type LocationClass = 'own' | 'plain' | 'ordered' | 'lock' | 'shared';

type AccessNode = Load | Store | Rmw;

export function classesOf(
  machine: Machine,
  locks: ReadonlySet<number>,
  refuted: ReadonlySet<number>,
): readonly LocationClass[] {
  const accesses = accessesOf(machine, locks);
  const words = new Set(machine.locations.flatMap(({ lock }, word) => (lock ? [word] : [])));
  const mayHold = machine.contexts.map((context) => locksMaybeHeld(context, words));
  const plain = plainLocations(machine);
  const classes = machine.locations.map((cell, location): LocationClass => {
    const here = accesses.filter(({ node }) => node.address.candidates.includes(location));
    if (isOwn(machine, here)) return 'own';
    if (cell.lock && here.every(({ node }) => isLocking(node))) return 'lock';
    if (plain.has(location)) return here.every(({ node }) => isPlain(node)) ? 'plain' : 'shared';
    const isLikely = !refuted.has(location) && isLikelyOrdered(here, mayHold);
    return isLikely ? 'ordered' : 'shared';
  });
  return uniform(classes, accesses);
}

interface AccessAt {
  readonly context: number;
  readonly index: number;
  readonly node: AccessNode;
  /** Locks that are held whenever the node is executed. */
  readonly held: ReadonlySet<number>;
}

function accessesOf(machine: Machine, locks: ReadonlySet<number>): readonly AccessAt[] {
  return machine.contexts.flatMap((context, index) => {
    const held = locksHeld(context, locks);
    return context.nodes.flatMap((node, i) =>
      isAccess(node) ? [{ context: index, index: i, node, held: at(held, i) }] : [],
    );
  });
}

function isOwn(machine: Machine, accesses: readonly AccessAt[]): boolean {
  const bindings = accesses.map(({ context }) => at(machine.contexts, context).cpu);
  const cpus = bindings.map((cpu) => (cpu.op === 'const' ? cpu.value : null));
  if (cpus.includes(null)) return false;
  if (new Set(cpus).size <= 1 && accesses.every(({ node }) => isPlain(node))) return true;
  const [first, ...rest] = accesses;
  return [...(first?.held ?? [])].some((lock) => rest.every(({ held }) => held.has(lock)));
}

/** Loads and stores that may all hold one and the same lock. */
function isLikelyOrdered(
  accesses: readonly AccessAt[],
  mayHold: readonly (readonly ReadonlySet<number>[])[],
): boolean {
  if (accesses.some(({ node }) => node.kind === 'rmw')) return false;
  const sets = accesses.map(({ context, index }) => at(at(mayHold, context), index));
  const [first, ...rest] = sets;
  return [...(first ?? [])].some((lock) => rest.every((set) => set.has(lock)));
}

/** An RMW, or the release that unlocks. */
function isLocking(node: AccessNode): boolean {
  return node.kind === 'rmw' || (node.kind === 'store' && node.order === 'release');
}

function isPlain(node: AccessNode): boolean {
  return node.kind !== 'rmw' && node.order === 'plain';
}

/** An access that may touch several locations treats them alike, where one of them has messages. */
function uniform(
  classes: readonly LocationClass[],
  accesses: readonly AccessAt[],
): readonly LocationClass[] {
  const result = [...classes];
  for (let changed = true; changed;) {
    changed = false;
    for (const { node } of accesses) {
      const kinds = new Set(node.address.candidates.map((location) => at(result, location)));
      if (!kinds.has('shared') || kinds.size === 1) continue;
      for (const location of node.address.candidates) result[location] = 'shared';
      changed = true;
    }
  }
  return result;
}

function isAccess(node: Node): node is AccessNode {
  return node.kind === 'load' || node.kind === 'store' || node.kind === 'rmw';
}
