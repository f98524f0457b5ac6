/**
 * The state of the reference for `power`: memory, the global fence view, and for each context the
 * whole history of its accesses in program order. A register is an expression in which `reg` n stands
 * for what access n of the history read, so that a load that is put off simply has no value yet.
 */
import type { Context, Expr, Machine, Node } from '../../../machine/machine.ts';
import { evaluate } from './evaluate.ts';
import type { Memory, View } from './views.ts';

export interface Access {
  readonly kind: 'load' | 'store' | 'rmw';
  readonly node: number;
  /** The context that made it; a CPU may run several. */
  readonly context: number;
  /** The location's index. */
  readonly address: Expr;
  /** Of a store. */
  readonly value: Expr | null;
  /** Of a write: a fence stands directly before it, and it is told of together with what that covers. */
  readonly releases: boolean;
  /** Accesses that decide what it writes, or whether. */
  readonly data: readonly number[];
  /** Of an update: what it writes depends on what it reads. */
  readonly self: boolean;
  /** Accesses whose value decided an earlier branch. */
  readonly control: readonly number[];
  /** The same as of the last isync: this access starts only when they are committed. */
  readonly isync: readonly number[];
  /** What fences before it made known. */
  readonly bound: View;
  /** As many accesses precede the last eieio. */
  readonly eieio: number;
  /** A load is satisfied, a store is in coherence order. */
  readonly done: boolean;
  /** Its message's position; null while it is not done or its message is an own store not done. */
  readonly position: number | null;
  /** The own store that it read from; null: another CPU's, or none. */
  readonly forwarded: number | null;
  /** What a load read. */
  readonly result: number | null;
  /** Init view (R2); of a load that is done. */
  readonly init: View | null;
}

/** A CPU's program order, and the context that runs there. */
export interface Thread {
  readonly context: number;
  /** The entry of views that counts this CPU's accesses. */
  readonly clock: number;
  readonly node: number;
  readonly registers: readonly Expr[];
  readonly accesses: readonly Access[];
  readonly control: readonly number[];
  readonly isync: readonly number[];
  readonly bound: View;
  readonly eieio: number;
  /** Steps of the current node that are done: a full atomic update has a fence before and behind. */
  readonly phase: number;
}

export interface State {
  readonly memory: Memory;
  /** What every sync so far made known. */
  readonly fence: View;
  readonly threads: readonly Thread[];
}

/** A thread a context: what a litmus test is. */
export function initialState(machine: Machine): State {
  return emptyState(
    machine,
    machine.contexts.map((program, context) => ({ program, context })),
  );
}

/**
 * Behind the locations, views have an entry a CPU: how many of its accesses are known, which is what
 * tells races. Memory has a location without messages for each.
 */
export function emptyState(
  machine: Machine,
  running: readonly { readonly program: Context; readonly context: number }[],
): State {
  const memory = [
    ...machine.locations.map((cell) => [{ value: cell.initial, atomic: false }]),
    ...running.map(() => []),
  ];
  const none = memory.map(() => 0);
  return {
    memory: memory.map((messages) => messages.map((message) => ({ ...message, view: none }))),
    fence: none,
    threads: running.map(({ program, context }, index) => ({
      context,
      clock: machine.locations.length + index,
      node: program.entry,
      registers: program.registers.map((): Expr => ({ op: 'const', value: 0 })),
      accesses: [],
      control: [],
      isync: [],
      bound: none,
      eieio: 0,
      phase: 0,
    })),
  };
}

export function threadAt(state: State, index: number): Thread {
  const thread = state.threads[index];
  if (thread === undefined) throw new Error(`no thread ${index}`);
  return thread;
}

export function accessAt(thread: Thread, index: number): Access {
  const access = thread.accesses[index];
  if (access === undefined) throw new Error(`no access ${index}`);
  return access;
}

export function nodeAt(context: Context, index: number): Node {
  const node = context.nodes[index];
  if (node === undefined) throw new Error(`no node ${index}`);
  return node;
}

export function withThread(state: State, index: number, thread: Thread): State {
  return { ...state, threads: state.threads.with(index, thread) };
}

export function withAccess(thread: Thread, index: number, change: Partial<Access>): Thread {
  const access = { ...accessAt(thread, index), ...change };
  return { ...thread, accesses: thread.accesses.with(index, access) };
}

/** A value over the thread's accesses; null while one that it needs is put off. */
export function valueOf(thread: Thread, expr: Expr): number | null {
  return evaluate(expr, (access) => accessAt(thread, access).result);
}

export function locationOf(thread: Thread, access: Access): number | null {
  return valueOf(thread, access.address);
}
