/**
 * An atomic region is one step: a node that is not atomic, and the atomic nodes that can follow it with
 * none but atomic ones between. What makes it fit to be one step under every memory model is that it
 * touches memory at most once: it is that access, together with ghost state that changes with it. It
 * may wait anywhere, for the step is there only if all its waits hold; it may not loop.
 */
import { machineError } from '../errors.ts';
import { at, cycles, nodeAt, successors } from '../graph.ts';
import type { Context, Machine, Node } from '../machine.ts';

export function validateAtomicRegions(machine: Machine, context: Context): void {
  const entry = nodeAt(context, context.entry);
  if (entry.atomic) {
    const message = `${context.name} starts inside an atomic region`;
    throw machineError('KC0211', message, machine, entry.site);
  }
  const [cycle] = cycles(context, (node) => nodeAt(context, node).atomic);
  if (cycle !== undefined) {
    throw machineError(
      'KC0210',
      'a loop inside an atomic region may never end its step',
      machine,
      nodeAt(context, cycle[0] ?? 0).site,
      'Unroll it with an ordinary bound, or take it out of atomic().',
    );
  }
  validateAccesses(machine, context);
}

/**
 * `most[n]`: the most accesses on a path through a region from its node `n` on. Without cycles the
 * nodes have an order in which a node's successors come before it.
 */
function validateAccesses(machine: Machine, context: Context): void {
  const most = context.nodes.map(() => 0);
  for (const index of successorsFirst(context)) {
    const node = nodeAt(context, index);
    const inside = successors(node).filter((next) => nodeAt(context, next).atomic);
    most[index] = accesses(node) + Math.max(0, ...inside.map((next) => at(most, next)));
    if (at(most, index) > 1) throw twoAccesses(machine, node);
  }
}

/** All nodes, each after the atomic nodes that follow it. */
function successorsFirst(context: Context): readonly number[] {
  const order: number[] = [];
  const seen = new Set<number>();
  const stack = context.nodes.map((_, index) => ({ index, open: false }));
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    const { index, open } = item;
    if (open) order.push(index);
    if (open || seen.has(index)) continue;
    seen.add(index);
    stack.push({ index, open: true });
    for (const next of successors(nodeAt(context, index))) {
      if (nodeAt(context, next).atomic) stack.push({ index: next, open: false });
    }
  }
  return order;
}

function accesses({ kind }: Node): number {
  return kind === 'load' || kind === 'store' || kind === 'rmw' ? 1 : 0;
}

function twoAccesses(machine: Machine, { site }: Node): Error {
  return machineError(
    'KC0209',
    'an atomic region touches shared memory twice',
    machine,
    site,
    'Other CPUs can step between two accesses: keep one in atomic(), with the ghost state that changes with it.',
  );
}
