/**
 * Live registers: those whose value some path from a node on still reads before it is set again. The
 * classic backward dataflow. A state holds zero for a dead register, so that states which differ only
 * in what nobody reads any more are one.
 */
import { registersRead, registersSet } from './expression.ts';
import { at, nodeAt, predecessors, successors } from './graph.ts';
import type { Program } from './machine.ts';

/** The registers live just before each node. */
export function liveRegisters(program: Program): readonly ReadonlySet<number>[] {
  const live = program.nodes.map((node) => new Set(registersRead(node)));
  const before = predecessors(program);
  const work = program.nodes.map((_, index) => index);
  for (let index = work.pop(); index !== undefined; index = work.pop()) {
    if (grow(program, live, index)) work.push(...at(before, index));
  }
  return live;
}

/** Adds what is live after the node and not set by it; whether that changed anything. */
function grow(program: Program, live: readonly Set<number>[], index: number): boolean {
  const node = nodeAt(program, index);
  const own = at(live, index);
  const set = registersSet(node);
  const size = own.size;
  for (const next of successors(node)) {
    for (const register of at(live, next)) if (!set.includes(register)) own.add(register);
  }
  return own.size > size;
}
