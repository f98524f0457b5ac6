/** What a step notes for the search for races, as both compilers of steps have to know it. */
import { addressOf, ghostsIn, mayBlock } from '../../machine/expression.ts';
import { nodeAt } from '../../machine/graph.ts';
import type { Address, Context, Machine } from '../../machine/machine.ts';
import { mayBlockAfter } from '../../machine/steps.ts';
import type { StepKind } from '../../machine/steps.ts';

/** `racing`: the locations that can race. */
export function mayRace(racing: ReadonlySet<number>, { candidates }: Address): boolean {
  return candidates.some((location) => racing.has(location));
}

/** An access counts only if the atomic region does not block after it. */
export function mayBeUndone(context: Context, kinds: readonly StepKind[], index: number): boolean {
  return !mayBlock(nodeAt(context, index)) && mayBlockAfter(context, kinds, index);
}

/** Whether some access of the context that can race may be undone. */
export function notesLate(
  context: Context,
  kinds: readonly StepKind[],
  racing: ReadonlySet<number>,
): boolean {
  return context.nodes.some((node, index) => {
    const address = node.kind === 'get' || node.kind === 'set' ? null : addressOf(node);
    return address !== null && mayRace(racing, address) && mayBeUndone(context, kinds, index);
  });
}

/** Contexts that ghosts among the address's candidates bind to their CPU, each with these ghosts. */
export function boundBy(
  { contexts }: Machine,
  { candidates }: Address,
): readonly { readonly context: number; readonly ghosts: readonly number[] }[] {
  return contexts
    .map(({ cpu }, context) => ({
      context,
      ghosts: [...ghostsIn(cpu)].filter((ghost) => candidates.includes(ghost)),
    }))
    .filter(({ ghosts }) => ghosts.length > 0);
}
