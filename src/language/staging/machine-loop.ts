/**
 * A loop of the machine. A header is made; test, body and update are staged once; every variable that
 * has another value at the back edge than at the header is promoted to a register, and the loop is
 * staged again until nothing new is promoted. Nothing but variables, nodes and edges can have changed
 * in between (see Region), so staging again is safe.
 */
import { refuse } from '../errors.ts';
import { Poison, merge, now } from './cells.ts';
import { runBody, valueOf } from './iteration.ts';
import { toScalar } from './scalars.ts';
import { isModel } from './values.ts';
import type { ValueType } from '../../machine/machine.ts';
import type { Move } from './builder.ts';
import type { Cell } from './cells.ts';
import type { Completion, Edge, Frame } from './control.ts';
import type { Loop } from './iteration.ts';
import type { Checkpoint, Stage } from './stage.ts';

/** A variable that the loop carries: its register, or why none can hold it. */
type Carried = ValueType | Poison;

/** A loop of the machine, staged until every variable that it carries is known. */
export class MachineLoop {
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
