/**
 * A search that takes states for one that differ in the names of contexts that are alike. Whether it may be
 * made, and what its graph says of the whole one: docs/design/symmetry.md.
 */
import { contendedLocations } from '../machine/contended.ts';
import { at } from '../machine/graph.ts';
import type { Machine } from '../machine/machine.ts';
import { symmetryOf } from '../machine/symmetry/symmetry.ts';
import type { Symmetry } from '../machine/symmetry/symmetry.ts';
import type { TransitionSystem } from '../memory-models/memory-model.ts';
import type { Images } from '../memory-models/symmetry/images.ts';
import { reachableGoals } from './livelock.ts';
import type { Exploration } from './search.ts';

/** The least image stands for all images of a state; a string says why not. `reduces`: by the order of steps too. */
export function imagesFor(
  machine: Machine,
  system: TransitionSystem,
  reduces = false,
): Images | string {
  if (system.images === undefined) return 'there is none under this memory model';
  if (mayRaceBehind(machine)) return 'plain accesses that may race are followed along schedules';
  const symmetry = symmetryOf(machine);
  if (symmetry === null) return 'no two contexts are alike';
  const images = system.images(symmetry.elements, reduces);
  if (images === null) return 'contexts that are alike step differently';
  const isFixed = images.fix(system.initial());
  return isFixed || asksOnlyForAll(machine, symmetry)
    ? images
    : 'the initial state tells contexts apart that are alike';
}

/** Such races are searched for in the graph of all states. */
function mayRaceBehind(machine: Machine): boolean {
  const moves = machine.contexts.map(({ nodes, cpu }) =>
    new Uint8Array(nodes.length).fill(cpu.op === 'const' ? 0 : 1),
  );
  return contendedLocations(machine, moves).size > 0;
}

/** What is seen of one context is said of none alone. */
function asksOnlyForAll({ properties }: Machine, { elements, keepsPlaces }: Symmetry): boolean {
  const moved = properties.some(
    ({ kind }, property) =>
      kind === 'sometimes' && elements.some((each) => at(each.properties, property) !== property),
  );
  return keepsPlaces && !moved;
}

/** Whether something fails in the graph of all states. */
export function fails(graph: Exploration): boolean {
  if (graph.violations.all.length > 0) return true;
  if (graph.limits.length === 0 && graph.never.length > 0) return true;
  const all = graph.goals.reduce((bits, _, goal) => bits | (1 << goal), 0);
  return graph.goals.length > 0 && reachableGoals(graph).some((can) => (can & all) !== all);
}

/** What was seen, of the graph of all states. */
export function unfolded(machine: Machine, graph: Exploration, { elements }: Images): Exploration {
  coverImages(machine, graph.system.coverage, elements);
  const never = graph.never.filter((property) =>
    elements.every((each) => graph.never.includes(at(each.properties, property))),
  );
  return { ...graph, never };
}

/** Where a node was executed, in some schedule each of its images is. */
function coverImages(
  { contexts }: Machine,
  coverage: readonly Uint8Array[],
  elements: Images['elements'],
): void {
  const covered = coverage.map((nodes) => nodes.slice());
  for (const element of elements) {
    contexts.forEach(({ nodes }, context) => {
      const to = at(coverage, at(element.contexts, context));
      nodes.forEach((_, node) => {
        const image = at(at(element.nodes, context), node);
        if (image >= 0 && covered[context]?.[node] === 1) to[image] = 1;
      });
    });
  }
}
