/**
 * Locks that the program text says are held. A *true lock* is a lock word that is only ever taken by an
 * acquire that waits for 0, and only freed where every way to the release holds it: mutual exclusion
 * follows from the text, and with it that what one holder does happens before what the next does.
 */
import { at, nodeAt, successors } from './graph.ts';
import type { Context, Load, Machine, Node, Rmw, Store } from './machine.ts';

type LockSet = ReadonlySet<number>;

/** By context and node, the true locks that every way to the node holds. */
export function locksHeldAt(machine: Machine): readonly (readonly LockSet[])[] {
  const locks = trueLocks(machine);
  return machine.contexts.map((context) => locksHeld(context, locks));
}

export function trueLocks(machine: Machine): LockSet {
  const words = machine.locations.flatMap(({ lock }, location) => (lock ? [location] : []));
  let locks = new Set(words.filter((word) => usesOf(machine, word).every(takesOrFrees)));
  for (;;) {
    const stolen = new Set(machine.contexts.flatMap((context) => stolenIn(context, locks)));
    const kept = new Set([...locks].filter((word) => !stolen.has(word)));
    if (kept.size === locks.size) return locks;
    locks = kept;
  }
}

/** The words that are freed where not every way holds them. */
function stolenIn(context: Context, locks: LockSet): readonly number[] {
  const held = locksHeld(context, locks);
  return context.nodes.flatMap((node, index) =>
    frees(node) ? node.address.candidates.filter((word) => !at(held, index).has(word)) : [],
  );
}

function usesOf(machine: Machine, word: number): readonly (Load | Store | Rmw)[] {
  return machine.contexts
    .flatMap((context) => context.nodes)
    .filter((node) => node.kind === 'load' || node.kind === 'store' || node.kind === 'rmw')
    .filter(({ address }) => address.candidates.includes(word));
}

function takesOrFrees(node: Node): boolean {
  return takes(node) || frees(node);
}

/** For each node the lock words that some way to it may hold. */
export function locksMaybeHeld(context: Context, locks: LockSet): readonly LockSet[] {
  const held = context.nodes.map(() => new Set<number>());
  const work = context.nodes.map((_, index) => index);
  for (let index = work.pop(); index !== undefined; index = work.pop()) {
    const node = nodeAt(context, index);
    const after = new Set(at(held, index));
    const candidates = takes(node) || frees(node) ? node.address.candidates : [];
    const touched = candidates.filter((word) => locks.has(word));
    if (takes(node)) for (const lock of touched) after.add(lock);
    else if (touched.length === 1) for (const lock of touched) after.delete(lock);
    for (const next of successors(node)) {
      const known = at(held, next);
      const size = known.size;
      for (const lock of after) known.add(lock);
      if (known.size > size) work.push(next);
    }
  }
  return held;
}

/** Waits for 0 and writes something else. */
export function takes(node: Node): node is Rmw {
  return (
    node.kind === 'rmw' &&
    node.condition === null &&
    (node.order === 'acquire' || node.order === 'full') &&
    node.value.op === 'const' &&
    node.value.value !== 0 &&
    waitsForZero(node)
  );
}

function waitsForZero({ until, register }: Rmw): boolean {
  if (until?.op !== 'binary' || until.operator !== '==') return false;
  const { left, right } = until;
  return (
    left.op === 'reg' && left.register === register && right.op === 'const' && right.value === 0
  );
}

function frees(node: Node): node is Store {
  return node.kind === 'store' && node.order === 'release';
}

/** For each node the locks that every way to it holds. */
export function locksHeld(context: Context, locks: LockSet): readonly LockSet[] {
  const held: (LockSet | null)[] = context.nodes.map(() => null);
  held[context.entry] = new Set();
  const work = [context.entry];
  for (let index = work.pop(); index !== undefined; index = work.pop()) {
    const node = nodeAt(context, index);
    const after = heldAfter(node, held[index] ?? new Set(), locks);
    for (const next of successors(node)) {
      const known = held[next] ?? null;
      const both = known === null ? after : new Set([...known].filter((lock) => after.has(lock)));
      if (known !== null && both.size === known.size) continue;
      held[next] = both;
      work.push(next);
    }
  }
  return held.map((locksThere) => locksThere ?? new Set());
}

function heldAfter(node: Node, held: LockSet, locks: LockSet): LockSet {
  if (!takes(node) && !frees(node)) return held;
  const touched = node.address.candidates.filter((location) => locks.has(location));
  const [only] = touched;
  const after = new Set(held);
  if (takes(node) && touched.length === 1 && only !== undefined) after.add(only);
  else for (const location of touched) after.delete(location);
  return after;
}
