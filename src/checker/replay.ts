/**
 * Every counterexample is executed again by the plain interpreter before it is shown. The interpreter
 * knows only the machine and who steps; after each step it must be able to be where the explorer says
 * it is, else kcheck itself is wrong and says so.
 */
import { at } from '../machine/graph.ts';
import type { Machine } from '../machine/machine.ts';
import type { Snapshot } from '../memory-models/memory-model.ts';
import { interpreterOf } from './interpreter.ts';
import type { Move } from './path.ts';
import type {
  Interpreting,
  OwnInterpreter,
  StateView,
  StepResult,
} from './reference/interpreting.ts';
import type { ReferenceModel } from './reference/memory.ts';
import type { Race } from './reference/race.ts';
import type { TraceStep } from './result.ts';

export class ReplayMismatch extends Error {}

/** One way in which the interpreter can have followed so far. */
interface Way {
  readonly state: StateView;
  readonly before: Way | null;
  /** null: the start. */
  readonly step: TraceStep | null;
}

/** Ways that look alike are followed side by side; of more than these, the first. */
const MOST_WAYS = 512;

export class Replay {
  readonly interpreter: Interpreting;
  #ways: readonly Way[];
  readonly #machine: Machine;
  readonly #decode: (words: Int32Array) => Snapshot;

  constructor(
    machine: Machine,
    model: ReferenceModel | OwnInterpreter,
    decode: (words: Int32Array) => Snapshot,
  ) {
    this.#machine = machine;
    this.#decode = decode;
    this.interpreter = interpreterOf(machine, model);
    this.#ways = [{ state: this.interpreter.initialState(), before: null, step: null }];
  }

  get state(): StateView {
    return this.#way.state;
  }

  get steps(): readonly TraceStep[] {
    const steps: TraceStep[] = [];
    for (let way: Way | null = this.#way; way !== null; way = way.before) {
      if (way.step !== null) steps.unshift(way.step);
    }
    return steps;
  }

  /** Follows one move of the explorer. */
  follow({ context, words }: Move): void {
    const wanted = JSON.stringify(this.#decode(words));
    const name = this.#nameOf(context);
    const cpu = context < 0 ? -1 - context : null;
    const ways = new Map<string, Way>();
    for (const way of this.#ways) {
      for (const found of this.#outcomes(way, context)) {
        if (found.kind === 'failure' || (cpu !== null && found.cpu !== cpu)) continue;
        if (JSON.stringify(this.interpreter.snapshot(found.state)) !== wanted) continue;
        const key = this.interpreter.key(found.state);
        if (!ways.has(key) && ways.size < MOST_WAYS) ways.set(key, this.#after(way, name, found));
      }
    }
    if (ways.size === 0) {
      throw this.#mismatch(context < 0 ? `memory of CPU ${cpu}` : name, wanted);
    }
    this.#ways = [...ways.values()];
  }

  /** The step of a context, or of memory for it, that fails at a node; its message. */
  fail(context: number, node: number): string {
    const name = this.#nameOf(context);
    for (const way of this.#ways) {
      const outcomes = [...this.#outcomes(way, context), ...this.#outcomes(way, -1)];
      const found = outcomes.find((step): step is StepResult & { kind: 'failure' } =>
        failsAt(step, node),
      );
      if (found === undefined) continue;
      this.#ways = [{ state: way.state, before: way, step: this.#step(way, name, found) }];
      return found.failure.message;
    }
    throw this.#mismatch(name, `a failure at node ${node}`);
  }

  /** A race that is possible now; null: there is none. */
  findRace(): Race | null {
    for (const way of this.#ways) {
      const race = this.interpreter.findRace(way.state);
      if (race === null) continue;
      this.#ways = [way];
      return race;
    }
    return null;
  }

  get #way(): Way {
    return at(this.#ways, 0);
  }

  #outcomes({ state }: Way, context: number): readonly StepResult[] {
    return context < 0
      ? this.interpreter.memorySteps(state)
      : this.interpreter.stepsOf(state, context);
  }

  /** `''` for memory. */
  #nameOf(context: number): string {
    return context < 0 ? '' : at(this.#machine.contexts, context).name;
  }

  #after(way: Way, name: string, found: StepResult & { kind: 'state' }): Way {
    return { state: found.state, before: way, step: this.#step(way, name, found) };
  }

  #step(way: Way, context: string, { cpu, events }: StepResult): TraceStep {
    return { step: (way.step?.step ?? 0) + 1, cpu, context, events };
  }

  #mismatch(who: string, wanted: string): ReplayMismatch {
    const step = (this.#way.step?.step ?? 0) + 1;
    return new ReplayMismatch(
      `step ${step} of ${who} cannot be replayed: the interpreter does not reach ${wanted}`,
    );
  }
}

function failsAt(step: StepResult, node: number): boolean {
  return step.kind === 'failure' && step.failure.node === node;
}
