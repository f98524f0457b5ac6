/**
 * The violations that a search meets on its way: for each property the states at which the shortest
 * trace may end. Breadth first, so the first one is as near as any; others of the same depth are kept
 * too, because the trace with the fewest context switches may end in one of them.
 */
import type { Node } from '../machine/machine.ts';
import type { FailureKind } from './result.ts';

export interface Violation {
  readonly kind: FailureKind;
  readonly property: string;
  /** Levels of the search from the initial state to the violating state. */
  readonly depth: number;
  readonly ends: End[];
}

/** A state, and for a step that fails there the context that steps and the node that fails. */
export interface End {
  readonly state: number;
  readonly context: number | null;
  readonly node: number | null;
}

const MOST_ENDS = 256;

/** What it is called that a step fails at a node. */
export function failureAt(node: Node): Pick<Violation, 'kind' | 'property'> {
  return node.kind === 'assert'
    ? { kind: 'assertion', property: node.name }
    : { kind: 'error', property: 'error' };
}

export class Violations {
  readonly #found = new Map<string, Violation>();

  get all(): readonly Violation[] {
    return [...this.#found.values()];
  }

  /** Whether the property is among them. */
  includes({ kind, property }: Pick<Violation, 'kind' | 'property'>): boolean {
    return this.#found.has(`${kind} ${property}`);
  }

  /** Takes in what another search has met before it was interrupted. */
  restore(all: readonly Violation[]): void {
    for (const violation of all) {
      this.#found.set(`${violation.kind} ${violation.property}`, violation);
    }
  }

  has(kind: FailureKind): boolean {
    return this.all.some((violation) => violation.kind === kind);
  }

  /** Of the one that lies deepest. */
  get depth(): number {
    return Math.max(0, ...this.all.map(({ depth }) => depth));
  }

  /** Those that lie no deeper. */
  within(depth: number): Violations {
    const near = new Violations();
    for (const [key, violation] of this.#found) {
      if (violation.depth <= depth) near.#found.set(key, violation);
    }
    return near;
  }

  /** Whether a state at this depth would still be of use to the property's trace. */
  wants(kind: FailureKind, property: string, depth: number): boolean {
    const known = this.#found.get(`${kind} ${property}`);
    return known === undefined || (known.depth === depth && known.ends.length < MOST_ENDS);
  }

  add(kind: FailureKind, property: string, depth: number, end: End): void {
    const key = `${kind} ${property}`;
    const known = this.#found.get(key);
    if (known === undefined) this.#found.set(key, { kind, property, depth, ends: [end] });
    else if (this.wants(kind, property, depth)) known.ends.push(end);
  }
}
