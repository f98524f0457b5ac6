/**
 * Every counterexample is executed again by the plain interpreter before it is shown. The interpreter
 * knows only the machine and who steps; after each step it must be able to be where the explorer says
 * it is, else kcheck itself is wrong and says so.
 */
import { at, nodeAt } from '../machine/graph.ts';
import type { Machine } from '../machine/machine.ts';
import type { Snapshot } from '../memory-models/memory-model.ts';
import { withEffects } from './effects/index.ts';
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
import type { TraceEvent, TraceStep } from './result.ts';

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

/** Of as many the plainest is shown. */
const MOST_COMPARED = 64;

export class Replay {
  readonly interpreter: Interpreting;
  #ways: readonly Way[];
  readonly #machine: Machine;
  readonly #model: string;
  readonly #decode: (words: Int32Array) => Snapshot;

  constructor(
    machine: Machine,
    model: ReferenceModel | OwnInterpreter,
    decode: (words: Int32Array) => Snapshot,
  ) {
    this.#machine = machine;
    this.#decode = decode;
    this.#model = model.name;
    this.interpreter = interpreterOf(machine, model);
    this.#ways = [{ state: this.interpreter.initialState(), before: null, step: null }];
  }

  get state(): StateView {
    return this.#way.state;
  }

  /** What happened so far, with what memory did. */
  get steps(): readonly TraceStep[] {
    return this.#stepsTo(this.#way);
  }

  /** Follows one move of the explorer. */
  follow({ context, words }: Move): void {
    const wanted = JSON.stringify(this.#decode(words));
    const cpu = context < 0 ? -1 - context : null;
    const ways = new Map<string, Way>();
    for (const way of this.#ways) {
      for (const found of this.#outcomes(way, context)) {
        if (found.kind === 'failure' || (cpu !== null && found.cpu !== cpu)) continue;
        if (JSON.stringify(this.interpreter.snapshot(found.state)) !== wanted) continue;
        const key = this.interpreter.key(found.state);
        if (!ways.has(key) && ways.size < MOST_WAYS) {
          const step = this.#step(way, context, found);
          ways.set(key, { state: found.state, before: way, step });
        }
      }
    }
    if (ways.size === 0) {
      throw this.#mismatch(cpu === null ? this.#nameOf(context) : `memory of CPU ${cpu}`, wanted);
    }
    this.#ways = [...ways.values()];
  }

  /** The step of a context, or of memory for it, that fails at a node; its message. */
  fail(context: number, node: number): string {
    const failed = this.#ways.flatMap((way) =>
      [context, -1].flatMap((mover) =>
        this.#outcomes(way, mover)
          .filter((step) => failsAt(step, node))
          .map((found) => ({ way, mover, found })),
      ),
    );
    const message = failed[0]?.found.failure.message;
    if (message === undefined) {
      throw this.#mismatch(this.#nameOf(context), `a failure at node ${node}`);
    }
    this.#ways = failed.map(({ way, mover, found }) => {
      const step = this.#step(way, mover, found);
      return { state: found.state ?? way.state, before: way, step };
    });
    return message;
  }

  /** Nobody can step now. */
  stop(): void {
    const stuck = this.#ways.filter(({ state }) => this.#isStuck(state));
    if (stuck.length === 0) throw this.#mismatch('nobody', 'a state without steps');
    this.#ways = stuck;
  }

  #isStuck(state: StateView): boolean {
    return (
      this.interpreter.memorySteps(state).length === 0 &&
      this.#machine.contexts.every(
        (_, context) => this.interpreter.stepsOf(state, context).length === 0,
      )
    );
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

  /** Of the ways that look alike, one in which memory did as little as may be that has to be told. */
  get #way(): Way {
    const [first, ...others] = this.#ways.slice(0, MOST_COMPARED);
    if (first === undefined) throw new Error('a replay without a way');
    let best = { way: first, told: others.length === 0 ? 0 : this.#told(first) };
    for (const way of others) {
      const told = this.#told(way);
      if (told < best.told) best = { way, told };
    }
    return best.way;
  }

  #told(way: Way): number {
    const events = this.#stepsTo(way).flatMap((step) => step.events);
    return events.reduce((count, { effects = [] }) => count + effects.length, 0);
  }

  #stepsTo(end: Way): readonly TraceStep[] {
    const steps: TraceStep[] = [];
    const states: StateView[] = [];
    for (let way: Way | null = end; way !== null; way = way.before) {
      states.unshift(way.state);
      if (way.step !== null) steps.unshift(way.step);
    }
    return withEffects(this.#machine, this.#model, this.interpreter, steps, states);
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

  #step(way: Way, mover: number, { cpu, events }: StepResult): TraceStep {
    const shown = events.length === 0 && mover >= 0 ? [this.#wentOn(way, mover)] : events;
    return { step: (way.step?.step ?? 0) + 1, cpu, context: this.#nameOf(mover), events: shown };
  }

  /** Of a step in which nothing happened that a reader would see: where it began. */
  #wentOn({ state }: Way, context: number): TraceEvent {
    const node = at(state.nodes, context);
    return {
      kind: 'local',
      node,
      site: nodeAt(at(this.#machine.contexts, context), node).site,
      primitive: '',
      variable: null,
      before: null,
      after: null,
      choice: null,
      note: '',
    };
  }

  #mismatch(who: string, wanted: string): ReplayMismatch {
    const step = (this.#way.step?.step ?? 0) + 1;
    return new ReplayMismatch(
      `step ${step} of ${who} cannot be replayed: the interpreter does not reach ${wanted}`,
    );
  }
}

function failsAt(step: StepResult, node: number): step is StepResult & { kind: 'failure' } {
  return step.kind === 'failure' && step.failure.node === node;
}
