/** A run that a person walks: the plain interpreter, one chosen step after the other, and back. */
import type { Machine } from '../../machine/machine.ts';
import { stateFails, stepFails } from '../rerun/fails.ts';
import type { Fails } from '../rerun/fails.ts';
import { shownSteps } from '../rerun/shown.ts';
import { stepsTo } from '../rerun/ways.ts';
import type { Way } from '../rerun/ways.ts';
import type { Interpreting, StateView, StepResult } from '../reference/interpreting.ts';
import type { TraceStep, Waiting } from '../result.ts';

/** A step that can be taken. */
export interface Choice {
  /** A context, or -1 for memory. */
  readonly mover: number;
  readonly result: StepResult;
}

export class HandWalk {
  readonly interpreter: Interpreting;
  readonly #model: string;
  #way: Way;
  /** Steps that were taken back, the next one last. */
  #ahead: Way[] = [];

  constructor(interpreter: Interpreting, model: string) {
    this.interpreter = interpreter;
    this.#model = model;
    this.#way = { state: interpreter.initialState(), before: null, by: null, passed: 0 };
  }

  get machine(): Machine {
    return this.interpreter.machine;
  }

  get state(): StateView {
    return this.#way.state;
  }

  get way(): Way {
    return this.#way;
  }

  /** The state before the last step; null at the start. */
  get before(): StateView | null {
    return this.#way.before?.state ?? null;
  }

  /** How many steps were taken, and how many can be taken again. */
  get length(): number {
    return stepsTo(this.#way).length;
  }

  get ahead(): number {
    return this.#ahead.length;
  }

  /** What happened so far, with what memory did. */
  get steps(): readonly TraceStep[] {
    return shownSteps(this.interpreter, this.#model, this.#way);
  }

  /** Everything that can happen next; nothing behind a step that failed. */
  get choices(): readonly Choice[] {
    return choicesAt(this.interpreter, this.#way);
  }

  /** The step that a choice would be. */
  shown(choice: Choice): TraceStep {
    const step = shownSteps(this.interpreter, this.#model, after(this.#way, choice)).at(-1);
    if (step === undefined) throw new Error('a choice that is no step');
    return step;
  }

  /** What fails here. */
  get fails(): readonly Fails[] {
    const failed = stepFails(this.machine, this.#way);
    if (failed !== null) return [failed];
    return stateFails(this.interpreter, this.#way.state, { races: true });
  }

  get waiting(): readonly Waiting[] {
    return this.interpreter.blockedOn(this.#way.state);
  }

  take(choice: Choice): void {
    this.#ahead = [];
    this.#way = after(this.#way, choice);
  }

  /** Takes back so many steps; how many there were. */
  back(count: number): number {
    let done = 0;
    for (; done < count && this.#way.before !== null; done++) {
      this.#ahead.push(this.#way);
      this.#way = this.#way.before;
    }
    return done;
  }

  /** Takes so many again that were taken back. */
  forward(count: number): number {
    let done = 0;
    for (let way = this.#ahead.pop(); way !== undefined; way = this.#ahead.pop()) {
      this.#way = way;
      done++;
      if (done === count) break;
    }
    return done;
  }

  /** Goes where another way of this interpreter leads. */
  place(way: Way): void {
    this.#ahead = [];
    this.#way = way;
  }
}

export function after(way: Way, choice: Choice): Way {
  const { result } = choice;
  return { state: result.state ?? way.state, before: way, by: choice, passed: 0 };
}

/** Steps of one mover that lead to the same state and tell the same count once. */
export function choicesAt(interpreter: Interpreting, way: Way): readonly Choice[] {
  if (way.by?.result.kind === 'failure') return [];
  const { contexts } = interpreter.machine;
  const all = [
    ...contexts.flatMap((_, mover) =>
      interpreter.stepsOf(way.state, mover).map((result) => ({ mover, result })),
    ),
    ...interpreter.memorySteps(way.state).map((result) => ({ mover: -1, result })),
  ];
  const known = new Map(all.map((choice) => [keyOf(interpreter, choice), choice]));
  return [...known.values()];
}

function keyOf(interpreter: Interpreting, { mover, result }: Choice): string {
  const state = result.state === undefined ? '' : interpreter.key(result.state);
  return JSON.stringify([mover, result.kind, result.cpu, result.events, state]);
}
