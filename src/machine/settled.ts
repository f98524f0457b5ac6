/**
 * Where nothing more is asked of a context: at its end or, unless it must come to its end, at a mark.
 * A context that has not stepped yet stands at its entry; where only assignments lie between that and
 * a mark, it is as good as there.
 */
import { nodeAt } from './graph.ts';
import type { Context } from './machine.ts';
import { afterAssignments } from './steps.ts';

export function settledNodes(context: Context): ReadonlySet<number> {
  const rests = (node: number): boolean => {
    const { kind } = nodeAt(context, node);
    return kind === 'done' || (kind === 'mark' && context.liveness !== 'done');
  };
  const settled = new Set(context.nodes.flatMap((_, node) => (rests(node) ? [node] : [])));
  if (rests(afterAssignments(context))) settled.add(context.entry);
  return settled;
}
