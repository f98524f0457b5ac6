/**
 * Live registers: those whose value some path from a node on still reads before it is set again. The
 * classic backward dataflow. A state holds zero for a dead register, so that states which differ only
 * in what nobody reads any more are one.
 */
import { registersRead, registersSet } from './expression.ts';
import { at, nodeAt, predecessors, successors } from './graph.ts';
import type { Context, Program } from './machine.ts';

/** A context's program may have registers that are read after its end. */
export type LiveProgram = Program & Pick<Context, 'liveAtEnd'>;

/** The registers live just before each node. */
export function liveRegisters(program: LiveProgram): readonly ReadonlySet<number>[] {
  const atEnd = program.liveAtEnd ?? [];
  const live = program.nodes.map(
    (node) => new Set([...registersRead(node), ...(node.kind === 'done' ? atEnd : [])]),
  );
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
