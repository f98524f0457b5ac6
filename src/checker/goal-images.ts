/**
 * Goals along the edges of a quotient graph. An edge of it leads to the image of a successor, under the
 * element that is kept with the edge: a goal can be reached from the successor where the goal's image can
 * be reached from its image.
 *
 * HOT CODE: before() runs once an edge.
 */
import { at } from '../machine/graph.ts';
import type { Automorphism } from '../machine/symmetry/automorphism.ts';
import type { Goal } from './goals.ts';

export class GoalImages {
  readonly #all: number;
  /** By element and each of four bytes of a word of goals. */
  readonly #tables: Int32Array;

  constructor(goals: readonly Goal[], elements: readonly Automorphism[]) {
    // At most 31 (goals.ts).
    this.#all = 2 ** goals.length - 1;
    this.#tables = new Int32Array(elements.length << 10);
    elements.forEach((element, e) => {
      const images = goals.map((goal) => imageOf(goal, goals, element));
      for (let byte = 0; byte < 4; byte++) {
        for (let bits = 0; bits < 256; bits++) {
          const word = bits << (8 * byte);
          const before = images.reduce((all, to, goal) => all | (((word >>> to) & 1) << goal), 0);
          this.#tables[(e << 10) | (byte << 8) | bits] = before;
        }
      }
    });
  }

  /** The goals whose images under the element are these. */
  before(element: number, goals: number): number {
    if ((goals & this.#all) === this.#all) return -1;
    const tables = this.#tables;
    const at = element << 10;
    return (
      (tables[at | (goals & 255)] as number) |
      (tables[at | 256 | ((goals >>> 8) & 255)] as number) |
      (tables[at | 512 | ((goals >>> 16) & 255)] as number) |
      (tables[at | 768 | (goals >>> 24)] as number)
    );
  }
}

function imageOf(goal: Goal, goals: readonly Goal[], element: Automorphism): number {
  return goals.findIndex((other) =>
    goal.kind === 'context'
      ? other.kind === 'context' && other.context === at(element.contexts, goal.context)
      : other.kind === 'property' && other.property === at(element.properties, goal.property),
  );
}
