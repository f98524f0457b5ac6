/**
 * Steps of a context, as docs/design/steps.md defines them. The attempt to step also tells what the
 * step would touch and where it blocks: races and deadlocks are explained from that.
 */
import { mayBlock } from '../../machine/expression.ts';
import { at, nodeAt } from '../../machine/graph.ts';
import { endsEarly, endsPhase0, endsStep, isStop, mayBlockAfter } from '../../machine/steps.ts';
import type { StepKind } from '../../machine/steps.ts';
import type { Context, Machine, Node } from '../../machine/machine.ts';
import type { TraceEvent } from '../result.ts';
import { Fault, evaluate, holds } from './evaluate.ts';
import { execute, locationTouched } from './execute.ts';
import type { Executed, StepFailure } from './execute.ts';
import type { History } from './happens-before.ts';
import { environment } from './state.ts';
import type { State } from './state.ts';

/** `step`: as the explorer steps. `node`: every node by itself, but for atomic regions. */
export type Granularity = 'step' | 'node';

/** A machine with what its analyses say of it. */
export interface Prepared {
  readonly machine: Machine;
  readonly kinds: readonly (readonly StepKind[])[];
  readonly live: readonly (readonly ReadonlySet<number>[])[];
  readonly granularity: Granularity;
}

export type StepOutcome =
  | {
      readonly kind: 'state';
      readonly cpu: number;
      readonly events: readonly TraceEvent[];
      readonly state: State;
    }
  | {
      readonly kind: 'failure';
      readonly cpu: number;
      readonly events: readonly TraceEvent[];
      readonly failure: StepFailure;
    };

/**
 * An access to memory that the context can make before any other context steps: of phase 0 of a step, or
 * of the atomic region that follows, if the region does not block after it. An RMW counts as a
 * write whether or not it stores.
 */
export interface Touch {
  readonly cpu: number;
  readonly node: number;
  readonly location: number;
  readonly write: boolean;
  readonly plain: boolean;
  /** A conflicting access made before, by its number in the history, which nothing orders; else null. */
  readonly unordered: number | null;
  readonly history: History;
}

export interface Attempt {
  readonly outcomes: readonly StepOutcome[];
  readonly touches: readonly Touch[];
  /** The node that blocks the step, with the state in which it does. */
  readonly blocked: { readonly node: number; readonly state: State } | null;
}

export const NO_ATTEMPT: Attempt = { outcomes: [], touches: [], blocked: null };

/** Nothing, where the context is done or its guard is false. */
export function attempt(prepared: Prepared, state: State, context: number): Attempt {
  const program = at(prepared.machine.contexts, context);
  if (nodeAt(program, at(state.nodes, context)).kind === 'done') return NO_ATTEMPT;
  try {
    if (!mayStep(prepared, state, context)) return NO_ATTEMPT;
    return new Walk(prepared, context, cpuOf(prepared.machine, state, context)).from(state);
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return { ...NO_ATTEMPT, outcomes: [unbound(program, state, context, fault.message)] };
  }
}

/** Whether the context's guard holds, or is not asked because it stands inside a step. */
export function mayStep({ machine, kinds }: Prepared, state: State, context: number): boolean {
  const program = at(machine.contexts, context);
  if (!isStop(program, at(kinds, context), at(state.nodes, context))) return true;
  return program.guard === null || holds(program.guard, ghostsOnly(state));
}

export function cpuOf(machine: Machine, state: State, context: number): number {
  const cpu = evaluate(at(machine.contexts, context).cpu, ghostsOnly(state));
  if (machine.cpus[cpu] === undefined) throw new Fault(`there is no CPU ${cpu}`);
  return cpu;
}

/** Everything zero that nobody reads any more. */
export function forgetDead({ live }: Prepared, state: State, context: number): State {
  const needed = at(at(live, context), at(state.nodes, context));
  const registers = at(state.registers, context).map((v, r) => (needed.has(r) ? v : 0));
  return { ...state, registers: state.registers.with(context, registers) };
}

function ghostsOnly({ ghosts }: State): {
  registers: readonly number[];
  ghosts: readonly number[];
} {
  return { registers: [], ghosts };
}

/** A guard or a binding at fault fails the step at the node where the context stands. */
function unbound(program: Context, state: State, context: number, message: string): StepOutcome {
  const node = at(state.nodes, context);
  const event: TraceEvent = {
    kind: 'error',
    node,
    site: nodeAt(program, node).site,
    primitive: '',
    variable: null,
    before: null,
    after: null,
    choice: null,
    note: message,
  };
  const failure = { node, kind: 'error', property: 'error', message } as const;
  return { kind: 'failure', cpu: 0, events: [event], failure };
}

/** A way through a step, so far. */
interface Way {
  readonly state: State;
  readonly events: readonly TraceEvent[];
  readonly phase: 0 | 1;
  /** Accesses that count only if the atomic region does not block. */
  readonly touches: readonly Touch[];
}

/** All ways through one step of one context. */
class Walk {
  readonly #prepared: Prepared;
  readonly #program: Context;
  readonly #kinds: readonly StepKind[];
  readonly #context: number;
  readonly #cpu: number;
  readonly #outcomes: StepOutcome[] = [];
  readonly #touches: Touch[] = [];
  #blocked: Attempt['blocked'] = null;
  #byNode = false;
  #start = 0;

  constructor(prepared: Prepared, context: number, cpu: number) {
    this.#prepared = prepared;
    this.#program = at(prepared.machine.contexts, context);
    this.#kinds = at(prepared.kinds, context);
    this.#context = context;
    this.#cpu = cpu;
  }

  from(state: State): Attempt {
    // What follows a mark belongs to it also node by node: a context rests there until that can happen.
    this.#start = at(state.nodes, this.#context);
    const { kind } = nodeAt(this.#program, this.#start);
    this.#byNode = this.#prepared.granularity === 'node' && kind !== 'mark';
    const start: Way = { state, events: [], phase: 0, touches: [] };
    const ways = this.#advance(start).toReversed();
    for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
      if (this.#isOver(way)) this.#end(way);
      else ways.push(...this.#advance(way).toReversed());
    }
    return { outcomes: this.#outcomes, touches: this.#touches, blocked: this.#blocked };
  }

  #isOver({ state, phase }: Way): boolean {
    const node = at(state.nodes, this.#context);
    if (endsEarly(this.#program, this.#start, phase, node)) return true;
    if (phase === 0) return false;
    return this.#byNode
      ? !nodeAt(this.#program, node).atomic
      : endsStep(this.#program, this.#kinds, node);
  }

  #end({ state, events, touches }: Way): void {
    this.#touches.push(...touches);
    const clean = forgetDead(this.#prepared, state, this.#context);
    this.#outcomes.push({ kind: 'state', cpu: this.#cpu, events, state: clean });
  }

  #advance(way: Way): readonly Way[] {
    const { state } = way;
    const node = at(state.nodes, this.#context);
    const touched = this.#touch(state, node);
    const undone = this.#mayBeUndone(node);
    if (!undone) this.#touches.push(...touched);
    const touches = undone ? [...way.touches, ...touched] : way.touches;
    const executed = execute(this.#prepared.machine, state, this.#context, this.#cpu);
    if (executed.length === 0) this.#blocked = { node, state };
    const phase = way.phase === 1 || this.#endsPhase0(node) ? 1 : 0;
    return executed.flatMap((outcome) => this.#follow({ ...way, phase, touches }, outcome));
  }

  #endsPhase0(node: number): boolean {
    return this.#byNode || endsPhase0(this.#program, this.#kinds, node);
  }

  #follow(way: Way, outcome: Executed): readonly Way[] {
    const { event } = outcome;
    const events = event === null ? way.events : [...way.events, event];
    if (outcome.kind === 'went') return [{ ...way, state: outcome.state, events }];
    this.#touches.push(...way.touches);
    this.#outcomes.push({ kind: 'failure', cpu: this.#cpu, events, failure: outcome.failure });
    return [];
  }

  /** Who spins on a location touches it, whatever comes of it. */
  #mayBeUndone(node: number): boolean {
    return (
      !mayBlock(nodeAt(this.#program, node)) && mayBlockAfter(this.#program, this.#kinds, node)
    );
  }

  #touch(state: State, index: number): readonly Touch[] {
    const node = nodeAt(this.#program, index);
    const location = this.#touched(state, node);
    if (location === null) return [];
    const plain = node.kind !== 'rmw' && 'order' in node && node.order === 'plain';
    const { history } = state.memory;
    const place = { cpu: this.#cpu, context: this.#context, node: index };
    const unordered = history.unordered(place, location);
    const write = node.kind !== 'load';
    return [{ cpu: this.#cpu, node: index, location, write, plain, unordered, history }];
  }

  /** An address at fault touches nothing; executing the node reports it. */
  #touched(state: State, node: Node): number | null {
    try {
      return locationTouched(node, environment(state, this.#context));
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      return null;
    }
  }
}
