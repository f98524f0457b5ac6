/**
 * Loops. As long as its test is an ordinary value a loop is run, and so unrolled. From the iteration
 * on whose test is a model value it becomes a loop of the machine: everything since the iteration
 * began is rolled back; a header is made; test, body and update are staged once; every variable that
 * has another value at the back edge than at the header is promoted to a register, and the loop is
 * staged again until nothing new is promoted. Nothing but variables, nodes and edges can have changed
 * in between (see Region), so staging again is safe.
 */
import { refuse } from '../errors.ts';
import { Cell, Poison, merge, now } from './cells.ts';
import { past } from './control.ts';
import { toScalar } from './scalars.ts';
import { isModel } from './values.ts';
import type { ValueType } from '../../machine/machine.ts';
import type { Move } from './builder.ts';
import type { Completion, Edge, Frame } from './control.ts';
import type { Checkpoint, Stage } from './stage.ts';

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

const LIMIT = 10_000;
/** Outside a body a loop makes no nodes; this many iterations are a mistake all the same. */
const ORDINARY_LIMIT = 1_000_000;

/** A loop outside every body: JavaScript's. `blame` runs what refuses it, at its place. */
export function ordinaryLoop(
  loop: Loop,
  blame: (refusal: () => never) => never,
): Completion | undefined {
  let { variables } = loop;
  let count = 0;
  for (let first = true; (first && loop.bodyFirst) || loop.test(...variables); first = false) {
    const completion = loop.body(...variables);
    if (completion && !continues(completion, loop.id)) return past(completion, loop.id);
    variables = copies(variables);
    loop.update(...variables);
    if (count++ > ORDINARY_LIMIT) blame(() => refuseEndless(ORDINARY_LIMIT));
  }
  return undefined;
}

function continues(completion: Completion, id: number): boolean {
  return completion.kind === 'continue' && completion.id === id;
}

function copies(variables: readonly Cell[]): readonly Cell[] {
  return variables.map((cell) => new Cell(cell.name, cell.raw));
}

/** A loop in a body. */
export function stagedLoop(stage: Stage, loop: Loop): Completion | undefined {
  const frame = stage.push(loop.id);
  const leaving = new Unroller(stage, loop, frame).run();
  return stage.close(frame, leaving);
}

/** Ends an iteration: the paths that continued join the main one. */
export function joinContinues(stage: Stage, frame: Frame, before: Iteration): void {
  if (frame.continues.length === 0) return;
  const main = stage.edge(before.mark);
  stage.trail.undo(before.mark);
  const edges: (Edge | null)[] = [...frame.continues, main];
  frame.continues.length = 0;
  stage.join(edges, before.since, false);
  stage.region = stage.departures() === before.departures ? before.region : {};
}

export interface Iteration {
  /** Where the trail was; what is older stays on it, as the back edge is compared with the header. */
  readonly mark: number;
  readonly since: number;
  readonly departures: number;
  readonly region: object;
}

export function iteration(stage: Stage): Iteration {
  return {
    mark: stage.trail.length,
    since: now(),
    departures: stage.departures(),
    region: stage.region,
  };
}

/** How one run of a body left the loop: going on, or ended with what the statement completes with. */
type Left = 'again' | { readonly ended: Completion | undefined };

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

/** `for (… of …)` over ordinary things is unrolled. */
export function stagedForOf(
  stage: Stage,
  id: number,
  elements: Iterable<unknown>,
  body: (element: unknown) => Completion | undefined,
): Completion | undefined {
  const frame = stage.push(id);
  let count = 0;
  for (const element of elements) {
    if (count++ > LIMIT) refuseEndless();
    const left = runBody(stage, frame, () => body(element));
    if (left !== 'again') return stage.close(frame, left.ended);
  }
  return stage.close(frame, undefined);
}

export function ordinaryForOf(
  id: number,
  elements: Iterable<unknown>,
  body: (element: unknown) => Completion | undefined,
): Completion | undefined {
  for (const element of elements) {
    const completion = body(element);
    if (completion && !continues(completion, id)) return past(completion, id);
  }
  return undefined;
}

/** Runs a loop while its test is ordinary. */
class Unroller {
  readonly #stage: Stage;
  readonly #loop: Loop;
  readonly #frame: Frame;
  #variables: readonly Cell[];

  constructor(stage: Stage, loop: Loop, frame: Frame) {
    this.#stage = stage;
    this.#loop = loop;
    this.#frame = frame;
    this.#variables = loop.variables;
  }

  /** Leaves the position where the loop ends by its test or a break; returns any other way out. */
  run(): Completion | undefined {
    for (let count = 0; ; count++) {
      if (count > LIMIT) refuseEndless();
      const start = this.#stage.checkpoint();
      const left = this.#loop.bodyFirst ? this.#bodyThenTest(start) : this.#testThenBody(start);
      if (left === 'model') {
        return new MachineLoop(this.#stage, this.#loop, this.#frame, this.#variables).run(start);
      }
      if (left !== 'again') return left.ended;
    }
  }

  #testThenBody(start: Checkpoint): Left | 'model' {
    const test = this.#test(start);
    if (test !== true) return test;
    const left = runBody(this.#stage, this.#frame, () => this.#loop.body(...this.#variables));
    return left === 'again' ? this.#update() : left;
  }

  #bodyThenTest(start: Checkpoint): Left | 'model' {
    if (this.#loop.endless) return 'model';
    const left = runBody(this.#stage, this.#frame, () => this.#loop.body(...this.#variables));
    if (left !== 'again') return left;
    const test = this.#test(start);
    return test === true ? 'again' : test;
  }

  /** true: ordinary, and go on. */
  #test(start: Checkpoint): true | 'model' | Left {
    if (this.#loop.endless) return 'model';
    const test = valueOf(this.#stage, () => this.#loop.test(...this.#variables));
    if (!this.#stage.position) return { ended: undefined };
    if (!isModel(test)) return test ? true : { ended: undefined };
    if (this.#stage.mutations !== start.mutations) refuseChange();
    return 'model';
  }

  #update(): Left {
    this.#variables = copies(this.#variables);
    valueOf(this.#stage, () => this.#loop.update(...this.#variables));
    return this.#stage.position ? 'again' : { ended: undefined };
  }
}

/** Evaluates an expression; if no path gets to its value, control is nowhere afterwards. */
function valueOf(stage: Stage, expression: () => unknown): unknown {
  let value: unknown;
  stage.guarded(() => {
    value = expression();
    return undefined;
  });
  return value;
}

/** A variable that the loop carries: its register, or why none can hold it. */
type Carried = ValueType | Poison;

/** A loop of the machine, staged until every variable that it carries is known. */
class MachineLoop {
  readonly #stage: Stage;
  readonly #loop: Loop;
  readonly #frame: Frame;
  readonly #variables: readonly Cell[];
  readonly #carried = new Map<Cell, Carried>();

  constructor(stage: Stage, loop: Loop, frame: Frame, variables: readonly Cell[]) {
    this.#stage = stage;
    this.#loop = loop;
    this.#frame = frame;
    this.#variables = variables;
  }

  run(start: Checkpoint): undefined {
    refuseWhereNoLoopMayBe(this.#stage);
    do this.#stage.rollback(start);
    while (!this.#attempt());
    return undefined;
  }

  /** Stages the loop; false when a variable turned out to be carried that was not known to be. */
  #attempt(): boolean {
    const stage = this.#stage;
    const registers = this.#enter();
    const header = stage.builder.nodes.length;
    const mark = stage.trail.length;
    const since = now();
    stage.region = {};
    const exit = this.#loop.bodyFirst ? this.#bodyThenTest() : this.#testThenBody();
    if (stage.position) {
      const moves = this.#backMoves(registers, mark, since);
      if (moves === null) return false;
      stage.assign(moves);
      if (stage.builder.nodes.length === header) stage.record({ kind: 'assign', moves: [] });
      const { position } = stage;
      if ('ends' in position) stage.builder.tie(position.ends, header);
    }
    stage.position = null;
    if (exit) this.#frame.breaks.push(exit);
    return true;
  }

  /** Gives each carried variable its register, ahead of the header. */
  #enter(): ReadonlyMap<Cell, number> {
    const stage = this.#stage;
    const registers = new Map<Cell, number>();
    const moves: Move[] = [];
    for (const [cell, carried] of this.#carried) {
      if (carried instanceof Poison) {
        stage.trail.put(cell, carried);
        continue;
      }
      const { index, value } = stage.fresh(cell.name, carried);
      moves.push([index, toScalar(cell.raw, stage).expr]);
      registers.set(cell, index);
      stage.trail.put(cell, value);
    }
    stage.assign(moves);
    return registers;
  }

  /** The way out by the test; null: there is none. Goes on where the next iteration begins. */
  #testThenBody(): Edge | null {
    const stage = this.#stage;
    const exit = this.#exit();
    if (!stage.position) return exit;
    const left = runBody(stage, this.#frame, () => this.#loop.body(...this.#variables));
    if (left !== 'again') this.#leave(left.ended);
    if (stage.position) valueOf(stage, () => this.#loop.update(...this.#variables));
    return exit;
  }

  #bodyThenTest(): Edge | null {
    const stage = this.#stage;
    const left = runBody(stage, this.#frame, () => this.#loop.body(...this.#variables));
    if (left !== 'again') this.#leave(left.ended);
    return stage.position ? this.#exit() : null;
  }

  /** An ordinary way out of a body that is staged once: it is taken whenever control comes by. */
  #leave(ended: Completion | undefined): void {
    const stage = this.#stage;
    if (!stage.position) return;
    if (ended) return stage.settle(ended);
    const edge = stage.edge(this.#frame.mark);
    if (edge) this.#frame.breaks.push(edge);
    stage.position = null;
  }

  #exit(): Edge | null {
    const stage = this.#stage;
    if (this.#loop.endless) return null;
    const test = valueOf(stage, () => this.#loop.test(...this.#variables));
    if (!stage.position) return null;
    if (!isModel(test)) {
      if (test) return null;
      const edge = stage.edge(this.#frame.mark);
      stage.position = null;
      return edge;
    }
    const [stay, leave] = stage.branch(toScalar(test, stage).expr);
    stage.position = leave;
    const edge = stage.edge(this.#frame.mark);
    stage.position = stay;
    return edge;
  }

  /** What the back edge assigns; null after a variable was found that has to be carried. */
  #backMoves(
    registers: ReadonlyMap<Cell, number>,
    mark: number,
    since: number,
  ): readonly Move[] | null {
    const stage = this.#stage;
    const moves: Move[] = [];
    let known = true;
    for (const [cell, value] of stage.trail.changes(mark)) {
      if (cell.born > since || this.#carried.get(cell) instanceof Poison) continue;
      const before = stage.trail.valueAt(cell, mark);
      const merged = merge([before, value]);
      const register = registers.get(cell);
      if (merged.kind === 'same') continue;
      if (merged.kind === 'phi' && register !== undefined) {
        moves.push([register, toScalar(value, stage).expr]);
      } else {
        const reason = merged.kind === 'conflict' ? merged.reason : '';
        this.#carried.set(cell, merged.kind === 'phi' ? merged.type : new Poison(reason));
        known = false;
      }
    }
    return known ? moves : null;
  }
}

function refuseWhereNoLoopMayBe(stage: Stage): void {
  if (stage.kind === 'property') {
    refuse(
      'KC0124',
      'a loop on a model value in a property',
      'A property is evaluated in one go and must end; loop over an ordinary list.',
    );
  }
  if (stage.pure) {
    refuse(
      'KC0122',
      'a loop on a model value in an expression that must be free of steps',
      'A guard, a CPU binding or a wait condition is one expression; unroll the loop over an ordinary list.',
    );
  }
  if (stage.atomic !== 'no') {
    refuse(
      'KC0123',
      'a loop on a model value inside atomic()',
      'An atomic section is one step and must end; loop over an ordinary list, or outside of it.',
    );
  }
}

function refuseEndless(limit: number = LIMIT): never {
  return refuse(
    'KC0116',
    `the loop was unrolled ${limit} times`,
    'Its condition is an ordinary value, so it runs while the spec loads; make it depend on a model value, or end it.',
  );
}

function refuseChange(): never {
  return refuse(
    'KC0118',
    'an ordinary object changes in a part of the loop that has to be staged again',
    'Keep what changes in a let variable, in shared() or in ghost() state.',
  );
}
