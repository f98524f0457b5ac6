/**
 * The granularity of a step: the one definition that the explorer and the plain interpreter share.
 *
 * A *stop* is a node where a context may stand between steps. A step goes from a stop to the next:
 *  - phase 0: plain and local nodes, up to and including the first visible node or `choose`;
 *  - phase 1: local nodes, and atomic ones of any kind, up to the next node of another sort.
 * A mark ends a step that does not begin at it, whatever its phase.
 * If the node that ends phase 0 blocks, or one of the atomic region that it begins, nothing of the step
 * happens; if an assertion or an error comes before it, the step fails at once. docs/design/steps.md
 * argues why no failure is lost.
 */
import { isPlainAccess } from './footprint.ts';
import { at, cycles, nodeAt, successors } from './graph.ts';
import type { Context, Fence, Machine, Node, Program } from './machine.ts';
import { sharingOf } from './sharing.ts';
import type { Sharing } from './sharing.ts';

/**
 * local: nobody else notices. plain: a race-free access to memory, or a mark; a step may begin with it,
 * not end. visible: others may notice.
 */
export type StepKind = 'local' | 'plain' | 'visible';

export interface StepOptions {
  /** `visible`: those fences on which the memory model acts or blocks. */
  readonly fences: 'local' | 'visible' | ((fence: Fence) => 'local' | 'visible');
}

/** The kind of each context's nodes. */
export function stepKinds(
  machine: Machine,
  options: StepOptions = { fences: 'local' },
): readonly (readonly StepKind[])[] {
  const sharing = sharingOf(machine);
  return machine.contexts.map((context, index) => {
    const kinds = context.nodes.map((node) => kindOf(node, index, sharing, options));
    showAtomicRegions(context, kinds);
    cutCycles(context, kinds);
    return kinds;
  });
}

/** Whether a context may stand at the node between steps. */
export function isStop(program: Program, kinds: readonly StepKind[], node: number): boolean {
  return node === program.entry || endsStep(program, kinds, node);
}

/**
 * Whether a step that began at `start` ends before this node although it is in phase 0: at its end, and
 * at a mark, where a context may rest although what follows is blocked. The first step goes past a mark
 * that only assignments lie before, because the context rests at its entry already.
 */
export function endsEarly(program: Program, start: number, phase: 0 | 1, node: number): boolean {
  const { kind, atomic } = nodeAt(program, node);
  if (kind !== 'mark' || atomic) return kind === 'done';
  return phase === 1 || start !== program.entry || node !== afterAssignments(program);
}

/** The first node from the entry on that is no assignment. */
export function afterAssignments(program: Program): number {
  const passed = new Set<number>();
  let node = program.entry;
  while (nodeAt(program, node).kind === 'assign' && !passed.has(node)) {
    passed.add(node);
    node = nodeAt(program, node).next;
  }
  return node;
}

/** Whether a step that is in phase 1 ends before this node. */
export function endsStep(program: Program, kinds: readonly StepKind[], node: number): boolean {
  const { kind, atomic } = nodeAt(program, node);
  return kind === 'done' || (!atomic && at(kinds, node) !== 'local');
}

/** Whether phase 0 of a step ends with this node. */
export function endsPhase0(program: Program, kinds: readonly StepKind[], node: number): boolean {
  return at(kinds, node) === 'visible' || nodeAt(program, node).kind === 'choose';
}

/**
 * Whether the atomic region that the node belongs to can still refuse to step after the node: what the
 * node did is then undone with the rest of the region. At most one such node is executed in a step.
 */
export function mayBlockAfter(program: Program, kinds: readonly StepKind[], node: number): boolean {
  const refuses = (index: number): boolean => {
    const { kind } = nodeAt(program, index);
    return kind === 'wait' || (kind === 'fence' && at(kinds, index) !== 'local');
  };
  return successors(nodeAt(program, node)).some((next) => someInRegion(program, next, refuses));
}

function kindOf(node: Node, context: number, sharing: Sharing, options: StepOptions): StepKind {
  switch (node.kind) {
    case 'load':
    case 'store':
      return isPlainAccess(node) && sharing.mayMerge(context, node) ? 'plain' : 'visible';
    case 'get':
    case 'set':
      return node.address.candidates.every((g) => sharing.ownGhost(context, g))
        ? 'local'
        : 'visible';
    case 'fence':
      return typeof options.fences === 'function' ? options.fences(node.fence) : options.fences;
    case 'rmw':
    case 'wait':
    case 'done':
      return 'visible';
    // A place to stand and rest at, but nothing that others notice: the step goes on past it.
    case 'mark':
      return 'plain';
    case 'assign':
    case 'branch':
    case 'choose':
    case 'assert':
      return 'local';
  }
}

/**
 * A region that others notice begins with a node that others notice; else phase 1 of the step before
 * would run into the region, and two visible things would be one step.
 */
function showAtomicRegions(program: Program, kinds: StepKind[]): void {
  program.nodes.forEach((node, index) => {
    if (node.atomic) return;
    const entered = successors(node).filter((next) => nodeAt(program, next).atomic);
    if (entered.some((next) => regionShows(program, kinds, next))) kinds[index] = 'visible';
  });
}

function regionShows(program: Program, kinds: readonly StepKind[], from: number): boolean {
  return someInRegion(program, from, (node) => at(kinds, node) !== 'local');
}

/** Whether the test holds of `from`, or of a node that follows it in the atomic region. */
function someInRegion(program: Program, from: number, test: (node: number) => boolean): boolean {
  const seen = new Set<number>();
  const work = [from];
  for (let index = work.pop(); index !== undefined; index = work.pop()) {
    const node = nodeAt(program, index);
    if (seen.has(index) || !node.atomic) continue;
    seen.add(index);
    if (test(index)) return true;
    work.push(...successors(node));
  }
  return false;
}

/**
 * A cycle of which no node ends a phase would be a step without end: one node of each such cycle, its
 * head where that is possible, is made visible.
 */
function cutCycles(context: Context, kinds: StepKind[]): void {
  const runsOn = [
    (node: number): boolean => at(kinds, node) !== 'visible',
    (node: number): boolean => !endsStep(context, kinds, node),
  ];
  for (const inside of runsOn) {
    for (let found = cycles(context, inside); found.length > 0; found = cycles(context, inside)) {
      const cuts = found.map((cycle) => cycle.find((node) => !nodeAt(context, node).atomic));
      for (const cut of cuts) if (cut !== undefined) kinds[cut] = 'visible';
      // A cycle inside an atomic region has no such node; validation refuses it.
      if (cuts.includes(undefined)) break;
    }
  }
}
