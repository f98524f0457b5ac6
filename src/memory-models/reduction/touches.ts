/**
 * What steps touch, as one number space: locations, then ghosts, then the store buffer of each CPU. Two
 * touches of one thing conflict if one of them at least writes, unless a lock keeps them apart.
 *
 * A node counts in two ways: as what its context does now, and as what it, and memory for it, will still
 * do some time. Where stores are buffered the two differ: a store now goes to a buffer alone, and some
 * time it changes memory, too. docs/design/reduction.md argues for each case.
 */
import { expressionsOf, ghostsIn } from '../../machine/expression.ts';
import { plainLocations, plainlyStoredLocations } from '../../machine/footprint.ts';
import { at, nodeAt } from '../../machine/graph.ts';
import { locksHeldAt, trueLocks } from '../../machine/locks-held.ts';
import type { Context, Fence, Load, Machine, Node, Rmw, Store } from '../../machine/machine.ts';

export type LockSet = ReadonlySet<number>;

export interface Touch {
  readonly thing: number;
  readonly writes: boolean;
}

/** Which fences wait for the CPU's store buffer to be empty; null: there are none. */
export type Buffering = ((fence: Fence) => boolean) | null;

export class Touches {
  readonly machine: Machine;
  readonly locks: LockSet;
  /** By context and node, the true locks that every way to the node holds. */
  readonly held: readonly (readonly LockSet[])[];
  /** Locations that some stores change in memory at once, and others by way of a buffer. */
  readonly #mixed: ReadonlySet<number>;
  readonly #buffering: Buffering;
  readonly #plain: ReadonlySet<number>;
  readonly #plainlyStored: ReadonlySet<number>;

  constructor(machine: Machine, buffering: Buffering) {
    this.machine = machine;
    this.#buffering = buffering;
    this.locks = trueLocks(machine);
    this.held = locksHeldAt(machine);
    this.#plain = plainLocations(machine);
    this.#plainlyStored = plainlyStoredLocations(machine);
    const buffered = machine.contexts.flatMap(({ nodes }) =>
      nodes.flatMap((node) => this.bufferedBy(node)),
    );
    this.#mixed = new Set(buffered.filter((location) => this.#plainlyStored.has(location)));
  }

  isBuffered(node: Node): boolean {
    return this.bufferedBy(node).length > 0;
  }

  /** Where the node's store will go some time; empty: it is none, or goes there at once. */
  bufferedBy(node: Node): readonly number[] {
    if (this.#buffering === null || node.kind !== 'store') return [];
    const { candidates } = node.address;
    return candidates.every((location) => this.#plainlyStored.has(location)) ? [] : candidates;
  }

  /** Whether memory may hold two stores to one location of which one has overtaken the other. */
  overtakes(node: Node): boolean {
    if (this.isBuffered(node) || node.kind !== 'store') return false;
    return node.address.candidates.some((location) => this.#mixed.has(location));
  }

  isMixed(location: number): boolean {
    return this.#mixed.has(location);
  }

  /** Whether the CPU's buffer has to be empty for the node. */
  waitsForBuffer(node: Node): boolean {
    if (this.#buffering === null) return false;
    return node.kind === 'rmw' || (node.kind === 'fence' && this.#buffering(node.fence));
  }

  /** What the node changes that properties can read, as soon as it is executed. */
  changes(node: Node): readonly number[] {
    if (node.kind === 'set') return node.address.candidates.map((ghost) => this.#ghost(ghost));
    const atOnce = node.kind === 'rmw' || (node.kind === 'store' && !this.isBuffered(node));
    return atOnce ? node.address.candidates : [];
  }

  /** What the context touches when it executes the node. */
  now(context: Context, node: Node): readonly Touch[] {
    const [memory, inBuffer] = [touchesOf(node), this.#inBuffer(context, node)];
    if (!this.isBuffered(node)) return [...memory, ...inBuffer, ...this.#ghosts(node)];
    // Whose plain access comes next races with the store: it is not made before that is seen.
    const racing = memory.filter(({ thing }) => this.#plain.has(thing));
    return [...racing, ...inBuffer, ...this.#ghosts(node)];
  }

  /** What is touched when the context executes the node some time, and when memory ends what it began. */
  later(context: Context, node: Node): readonly Touch[] {
    const loads = node.kind === 'load' && this.#buffering !== null;
    const forwarded = loads ? this.buffersOf(context).map((thing) => reading(thing)) : [];
    const inBuffer = [...forwarded, ...this.#inBuffer(context, node)];
    return [...touchesOf(node), ...inBuffer, ...this.#ghosts(node)];
  }

  /** What is asked before each step of a context. */
  asked(context: Context): readonly Touch[] {
    const guards = context.guard === null ? [] : [...ghostsIn(context.guard)];
    return [...guards, ...ghostsIn(context.cpu)].map((ghost) => reading(this.#ghost(ghost)));
  }

  /** The buffers that the context's accesses may be in. */
  buffersOf({ cpu }: Context): readonly number[] {
    const first = this.machine.locations.length + this.machine.ghosts.length;
    if (cpu.op === 'const') return [first + cpu.value];
    return this.machine.cpus.map((_, index) => first + index);
  }

  /** Whether what is touched under these locks cannot be touched by another while these are held. */
  areApart(thing: number, held: LockSet, others: LockSet): boolean {
    if (this.locks.has(thing) && held.has(thing)) return true;
    return [...held].some((lock) => others.has(lock));
  }

  heldAt(context: number, node: number): LockSet {
    return at(at(this.held, context), node);
  }

  /** The things that a property reads. */
  readBy(property: { readonly nodes: readonly Node[] }): readonly number[] {
    return property.nodes.flatMap((node) => [
      ...touchesOf(node).map(({ thing }) => thing),
      ...this.#ghosts(node).map(({ thing }) => thing),
    ]);
  }

  /** A store is added to the buffer; an RMW, and a fence that waits for it, sees whether it is empty. */
  #inBuffer(context: Context, node: Node): readonly Touch[] {
    const writes = this.isBuffered(node);
    if (!writes && !this.waitsForBuffer(node)) return [];
    return this.buffersOf(context).map((thing) => ({ thing, writes }));
  }

  #ghosts(node: Node): readonly Touch[] {
    const read = expressionsOf(node).flatMap((expr) => [...ghostsIn(expr)]);
    const accessed = node.kind === 'get' || node.kind === 'set' ? node.address.candidates : [];
    return [
      ...read.map((ghost) => reading(this.#ghost(ghost))),
      ...accessed.map((ghost) => ({ thing: this.#ghost(ghost), writes: node.kind === 'set' })),
    ];
  }

  #ghost(ghost: number): number {
    return this.machine.locations.length + ghost;
  }
}

function reading(thing: number): Touch {
  return { thing, writes: false };
}

/** Of memory. An RMW counts as a write whether or not it stores. */
function touchesOf(node: Node): readonly Touch[] {
  if (!isAccess(node)) return [];
  return node.address.candidates.map((thing) => ({ thing, writes: node.kind !== 'load' }));
}

function isAccess(node: Node): node is Load | Store | Rmw {
  return node.kind === 'load' || node.kind === 'store' || node.kind === 'rmw';
}

/** The nodes of a context with what the test says of each. */
export function nodesWhere(
  context: Context,
  test: (node: Node, index: number) => boolean,
): readonly number[] {
  return context.nodes.flatMap((_, index) => (test(nodeAt(context, index), index) ? [index] : []));
}
