/** A program as a directed graph of its nodes. */
import type { Node, Program } from './machine.ts';

/** The nodes that may follow, without duplicates; empty for `done`. */
export function successors(node: Node): readonly number[] {
  switch (node.kind) {
    case 'done':
      return [];
    case 'branch':
      return node.then === node.otherwise ? [node.then] : [node.then, node.otherwise];
    case 'load':
    case 'store':
    case 'rmw':
    case 'fence':
    case 'get':
    case 'set':
    case 'assign':
    case 'choose':
    case 'wait':
    case 'assert':
    case 'mark':
      return [node.next];
  }
}

export function predecessors(program: Program): readonly (readonly number[])[] {
  const result: number[][] = program.nodes.map(() => []);
  program.nodes.forEach((node, index) => {
    for (const next of successors(node)) result[next]?.push(index);
  });
  return result;
}

export function nodeAt(program: Program, index: number): Node {
  return at(program.nodes, index);
}

/** An element that is known to exist; a miss is a defect of kcheck, not of the spec. */
export function at<T>(array: readonly T[], index: number): T {
  const element = array[index];
  if (element === undefined) throw new RangeError(`index ${index} of ${array.length}`);
  return element;
}

/** The nodes that can be reached from the entry, the entry first, depth first. */
export function reachable(program: Program): readonly number[] {
  const seen = new Set<number>();
  const stack = [program.entry];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    stack.push(...successors(nodeAt(program, node)).toReversed());
  }
  return [...seen];
}

/**
 * The cycles that a depth-first walk from node 0 on closes, one for each back edge, within the nodes
 * that `inside` admits; each starts at the target of its back edge. None: the subgraph is acyclic.
 */
export function cycles(program: Program, inside: (node: number) => boolean): readonly number[][] {
  const found: number[][] = [];
  const finished = new Set<number>();
  for (let root = 0; root < program.nodes.length; root++) {
    if (!finished.has(root) && inside(root)) walkFrom(program, root, inside, finished, found);
  }
  return found;
}

/** An explicit stack: a path may be as long as the program, longer than calls may nest. */
function walkFrom(
  program: Program,
  root: number,
  inside: (node: number) => boolean,
  finished: Set<number>,
  found: number[][],
): void {
  const path = [root];
  const open = new Set(path);
  const pending = [[...successors(nodeAt(program, root))]];
  for (let rest = pending.at(-1); rest !== undefined; rest = pending.at(-1)) {
    const next = rest.shift();
    if (next === undefined) {
      pending.pop();
      const node = path.pop();
      if (node !== undefined) {
        open.delete(node);
        finished.add(node);
      }
    } else if (inside(next) && open.has(next)) {
      found.push(path.slice(path.indexOf(next)));
    } else if (inside(next) && !finished.has(next)) {
      path.push(next);
      open.add(next);
      pending.push([...successors(nodeAt(program, next))]);
    }
  }
}
