/** A state's words as plain values, for traces and for comparison with the plain interpreter. */
import { at } from '../../machine/graph.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Snapshot } from '../memory-model.ts';
import type { Layout } from './layout.ts';

export function decode(
  machine: Machine,
  layout: Layout,
  latest: (location: number) => number,
  states: Int32Array,
  from: number,
): Omit<Snapshot, 'pending'> {
  const word = (index: number): number => states[from + index] ?? 0;
  const nodes = machine.contexts.map((_, context) => word(context));
  return {
    nodes,
    registers: machine.contexts.map(({ registers }, context) => {
      const { slots, slotOf, live } = at(layout.contexts, context);
      const alive = at(live, at(nodes, context));
      return registers.map((_, r) => (alive.has(r) ? word(slots + at(slotOf, r)) : null));
    }),
    memory: machine.locations.map((_, location) => latest(location)),
    ghosts: machine.ghosts.map((_, ghost) => word(layout.ghosts + ghost)),
  };
}
