/**
 * Where everything stands in a state: one program counter a context, then the registers, memory (as
 * the memory model lays it out) and the ghosts, each a 32-bit word. Registers that are never live at
 * the same stop share a word; a dead one is zero, so that equal futures are equal states.
 */
import { at } from '../../machine/graph.ts';
import { liveRegisters } from '../../machine/liveness.ts';
import type { Context, Machine } from '../../machine/machine.ts';
import { isStop } from '../../machine/steps.ts';
import type { StepKind } from '../../machine/steps.ts';

export interface ContextLayout {
  /** The word of the program counter. */
  readonly pc: number;
  /** Words of registers: from `slots` on, `slotCount` of them. */
  readonly slots: number;
  readonly slotCount: number;
  /** The slot of each register, counted from `slots`; -1 for one that is live at no stop. */
  readonly slotOf: readonly number[];
  /** The registers live at each node. */
  readonly live: readonly ReadonlySet<number>[];
}

export interface Layout {
  readonly words: number;
  readonly contexts: readonly ContextLayout[];
  readonly memory: number;
  readonly ghosts: number;
}

export function layoutOf(
  machine: Machine,
  kinds: readonly (readonly StepKind[])[],
  memoryWords: number,
): Layout {
  let word = machine.contexts.length;
  const contexts = machine.contexts.map((context, index) => {
    const live = liveRegisters(context);
    const slotOf = shareSlots(context, at(kinds, index), live);
    const slotCount = Math.max(0, ...slotOf.map((slot) => slot + 1));
    const layout = { pc: index, slots: word, slotCount, slotOf, live };
    word += slotCount;
    return layout;
  });
  const memory = word;
  const ghosts = memory + memoryWords;
  return { words: ghosts + machine.ghosts.length, contexts, memory, ghosts };
}

/** Greedy colouring of the graph of registers that are live together at a stop. */
function shareSlots(
  context: Context,
  kinds: readonly StepKind[],
  live: readonly ReadonlySet<number>[],
): readonly number[] {
  const together: Set<number>[] = context.registers.map(() => new Set());
  const kept = new Set<number>();
  context.nodes.forEach((_, index) => {
    if (!isStop(context, kinds, index)) return;
    for (const a of at(live, index)) {
      kept.add(a);
      for (const b of at(live, index)) if (a !== b) at(together, a).add(b);
    }
  });
  const slotOf = context.registers.map(() => -1);
  for (const register of [...kept].toSorted((a, b) => a - b)) {
    const taken = new Set([...at(together, register)].map((other) => slotOf[other]));
    let slot = 0;
    while (taken.has(slot)) slot++;
    slotOf[register] = slot;
  }
  return slotOf;
}
