/** A loop, and what is done once in each iteration of it, unrolled or not. */
import { now } from './cells.ts';
import { past } from './control.ts';
import type { Cell } from './cells.ts';
import type { Completion, Edge, Frame } from './control.ts';
import type { Stage } from './stage.ts';

export interface Loop {
  readonly id: number;
  /** Its test is `true`, or missing. */
  readonly endless: boolean;
  /** The body comes before the first test. */
  readonly bodyFirst: boolean;
  /** What `for (let …)` declares and assigns: each iteration has its own. */
  readonly variables: readonly Cell[];
  readonly test: (...variables: readonly Cell[]) => unknown;
  readonly body: (...variables: readonly Cell[]) => Completion | undefined;
  readonly update: (...variables: readonly Cell[]) => unknown;
}

export function continues(completion: Completion, id: number): boolean {
  return completion.kind === 'continue' && completion.id === id;
}

/** Ends an iteration: the paths that continued join the main one. */
function joinContinues(stage: Stage, frame: Frame, before: Iteration): void {
  if (frame.continues.length === 0) return;
  const main = stage.edge(before.mark);
  stage.trail.undo(before.mark);
  const edges: (Edge | null)[] = [...frame.continues, main];
  frame.continues.length = 0;
  stage.join(edges, before.since, false);
  stage.region = stage.departures() === before.departures ? before.region : {};
}

interface Iteration {
  /** Where the trail was; what is older stays on it, as the back edge is compared with the header. */
  readonly mark: number;
  readonly since: number;
  readonly departures: number;
  readonly region: object;
}

function iteration(stage: Stage): Iteration {
  return {
    mark: stage.trail.length,
    since: now(),
    departures: stage.departures(),
    region: stage.region,
  };
}

/** How one run of a body left the loop: going on, or ended with what the statement completes with. */
export type Left = 'again' | { readonly ended: Completion | undefined };

/** Runs a body once where control is; the paths that continue have joined when it says `again`. */
export function runBody(stage: Stage, frame: Frame, body: () => Completion | undefined): Left {
  const before = iteration(stage);
  const completion = stage.guarded(body);
  if (completion && !continues(completion, frame.id)) {
    // With nothing that continues this is an ordinary way out, and stays one.
    if (completion.kind !== 'dead' && frame.continues.length === 0) {
      return { ended: past(completion, frame.id) };
    }
    stage.settle(completion);
  }
  joinContinues(stage, frame, before);
  return stage.position ? 'again' : { ended: undefined };
}

/** Evaluates an expression; if no path gets to its value, control is nowhere afterwards. */
export function valueOf(stage: Stage, expression: () => unknown): unknown {
  let value: unknown;
  stage.guarded(() => {
    value = expression();
    return undefined;
  });
  return value;
}
