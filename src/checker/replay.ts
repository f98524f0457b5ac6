/**
 * Every counterexample is executed again by the plain interpreter before it is shown. The interpreter
 * knows only the machine and who steps; after each step it must be able to be where the explorer says
 * it is, else kcheck itself is wrong and says so.
 */
import { at } from '../machine/graph.ts';
import type { Machine } from '../machine/machine.ts';
import type { Snapshot } from '../memory-models/memory-model.ts';
import { Interpreter } from './interpreter.ts';
import type { State, StepOutcome } from './interpreter.ts';
import type { Move } from './path.ts';
import type { ReferenceModel } from './reference/memory.ts';
import type { TraceEvent, TraceStep } from './result.ts';

export class ReplayMismatch extends Error {}

export class Replay {
  readonly interpreter: Interpreter;
  readonly steps: TraceStep[] = [];
  state: State;
  readonly #machine: Machine;
  readonly #decode: (words: Int32Array) => Snapshot;

  constructor(machine: Machine, model: ReferenceModel, decode: (words: Int32Array) => Snapshot) {
    this.#machine = machine;
    this.#decode = decode;
    this.interpreter = new Interpreter(machine, model);
    this.state = this.interpreter.initialState();
  }

  /** Follows one move of the explorer. */
  follow(move: Move): void {
    const wanted = JSON.stringify(this.#decode(move.words));
    const matches = (state: State): boolean =>
      JSON.stringify(this.interpreter.snapshot(state)) === wanted;
    if (move.context < 0) {
      const cpu = -1 - move.context;
      const found = this.interpreter
        .internalSteps(this.state)
        .find((step) => step.cpu === cpu && matches(step.state));
      if (found === undefined) throw this.#mismatch(`memory of CPU ${cpu}`, wanted);
      this.#append(cpu, '', found.events);
      this.state = found.state;
      return;
    }
    const name = at(this.#machine.contexts, move.context).name;
    const found = this.interpreter
      .stepsOf(this.state, move.context)
      .find((step) => step.kind === 'state' && matches(step.state));
    if (found?.kind !== 'state') throw this.#mismatch(name, wanted);
    this.#append(found.cpu, name, found.events);
    this.state = found.state;
  }

  /** The step of a context that fails at a node; its message. */
  fail(context: number, node: number): string {
    const found = this.interpreter
      .stepsOf(this.state, context)
      .find((step): step is StepOutcome & { kind: 'failure' } => failsAt(step, node));
    const name = at(this.#machine.contexts, context).name;
    if (found === undefined) throw this.#mismatch(name, `a failure at node ${node}`);
    this.#append(found.cpu, name, found.events);
    return found.failure.message;
  }

  #append(cpu: number, context: string, events: readonly TraceEvent[]): void {
    this.steps.push({ step: this.steps.length + 1, cpu, context, events });
  }

  #mismatch(who: string, wanted: string): ReplayMismatch {
    return new ReplayMismatch(
      `step ${this.steps.length + 1} of ${who} cannot be replayed: the interpreter does not reach ${wanted}`,
    );
  }
}

function failsAt(step: StepOutcome, node: number): boolean {
  return step.kind === 'failure' && step.failure.node === node;
}
