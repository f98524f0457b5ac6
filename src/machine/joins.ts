/**
 * Where control joins again: the immediate post-dominator of each node, the first node that every way
 * from it to the program's end must pass. The algorithm is Cooper, Harvey and Kennedy's "A Simple,
 * Fast Dominance Algorithm" (2001) on the reversed graph, whose root is a virtual end after all `done`
 * nodes.
 */
import { at, nodeAt, predecessors, successors } from './graph.ts';
import type { Program } from './machine.ts';

/** null: only the virtual end, or no end can be reached from there. */
export function immediatePostDominators(program: Program): readonly (number | null)[] {
  const end = program.nodes.length;
  const order = fromTheEnd(program);
  const rank = new Map(order.map((node, index) => [node, index]));
  const parent = new Map<number, number>([[end, end]]);
  for (let changed = true; changed;) {
    changed = false;
    for (const node of order) {
      if (node === end) continue;
      const best = nearest(following(program, node, end), parent, rank);
      if (best !== undefined && parent.get(node) !== best) {
        parent.set(node, best);
        changed = true;
      }
    }
  }
  return program.nodes.map((_, node) => {
    const join = parent.get(node);
    return join === undefined || join === end ? null : join;
  });
}

function following(program: Program, node: number, end: number): readonly number[] {
  const next = successors(nodeAt(program, node));
  return next.length === 0 ? [end] : next;
}

/** Reverse postorder of the reversed graph: the end first, a node after what it leads to. */
function fromTheEnd(program: Program): readonly number[] {
  const end = program.nodes.length;
  const before = predecessors(program);
  const dones = program.nodes.flatMap((node, index) => (node.kind === 'done' ? [index] : []));
  const seen = new Set<number>([end]);
  const postorder: number[] = [];
  const stack: [number, number[]][] = [[end, [...dones]]];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top[1].shift();
    if (next === undefined) {
      postorder.push(top[0]);
      stack.pop();
    } else if (!seen.has(next)) {
      seen.add(next);
      stack.push([next, [...at(before, next)]]);
    }
  }
  return postorder.toReversed();
}

/** The nearest common ancestor of those nodes that have a parent already. */
function nearest(
  nodes: readonly number[],
  parent: ReadonlyMap<number, number>,
  rank: ReadonlyMap<number, number>,
): number | undefined {
  const known = nodes.filter((node) => parent.has(node));
  const [first, ...rest] = known;
  return first === undefined
    ? undefined
    : rest.reduce((a, b) => intersect(a, b, parent, rank), first);
}

function intersect(
  left: number,
  right: number,
  parent: ReadonlyMap<number, number>,
  rank: ReadonlyMap<number, number>,
): number {
  const depth = (node: number): number => rank.get(node) ?? 0;
  const up = (node: number): number => parent.get(node) ?? node;
  let [a, b] = [left, right];
  while (a !== b) {
    while (depth(a) > depth(b)) a = up(a);
    while (depth(b) > depth(a)) b = up(b);
  }
  return a;
}
