/**
 * Whether a machine can follow a script: docs/design/explanation.md. A search of the plain interpreter's
 * states that goes on only with what the script says: each context its own acts in its own order. Steps of
 * memory, and steps in which nothing of the script happens, may come anywhere.
 */
import { at } from '../../machine/graph.ts';
import { interpreterOf } from '../interpreter.ts';
import type { Machine } from '../../machine/machine.ts';
import type {
  Interpreting,
  OwnInterpreter,
  StateView,
  StepResult,
} from '../reference/interpreting.ts';
import type { ReferenceModel } from '../reference/memory.ts';
import { Budget } from './budget.ts';
import { Independence } from './independence.ts';
import { isAct, isPutOff, sameAct } from './script.ts';
import type { Script } from './script.ts';

export type Followed = 'possible' | 'impossible' | 'unknown';

/** `reduced`: a step that nobody else can tell from the same one later is taken alone. */
export function follow(
  machine: Machine,
  reference: ReferenceModel | OwnInterpreter,
  script: Script,
  budget: Budget = Budget.of(reference.name, 0),
  reduced = true,
): Followed {
  return new Follower(machine, reference, script, budget, reduced).run();
}

interface Position {
  readonly state: StateView;
  /** By context, how many of its acts are done. */
  readonly done: readonly number[];
  /** Loads that are put off, with what they are to read; null: anything. */
  readonly pending: readonly Pending[];
}

interface Onward {
  readonly found: StepResult;
  readonly after: Omit<Position, 'state'>;
}

interface Pending {
  readonly cpu: number;
  readonly node: number;
  readonly value: number | null;
}

class Follower {
  readonly #interpreter: Interpreting;
  readonly #script: Script;
  readonly #independence: Independence | null;
  readonly #budget: Budget;
  readonly #seen = new Set<string>();
  readonly #stack: Position[] = [];

  constructor(
    machine: Machine,
    reference: ReferenceModel | OwnInterpreter,
    script: Script,
    budget: Budget,
    reduced: boolean,
  ) {
    this.#budget = budget;
    this.#interpreter = interpreterOf(machine, reference);
    this.#script = script;
    this.#independence = reduced ? Independence.of(machine, reference.name, script) : null;
  }

  run(): Followed {
    const done = this.#script.own.map(() => 0);
    this.#push({ state: this.#interpreter.initialState(), done, pending: [] });
    for (let here = this.#stack.pop(); here !== undefined; here = this.#stack.pop()) {
      if (this.#isAll(here) && this.#ends(here.state)) return 'possible';
      if (this.#expand(here)) return 'possible';
      if (this.#seen.size > this.#budget.mostFollowed || this.#budget.isSpent) return 'unknown';
    }
    return 'impossible';
  }

  #push(position: Position): void {
    const key = `${position.done.join(',')} ${this.#interpreter.key(position.state)}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#budget.spendFollowed();
    this.#stack.push(position);
  }

  /**
   * Whether a step from here fails as the trace does. A step that nobody else can tell from one taken
   * later is taken alone; else the context whose turn it is in the trace is tried first.
   */
  #expand(here: Position): boolean {
    const steps: Onward[] = [];
    for (const found of this.#interpreter.memorySteps(here.state)) {
      const after = this.#afterMemory(here, found);
      if (after === null) continue;
      if (this.#independence?.ofMemory(found) === true) return this.#goOn([{ found, after }]);
      steps.push({ found, after });
    }
    for (const context of this.#byTurn(here)) {
      const own = this.#interpreter.stepsOf(here.state, context).flatMap((found): Onward[] => {
        const after = this.#afterStep(here, context, found);
        return after === null ? [] : [{ found, after }];
      });
      const isAlone =
        own.length > 0 && own.every(({ found }) => this.#isAlone(found, context, here));
      if (isAlone) return this.#goOn(own);
      steps.push(...own);
    }
    return this.#goOn(steps);
  }

  #isAlone(found: StepResult, context: number, { done }: Position): boolean {
    return (
      found.kind === 'state' && this.#independence?.ofStep(found.events, context, done) === true
    );
  }

  /** The context that is next in the trace comes last, and so is taken up first. */
  #byTurn({ done }: Position): readonly number[] {
    const { acts, own } = this.#script;
    const turn = (context: number): number => own[context]?.[done[context] ?? 0] ?? acts.length;
    return done.map((_, context) => context).toSorted((a, b) => turn(b) - turn(a));
  }

  #goOn(steps: readonly Onward[]): boolean {
    for (const { found, after } of steps) {
      if (found.kind === 'state') this.#push({ ...after, state: found.state });
      else if (this.#fails(found.failure.node) && this.#isAll(after)) return true;
    }
    return false;
  }

  #fails(node: number): boolean {
    const { end } = this.#script;
    return end.kind === 'step' && node === end.node;
  }

  #afterMemory(here: Position, found: StepResult): Omit<Position, 'state'> | null {
    const pending = [...here.pending];
    for (const event of found.events) {
      if (event.kind !== 'load') continue;
      const index = pending.findIndex(({ cpu, node }) => cpu === found.cpu && node === event.node);
      const [due] = pending.splice(index, index < 0 ? 0 : 1);
      if (due === undefined || (due.value !== null && due.value !== event.before)) return null;
    }
    return { done: here.done, pending };
  }

  /** null: the step is not what the script says. */
  #afterStep(
    { done, pending }: Position,
    context: number,
    { events, cpu }: StepResult,
  ): Omit<Position, 'state'> | null {
    const own = at(this.#script.own, context);
    let mine = at(done, context);
    const late: Pending[] = [];
    for (const event of events.filter(isAct)) {
      const index = own[mine];
      const act = index === undefined ? null : at(this.#script.acts, index).event;
      if (act === null || !sameAct(act, event)) return null;
      if (isPutOff(event)) late.push({ cpu, node: event.node ?? -1, value: act.before });
      mine++;
    }
    return { done: done.with(context, mine), pending: [...pending, ...late] };
  }

  #isAll({ done }: Omit<Position, 'state'>): boolean {
    return sum(done) === this.#script.acts.length;
  }

  #ends(state: StateView): boolean {
    const { end } = this.#script;
    switch (end.kind) {
      case 'step':
        return false;
      case 'livelock':
        return true;
      case 'race':
        return this.#interpreter.findRace(state) !== null;
      case 'deadlock':
        return this.#isStuck(state);
      case 'property':
        return (
          (!end.final || this.#interpreter.isFinal(state)) &&
          this.#interpreter.evaluate(end.property, state) === 0
        );
    }
  }

  #isStuck(state: StateView): boolean {
    const { contexts } = this.#interpreter.machine;
    return (
      this.#interpreter.memorySteps(state).length === 0 &&
      contexts.every((_, context) => this.#interpreter.stepsOf(state, context).length === 0) &&
      contexts.some(
        ({ liveness }, context) =>
          liveness !== 'none' && !this.#interpreter.settled(state, context),
      )
    );
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
