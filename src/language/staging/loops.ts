/**
 * Loops. As long as its test is an ordinary value a loop is run, and so unrolled. From the iteration
 * on whose test is a model value it becomes a loop of the machine: everything since the iteration
 * began is rolled back, and machine-loop.ts goes on.
 */
import { refuse } from '../errors.ts';
import { Cell } from './cells.ts';
import { past } from './control.ts';
import { continues, runBody, valueOf } from './iteration.ts';
import { MachineLoop } from './machine-loop.ts';
import { isModel } from './values.ts';
import type { Completion, Frame } from './control.ts';
import type { Left, Loop } from './iteration.ts';
import type { Checkpoint, Stage } from './stage.ts';

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

function copies(variables: readonly Cell[]): readonly Cell[] {
  return variables.map((cell) => new Cell(cell.name, cell.raw));
}

/** A loop in a body. */
export function stagedLoop(stage: Stage, loop: Loop): Completion | undefined {
  const frame = stage.push(loop.id);
  const leaving = new Unroller(stage, loop, frame).run();
  return stage.close(frame, leaving);
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
