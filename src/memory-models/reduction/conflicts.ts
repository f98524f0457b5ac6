/**
 * Where the other contexts stand when a step cannot be taken alone: by node of each of them, whether it
 * may, from there on, touch what the step touches, or memory may for it. Static.
 */
import { at, nodeAt, predecessors, successors } from '../../machine/graph.ts';
import type { Context, Node } from '../../machine/machine.ts';
import type { LockSet, Touch, Touches } from './touches.ts';

/** What a step touches, and the locks that are held where it begins. */
export interface StepTouches {
  readonly touches: readonly Touch[];
  readonly held: LockSet;
}

/** A node of another context, and what it touches under its locks. */
interface Touching {
  readonly node: number;
  readonly touches: readonly Touch[];
  readonly held: LockSet;
}

/** What is asked of a context again and again, for each step of the others. */
interface Other {
  readonly context: Context;
  readonly before: readonly (readonly number[])[];
  readonly later: readonly Touching[];
  /** Its stores that may wait in a buffer; nothing is known of locks there of one who moves. */
  readonly stores: readonly Touching[];
  readonly asked: readonly Touch[];
  /** Whether nothing of its own waits any more behind the node. */
  drainsBefore(node: number): boolean;
}

export class Conflicts {
  readonly #touches: Touches;
  readonly #others: readonly Other[];

  constructor(touches: Touches) {
    this.#touches = touches;
    this.#others = touches.machine.contexts.map((context, index) =>
      otherOf(touches, context, index),
    );
  }

  /** For each node of the context whether it stands in the step's way there. */
  inTheWay(step: StepTouches, index: number): Uint8Array {
    const other = at(this.#others, index);
    const { nodes } = other.context;
    const blocked = new Uint8Array(nodes.length);
    const touched = written(step);
    const conflicting = other.later.filter((each) => this.#meet(step, touched, each));
    markBackwards(
      blocked,
      other,
      conflicting.map(({ node }) => node),
    );
    this.markPending(blocked, step, index);
    if (other.asked.some((touch) => meets(touched, touch))) {
      nodes.forEach(({ kind }, node) => {
        if (kind !== 'done') blocked[node] = 1;
      });
    }
    return blocked;
  }

  /**
   * Marks the nodes at which a store of the context that conflicts with the step may still wait in a
   * buffer: those behind it, up to a node that waits for the buffer. Who moves leaves it behind.
   */
  markPending(blocked: Uint8Array, step: StepTouches, index: number): void {
    const other = at(this.#others, index);
    const touched = written(step);
    const stores = other.stores.filter((each) => this.#meet(step, touched, each));
    const after = (node: number): readonly number[] => successors(nodeAt(other.context, node));
    const work = stores.flatMap(({ node }) => after(node));
    const seen = new Set<number>();
    for (let node = work.pop(); node !== undefined; node = work.pop()) {
      if (seen.has(node)) continue;
      seen.add(node);
      blocked[node] = 1;
      if (!other.drainsBefore(node)) work.push(...after(node));
    }
  }

  #meet({ held }: StepTouches, touched: Written, other: Touching): boolean {
    return other.touches.some(
      (touch) => meets(touched, touch) && !this.#touches.areApart(touch.thing, held, other.held),
    );
  }
}

const NONE: LockSet = new Set();

function otherOf(touches: Touches, context: Context, index: number): Other {
  const stays = context.cpu.op === 'const';
  const touching = (of: (node: Node) => readonly Touch[], locks: boolean): readonly Touching[] =>
    context.nodes.flatMap((node, n): readonly Touching[] => {
      const touched = of(node);
      const held = locks ? touches.heldAt(index, n) : NONE;
      return touched.length === 0 ? [] : [{ node: n, touches: touched, held }];
    });
  const stored = (node: Node): readonly Touch[] =>
    touches.bufferedBy(node).map((thing) => ({ thing, writes: true }));
  return {
    context,
    before: predecessors(context),
    later: touching((node) => touches.later(context, node), true),
    stores: touching(stored, stays),
    asked: touches.asked(context),
    drainsBefore: (node) => stays && touches.waitsForBuffer(nodeAt(context, node)),
  };
}

/** Marks the nodes, and those from which a way leads to them. */
function markBackwards(blocked: Uint8Array, { before }: Other, nodes: readonly number[]): void {
  const work = [...nodes];
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    if (blocked[node] === 1) continue;
    blocked[node] = 1;
    work.push(...at(before, node));
  }
}

/** By thing that is touched, whether it is written. */
type Written = ReadonlyMap<number, boolean>;

function written({ touches }: StepTouches): Written {
  const things = new Map<number, boolean>();
  for (const { thing, writes } of touches) things.set(thing, writes || things.get(thing) === true);
  return things;
}

function meets(touched: Written, { thing, writes }: Touch): boolean {
  const own = touched.get(thing);
  return own !== undefined && (own || writes);
}
