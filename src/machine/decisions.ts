/**
 * Control dependencies: the nodes that decide, by the value of registers, whether what follows them is
 * reached.
 *
 * The two ways of an `if` join, and nothing depends on it from there on (Documentation/memory-barriers.txt). What
 * comes after a loop depends on the branch that ends it, and on a conditional load, which is such a
 * loop: smp_acquire__after_ctrl_dep() relies on that.
 */
import { registersIn } from './expression.ts';
import { nodeAt, successors } from './graph.ts';
import type { Node, Program } from './machine.ts';

export interface Decision {
  /** By whose values it decides. */
  readonly registers: ReadonlySet<number>;
  /** The node from which on nothing depends on it; null: all that follows does. */
  readonly join: number | null;
}

/** By node; null: it decides nothing. */
export function decisionsIn(program: Program): readonly (Decision | null)[] {
  return program.nodes.map((node, index) => {
    const registers = registersDeciding(node);
    return registers.size === 0 ? null : { registers, join: joinOf(program, node, index) };
  });
}

/** The nodes that may follow a decision before its join. */
export function decided(program: Program, index: number, join: number | null): Set<number> {
  const found = new Set<number>();
  const work = [...successors(nodeAt(program, index))];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    if (next === join || found.has(next)) continue;
    found.add(next);
    work.push(...successors(nodeAt(program, next)));
  }
  return found;
}

function registersDeciding(node: Node): ReadonlySet<number> {
  if (node.kind === 'branch' || node.kind === 'wait') return registersIn(node.condition);
  if (node.kind !== 'load' && node.kind !== 'rmw') return new Set();
  return node.until === null ? new Set() : registersIn(node.until);
}

function joinOf(program: Program, node: Node, index: number): number | null {
  if (node.kind !== 'branch') return null;
  return decided(program, index, node.join).has(index) ? null : node.join;
}
