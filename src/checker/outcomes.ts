/** Every final state of a machine under a memory model, as plain values: what a litmus test asks for. */
import { at } from '../machine/graph.ts';
import type { Machine } from '../machine/machine.ts';
import { validateMachine } from '../machine/validate.ts';
import type { MemoryModel, Snapshot } from '../memory-models/memory-model.ts';
import type { CheckOptions } from './options.ts';
import { explore } from './explore.ts';
import { racesBehind } from './race-search.ts';
import { Search } from './search.ts';
import type { Exploration } from './search.ts';

export interface Outcomes {
  /** In the order in which they were found; two may differ in what nobody asks for. */
  readonly finals: readonly Snapshot[];
  readonly states: number;
  /** Some schedule races on some location. */
  readonly racy: boolean;
  /** The site of a step that fails in some schedule, which then has no final state; null: none does. */
  readonly failed: number | null;
  /** Why some states were not seen; empty when all were. */
  readonly limits: readonly string[];
}

export async function outcomesOf(
  machine: Machine,
  model: MemoryModel,
  options: CheckOptions,
): Promise<Outcomes> {
  const started = performance.now();
  validateMachine(machine);
  const { graph, finals } = await explore(machine, model, async (system) => {
    const found: Snapshot[] = [];
    const search = new Search(machine, system, options, {
      onFinal: (states, from) => {
        found.push(system.decode(states, from));
      },
      keepsEdges: false,
      seeksLivelocks: false,
      // A litmus test has some dozen states, fewer than it takes to make up for an engine.
      inBatches: false,
    });
    return { graph: await search.run(), finals: found };
  });
  const races = await racesBehind(machine, model, graph, options, started);
  return {
    finals,
    states: graph.states.size,
    racy: graph.violations.has('race') || races.moves !== null,
    failed: failedSite(machine, graph),
    limits: [...new Set([...graph.limits, ...races.limits])],
  };
}

function failedSite(machine: Machine, { violations }: Exploration): number | null {
  for (const { context, node } of violations.all.flatMap(({ ends }) => ends)) {
    if (context !== null && node !== null)
      return at(at(machine.contexts, context).nodes, node).site;
  }
  return null;
}
