/**
 * A machine with barriers, or dependencies, between accesses. Every node of the original keeps its
 * number; what is inserted comes behind them.
 */
import { at, nodeAt, predecessors } from '../../machine/graph.ts';
import type { Address, Context, Expr, Fence, Machine, Node } from '../../machine/machine.ts';
import type { OrderingPrimitive } from '../result.ts';

/** A node of a context. */
export interface Place {
  readonly context: number;
  readonly node: number;
}

/** A barrier directly in front of `before`, which is to order `first` before `second`. */
export interface Placement {
  readonly barrier: OrderingPrimitive;
  readonly before: Place;
  readonly first: Place;
  readonly second: Place;
}

const FENCES: Partial<Record<OrderingPrimitive, Fence>> = {
  smp_mb: 'mb',
  smp_rmb: 'rmb',
  smp_wmb: 'wmb',
};

export function withBarriers(machine: Machine, placements: readonly Placement[]): Machine {
  return placements.reduce(withBarrier, machine);
}

function withBarrier(machine: Machine, placement: Placement): Machine {
  const { barrier, before, first, second } = placement;
  const fence = FENCES[barrier];
  if (fence !== undefined) {
    return changed(machine, before.context, (context) => withFence(context, before.node, fence));
  }
  switch (barrier) {
    case 'smp_load_acquire':
      return changed(machine, first.context, (context) => withAcquire(context, first.node));
    case 'smp_store_release':
      return changed(machine, second.context, (context) => withRelease(context, second.node));
    case 'control dependency':
      return changed(machine, first.context, (context) =>
        withControl(context, first.node, second.node),
      );
    default:
      return changed(machine, first.context, (context) =>
        withAddress(context, first.node, second.node),
      );
  }
}

function changed(
  machine: Machine,
  context: number,
  change: (context: Context) => Context,
): Machine {
  const contexts = machine.contexts.with(context, change(at(machine.contexts, context)));
  return { ...machine, contexts };
}

function withFence(context: Context, node: number, fence: Fence): Context {
  return inFrontOf(context, node, (next, { site }) => ({
    kind: 'fence',
    fence,
    site,
    next,
    atomic: false,
  }));
}

function withAcquire(context: Context, index: number): Context {
  const node = nodeAt(context, index);
  if (node.kind !== 'load' && node.kind !== 'rmw') return context;
  return withNode(context, index, { ...node, order: 'acquire' });
}

function withRelease(context: Context, index: number): Context {
  const node = nodeAt(context, index);
  if (node.kind !== 'store' && node.kind !== 'rmw') return context;
  return withNode(context, index, { ...node, order: 'release' });
}

/** A branch on what `first` read, both arms of which lead on: the dependency never ends. */
function withControl(context: Context, first: number, second: number): Context {
  const { context: kept, register } = keeping(context, first);
  const condition: Expr = { op: 'reg', register };
  return inFrontOf(kept, second, (next, { site }) => {
    const arms = { then: next, otherwise: next, join: null };
    return { kind: 'branch', condition, ...arms, site, next, atomic: false };
  });
}

/** The second access's address, with what the first read masked to nothing. */
function withAddress(context: Context, first: number, second: number): Context {
  const { context: kept, register } = keeping(context, first);
  const node = nodeAt(kept, second);
  if (node.kind !== 'load' && node.kind !== 'store') return context;
  const nothing = binary('&', { op: 'reg', register }, { op: 'const', value: 0 });
  const address: Address = { ...node.address, expr: binary('+', node.address.expr, nothing) };
  return withNode(kept, second, { ...node, address });
}

function binary(operator: '&' | '+', left: Expr, right: Expr): Expr {
  return { op: 'binary', operator, left, right };
}

/** The context with a register that keeps what the node read, whatever becomes of its own. */
function keeping(context: Context, index: number): { context: Context; register: number } {
  const node = nodeAt(context, index);
  if (node.kind !== 'load' && node.kind !== 'rmw') return { context, register: 0 };
  const register = context.registers.length;
  const { type } = at(context.registers, node.register);
  const { next, site } = node;
  const keep: Node = {
    kind: 'assign',
    moves: [[register, { op: 'reg', register: node.register }]],
    site,
    next,
    atomic: nodeAt(context, next).atomic,
  };
  const grown = {
    ...context,
    registers: [...context.registers, { name: 'kept', type }],
    nodes: [...context.nodes, keep],
  };
  return { context: withNode(grown, index, { ...node, next: context.nodes.length }), register };
}

/** A node on every edge to the given one; to an atomic region, if it is inside one. */
function inFrontOf(
  context: Context,
  node: number,
  make: (next: number, target: Node) => Node,
): Context {
  let { nodes, entry } = context;
  for (const target of entriesOf(context, node)) {
    const added = nodes.length;
    const lead = (index: number): number => (index === target ? added : index);
    const inserted = make(target, nodeAt(context, target));
    nodes = [...nodes.map((each) => redirected(each, lead)), inserted];
    entry = lead(entry);
  }
  return { ...context, nodes, entry };
}

function redirected(node: Node, lead: (index: number) => number): Node {
  if (node.kind !== 'branch') return { ...node, next: lead(node.next) };
  const { next, then, otherwise, join } = node;
  const arms = { then: lead(then), otherwise: lead(otherwise) };
  return { ...node, ...arms, next: lead(next), join: join === null ? null : lead(join) };
}

/** The node, or those that begin the atomic region that it is in. */
function entriesOf(context: Context, node: number): readonly number[] {
  const before = predecessors(context);
  const entries = new Set<number>();
  const seen = new Set<number>();
  const work = [node];
  for (let index = work.pop(); index !== undefined; index = work.pop()) {
    if (seen.has(index)) continue;
    seen.add(index);
    if (nodeAt(context, index).atomic) work.push(...at(before, index));
    else entries.add(index);
  }
  return [...entries];
}

function withNode(context: Context, index: number, node: Node): Context {
  return { ...context, nodes: context.nodes.with(index, node) };
}
