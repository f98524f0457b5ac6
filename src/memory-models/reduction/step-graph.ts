/** The steps of a context as the text of its program tells them: from each stop, what may be executed and where it may end. */
import { nodeAt, successors } from '../../machine/graph.ts';
import type { Context } from '../../machine/machine.ts';
import { endsEarly, endsPhase0, endsStep, isStop } from '../../machine/steps.ts';
import type { StepKind } from '../../machine/steps.ts';

export interface StepText {
  /** What some way of the step executes. */
  readonly nodes: ReadonlySet<number>;
  /** The stops at which it may end. */
  readonly ends: ReadonlySet<number>;
}

/** By stop; an end has no step. */
export function stepsOf(
  context: Context,
  kinds: readonly StepKind[],
): ReadonlyMap<number, StepText> {
  const stops = context.nodes.flatMap(({ kind }, node) =>
    kind !== 'done' && isStop(context, kinds, node) ? [node] : [],
  );
  return new Map(stops.map((stop) => [stop, stepFrom(context, kinds, stop)]));
}

function stepFrom(context: Context, kinds: readonly StepKind[], stop: number): StepText {
  const nodes = new Set<number>();
  const ends = new Set<number>();
  const seen = new Set<string>();
  const work: (readonly [node: number, phase: 0 | 1])[] = [[stop, 0]];
  for (let item = work.pop(); item !== undefined; item = work.pop()) {
    const [node, phase] = item;
    nodes.add(node);
    const after = phase === 1 || endsPhase0(context, kinds, node) ? 1 : 0;
    for (const next of successors(nodeAt(context, node))) {
      const key = `${next}.${after}`;
      if (endsThere(context, kinds, stop, after, next)) ends.add(next);
      else if (!seen.has(key)) {
        seen.add(key);
        work.push([next, after]);
      }
    }
  }
  return { nodes, ends };
}

function endsThere(
  context: Context,
  kinds: readonly StepKind[],
  stop: number,
  phase: 0 | 1,
  node: number,
): boolean {
  if (endsEarly(context, stop, phase, node)) return true;
  return phase === 1 && endsStep(context, kinds, node);
}
