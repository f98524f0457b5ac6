/** A whole state of a machine under the reference for `power`: memory and CPUs, contexts, ghosts. */
import { at } from '../../../machine/graph.ts';
import type { Context, Expr, Machine } from '../../../machine/machine.ts';
import type { StateView } from '../interpreting.ts';
import { emptyState, threadAt, valueOf, withThread } from './state.ts';
import type { State, Thread } from './state.ts';

export interface ContextState {
  readonly node: number;
  readonly phase: number;
  /** The CPU whose accesses its registers stand for. */
  readonly cpu: number;
  readonly registers: readonly Expr[];
}

/** What must hold of a value that is put off. */
export interface Obligation {
  readonly cpu: number;
  readonly node: number;
  readonly context: number;
  /** Over the CPU's accesses. */
  readonly value: Expr;
  /** Why it fails, if it does. */
  readonly fails: (value: number) => string | null;
}

export class PowerState implements StateView {
  /** Threads are CPUs. */
  readonly world: State;
  readonly contexts: readonly ContextState[];
  readonly ghosts: readonly number[];
  readonly obligations: readonly Obligation[];

  constructor(
    world: State,
    contexts: readonly ContextState[],
    ghosts: readonly number[],
    obligations: readonly Obligation[],
  ) {
    this.world = world;
    this.contexts = contexts;
    this.ghosts = ghosts;
    this.obligations = obligations;
  }

  static initial(machine: Machine, cpuOf: (context: number) => number): PowerState {
    const nobody: Context | undefined = machine.contexts[0];
    if (nobody === undefined) throw new Error('a machine without contexts');
    const world = emptyState(
      machine,
      machine.cpus.map(() => ({ program: nobody, context: 0 })),
    );
    const contexts = machine.contexts.map(({ entry, registers }, context) => ({
      node: entry,
      phase: 0,
      cpu: cpuOf(context),
      registers: registers.map((): Expr => ({ op: 'const', value: 0 })),
    }));
    const ghosts = machine.ghosts.map(({ initial }) => initial);
    return new PowerState(world, contexts, ghosts, []);
  }

  get nodes(): readonly number[] {
    return this.contexts.map(({ node }) => node);
  }

  /** 0 where the value is put off. */
  get registers(): readonly (readonly number[])[] {
    return this.contexts.map((_, context) => this.values(context).map((value) => value ?? 0));
  }

  get memory(): { latest(location: number): number } {
    return { latest: (location) => this.world.memory[location]?.at(-1)?.value ?? 0 };
  }

  values(context: number): readonly (number | null)[] {
    const { cpu, registers } = at(this.contexts, context);
    return registers.map((register) => valueOf(threadAt(this.world, cpu), register));
  }

  with(change: {
    readonly world?: State;
    readonly contexts?: readonly ContextState[];
    readonly ghosts?: readonly number[];
    readonly obligations?: readonly Obligation[];
  }): PowerState {
    return new PowerState(
      change.world ?? this.world,
      change.contexts ?? this.contexts,
      change.ghosts ?? this.ghosts,
      change.obligations ?? this.obligations,
    );
  }

  /** The CPU's thread as the context runs on it. */
  thread(context: number, cpu: number): Thread {
    const { node, phase, registers } = at(this.contexts, context);
    return { ...threadAt(this.world, cpu), context, node, phase, registers };
  }

  /** The thread, and the context that runs on it, put back. */
  running(context: number, cpu: number, thread: Thread, world: State = this.world): PowerState {
    const { node, phase, registers } = thread;
    const contexts = this.contexts.with(context, { node, phase, cpu, registers });
    return this.with({ world: withThread(world, cpu, idle(thread)), contexts });
  }

  /** The accesses that a CPU has put off. */
  pendingOn(cpu: number): readonly number[] {
    return threadAt(this.world, cpu).accesses.flatMap(({ done }, index) => (done ? [] : [index]));
  }

  /** The context whose accesses the CPU has put off; -1: none. */
  ownerOf(cpu: number): number {
    const [first] = this.pendingOn(cpu);
    return first === undefined ? -1 : (threadAt(this.world, cpu).accesses[first]?.context ?? -1);
  }
}

/** A thread as it stands between steps: what runs there is kept with the context. */
function idle(thread: Thread): Thread {
  return { ...thread, context: 0, node: 0, phase: 0, registers: [] };
}
