/**
 * Which dependencies of a context the search for races has to follow: from a marked read that can acquire something
 * through registers to an address, and to a marked write that depends on it by its value or by a
 * decision before it.
 */
import { decided, decisionsIn } from '../../machine/decisions.ts';
import { expressionsOf, registersIn, registersRead } from '../../machine/expression.ts';
import { at, nodeAt, successors } from '../../machine/graph.ts';
import type { Context, Load, Machine, Node, Rmw, Store } from '../../machine/machine.ts';

/** What decisions bring to marked writes, as one view: of those that nothing ends, or of one that a join ends. */
export interface Control {
  readonly decisions: ReadonlySet<number>;
  readonly join: number | null;
  /** Nodes that depend on it, and those of them from which on it still matters. */
  readonly covers: ReadonlySet<number>;
  readonly matters: ReadonlySet<number>;
}

export interface Dependencies {
  readonly registers: ReadonlySet<number>;
  readonly controls: readonly Control[];
}

/** `concerned`: the locations at which an order of marked writes is of interest. */
export function dependenciesOf(
  machine: Machine,
  context: Context,
  concerned: ReadonlySet<number>,
): Dependencies {
  const carrying = carryingRegisters(context, releasedLocations(machine));
  const writes = context.nodes.flatMap((node, index) =>
    isMarkedWrite(node) && node.address.candidates.some((l) => concerned.has(l)) ? [index] : [],
  );
  const controls = controlsOf(context, carrying, writes);
  const decisions = decisionsIn(context);
  const sources = [
    ...context.nodes.filter(isAccess).flatMap(registersOfAddress),
    ...writes.flatMap((index) => [...registersRead(nodeAt(context, index))]),
    ...controls.flatMap((c) =>
      [...c.decisions].flatMap((d) => [...(decisions[d]?.registers ?? [])]),
    ),
  ];
  const needed = withSources(context, sources);
  return { registers: new Set([...needed].filter((r) => carrying.has(r))), controls };
}

export function isAccess(node: Node): node is Load | Store | Rmw {
  return node.kind === 'load' || node.kind === 'store' || node.kind === 'rmw';
}

export function isMarkedWrite(node: Node): node is Store | Rmw {
  return node.kind === 'rmw' || (node.kind === 'store' && node.order !== 'plain');
}

export function registersOfAddress(node: Load | Store | Rmw): readonly number[] {
  const [address] = expressionsOf(node);
  return address === undefined ? [] : [...registersIn(address)];
}

/** Locations that marked writes are made to: no other message releases anything. */
function releasedLocations({ contexts }: Machine): ReadonlySet<number> {
  const writes = contexts.flatMap(({ nodes }) => nodes.filter(isMarkedWrite));
  return new Set(writes.flatMap(({ address }) => address.candidates));
}

/** Registers whose value can come from a marked read that can acquire something. */
function carryingRegisters({ nodes }: Context, released: ReadonlySet<number>): ReadonlySet<number> {
  const carrying = new Set<number>();
  const carries = (register: number): boolean => carrying.has(register);
  for (let size = -1; size < carrying.size;) {
    size = carrying.size;
    for (const node of nodes) {
      if (node.kind === 'assign') {
        for (const [to, from] of node.moves)
          if ([...registersIn(from)].some(carries)) carrying.add(to);
      } else if (node.kind === 'rmw' || (node.kind === 'load' && node.order !== 'plain')) {
        const acquires = node.address.candidates.some((location) => released.has(location));
        if (acquires || registersOfAddress(node).some(carries)) carrying.add(node.register);
      }
    }
  }
  return carrying;
}

/** The registers, and those that they are computed from, however indirectly. */
function withSources({ nodes }: Context, registers: readonly number[]): ReadonlySet<number> {
  const needed = new Set(registers);
  for (let size = -1; size < needed.size;) {
    size = needed.size;
    for (const node of nodes) {
      if (node.kind !== 'assign') continue;
      for (const [to, from] of node.moves) {
        if (needed.has(to)) for (const r of registersIn(from)) needed.add(r);
      }
    }
  }
  return needed;
}

function controlsOf(
  context: Context,
  carrying: ReadonlySet<number>,
  writes: readonly number[],
): readonly Control[] {
  const each = decisionsIn(context).flatMap((decision, index) => {
    if (decision === null || ![...decision.registers].some((r) => carrying.has(r))) return [];
    return [{ index, join: decision.join, covers: decided(context, index, decision.join) }];
  });
  const ended = each.filter(({ join }) => join !== null);
  const endless = each.filter(({ join }) => join === null);
  const all = [...ended.map((one) => [one]), endless].map((group) => {
    const covers = new Set(group.flatMap((one) => [...one.covers]));
    const matters = leadingTo(context, covers, writes);
    const decisions = new Set(group.map(({ index }) => index));
    return { decisions, join: group[0]?.join ?? null, covers, matters };
  });
  return all.filter(({ matters }) => matters.size > 0);
}

/** Those of the nodes from which a way through them leads to one of the ends among them. */
function leadingTo(
  context: Context,
  nodes: ReadonlySet<number>,
  ends: readonly number[],
): ReadonlySet<number> {
  const leading = new Set(ends.filter((end) => nodes.has(end)));
  for (let size = -1; size < leading.size;) {
    size = leading.size;
    for (const node of nodes) {
      if (successors(at(context.nodes, node)).some((next) => leading.has(next))) leading.add(node);
    }
  }
  return leading;
}
