/**
 * The state of the reference for `power`: memory, the global fence view, and for each context the
 * whole history of its accesses in program order. A register is an expression in which `reg` n stands
 * for what access n of the history read, so that a load that is put off simply has no value yet.
 */
import type { Context, Expr, Machine, Node } from '../../../machine/machine.ts';
import { evaluate } from './evaluate.ts';
import { bottom, type Memory, type View } from './views.ts';

export interface Access {
  readonly kind: 'load' | 'store' | 'rmw';
  readonly node: number;
  /** The location's index. */
  readonly address: Expr;
  /** Of a store. */
  readonly value: Expr | null;
  /** Accesses that decide what it writes, or whether. */
  readonly data: readonly number[];
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

export interface Thread {
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

export function initialState(machine: Machine): State {
  const none = machine.locations.map(() => 0);
  const memory = machine.locations.map((cell) => [
    { value: cell.initial, view: none, atomic: false },
  ]);
  return {
    memory,
    fence: bottom(memory),
    threads: machine.contexts.map((context) => ({
      node: context.entry,
      registers: context.registers.map((): Expr => ({ op: 'const', value: 0 })),
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
