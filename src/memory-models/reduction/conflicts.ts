/**
 * Where the other contexts stand when a step cannot be taken alone: by node of each of them, whether it
 * may, from there on, touch what the step touches, or memory may for it. Static.
 */
import { at, nodeAt, predecessors, successors } from '../../machine/graph.ts';
import type { Context } from '../../machine/machine.ts';
import { nodesWhere } from './touches.ts';
import type { LockSet, Touch, Touches } from './touches.ts';

/** What a step touches, and the locks that are held where it begins. */
export interface StepTouches {
  readonly touches: readonly Touch[];
  readonly held: LockSet;
}

export class Conflicts {
  readonly #touches: Touches;
  readonly #before: readonly (readonly (readonly number[])[])[];

  constructor(touches: Touches) {
    this.#touches = touches;
    this.#before = touches.machine.contexts.map(predecessors);
  }

  /** For each node of the context whether it stands in the step's way there. */
  inTheWay(step: StepTouches, index: number): Uint8Array {
    const context = at(this.#touches.machine.contexts, index);
    const blocked = new Uint8Array(context.nodes.length);
    this.#markFutures(blocked, index, this.#conflicting(step, index));
    this.markPending(blocked, step, index);
    const asked = this.#touches.asked(context);
    if (asked.some((touch) => meets(step.touches, touch))) {
      for (const node of nodesWhere(context, ({ kind }) => kind !== 'done')) blocked[node] = 1;
    }
    return blocked;
  }

  /**
   * Marks the nodes at which a store of the context that conflicts with the step may still wait in a
   * buffer: those behind it, up to a node that waits for the buffer. Who moves leaves it behind.
   */
  markPending(blocked: Uint8Array, step: StepTouches, index: number): void {
    const touches = this.#touches;
    const context = at(touches.machine.contexts, index);
    const stays = context.cpu.op === 'const';
    const stores = nodesWhere(context, (node, n) => {
      const held = stays ? touches.heldAt(index, n) : NONE;
      return touches
        .bufferedBy(node)
        .some((thing) => this.#meet(step, { thing, writes: true }, held));
    });
    const work = stores.flatMap((node) => successors(nodeAt(context, node)));
    const seen = new Set<number>();
    for (let node = work.pop(); node !== undefined; node = work.pop()) {
      if (seen.has(node)) continue;
      seen.add(node);
      blocked[node] = 1;
      const drained = stays && touches.waitsForBuffer(nodeAt(context, node));
      if (!drained) work.push(...successors(nodeAt(context, node)));
    }
  }

  /** The nodes that conflict with the step by themselves. */
  #conflicting(step: StepTouches, index: number): readonly number[] {
    const touches = this.#touches;
    const context: Context = at(touches.machine.contexts, index);
    return nodesWhere(context, (node, n) => {
      const held = touches.heldAt(index, n);
      return touches.later(context, node).some((touch) => this.#meet(step, touch, held));
    });
  }

  /** From them back to wherever a way to them begins. */
  #markFutures(blocked: Uint8Array, index: number, nodes: readonly number[]): void {
    const work = [...nodes];
    for (let node = work.pop(); node !== undefined; node = work.pop()) {
      if (blocked[node] === 1) continue;
      blocked[node] = 1;
      work.push(...at(at(this.#before, index), node));
    }
  }

  #meet(step: StepTouches, other: Touch, held: LockSet): boolean {
    if (!meets(step.touches, other)) return false;
    return !this.#touches.areApart(other.thing, step.held, held);
  }
}

const NONE: LockSet = new Set();

function meets(touches: readonly Touch[], other: Touch): boolean {
  return touches.some(({ thing, writes }) => thing === other.thing && (writes || other.writes));
}
