/**
 * Program order: takes nodes one after another into the history of accesses, as far as nothing needs
 * a value that is not there (R7). A branch and an isync wait for the loads behind them, lwsync and
 * sync for every access, an atomic update is not passed. None of this is visible to others but sync.
 */
import type {
  Context,
  Expr,
  Fence,
  LoadOrder,
  Machine,
  Node,
  RmwOrder,
} from '../../../machine/machine.ts';
import { registersOf, replace } from './evaluate.ts';
import { commitClosure, loadsDone } from './order.ts';
import { observed } from './perform.ts';
import {
  nodeAt,
  threadAt,
  valueOf,
  withThread,
  type Access,
  type State,
  type Thread,
} from './state.ts';
import { join, joinAt, type View } from './views.ts';

/** What a context does next: more of its own, a sync, or nothing before memory has moved. */
export type Next =
  | { readonly kind: 'local'; readonly thread: Thread }
  | { readonly kind: 'sync'; readonly thread: Thread }
  | { readonly kind: 'choice'; readonly threads: readonly Thread[] }
  | { readonly kind: 'wait' };

const WAIT: Next = { kind: 'wait' };

/** Goes on with every context as far as possible without a visible step. */
export function settle(state: State, machine: Machine): State {
  let settled = state;
  machine.contexts.forEach((context, cpu) => {
    for (;;) {
      const next = issue(settled, context, threadAt(settled, cpu));
      if (next.kind !== 'local') break;
      settled = withThread(settled, cpu, next.thread);
    }
  });
  return settled;
}

/** The visible steps of a settled context that are not accesses: a sync, a choice. */
export function visible(state: State, machine: Machine, cpu: number): State[] {
  const context = machine.contexts[cpu];
  if (context === undefined) return [];
  const next = issue(state, context, threadAt(state, cpu));
  if (next.kind === 'choice') return next.threads.map((thread) => withThread(state, cpu, thread));
  if (next.kind !== 'sync') return [];
  const fence = join(state.fence, next.thread.bound);
  return [{ ...withThread(state, cpu, { ...next.thread, bound: fence }), fence }];
}

/** Whether the context has come to its end with nothing put off. */
export function isFinished(context: Context, thread: Thread): boolean {
  return nodeAt(context, thread.node).kind === 'done' && allDone(thread);
}

/** Takes the next node, or the next part of it. */
export function issue(state: State, context: Context, thread: Thread): Next {
  const node = nodeAt(context, thread.node);
  switch (node.kind) {
    case 'load':
      return issueLoad(state, thread, node);
    case 'store':
      return issueStore(state, thread, node);
    case 'rmw':
      return issueUpdate(state, thread, node);
    case 'fence':
      return issueFence(state, thread, FENCES[node.fence], node.next);
    case 'assign':
      return local({ ...thread, registers: assign(thread, node.moves), node: node.next });
    case 'branch':
      return issueBranch(thread, node);
    case 'choose':
      return issueChoice(thread, node);
    case 'done':
      return WAIT;
    default:
      throw new Error(`the reference for power has no ${node.kind}`);
  }
}

function local(thread: Thread): Next {
  return { kind: 'local', thread };
}

function assign(thread: Thread, moves: readonly (readonly [number, Expr])[]): Expr[] {
  const registers = [...thread.registers];
  for (const [register, value] of moves) registers[register] = replace(value, thread.registers);
  return registers;
}

type Barrier = 'sync' | 'lwsync' | 'isync' | 'eieio' | 'none';

/** As arch/powerpc maps the kernel's barriers. */
const FENCES: Readonly<Record<Fence, Barrier>> = {
  mb: 'sync',
  rmb: 'lwsync',
  wmb: 'lwsync',
  mb__before_atomic: 'sync',
  mb__after_atomic: 'sync',
  mb__after_spinlock: 'sync',
  mb__after_unlock_lock: 'sync',
  barrier: 'none',
  sync: 'sync',
  lwsync: 'lwsync',
  isync: 'isync',
  eieio: 'eieio',
  mfence: 'sync',
};

function issueFence(state: State, thread: Thread, barrier: Barrier, node: number): Next {
  switch (barrier) {
    case 'none':
      return local({ ...thread, node });
    case 'eieio':
      return local({ ...thread, eieio: thread.accesses.length, node });
    case 'isync': {
      const committed = loadsDone(thread, commitClosure(thread, thread.control));
      return committed ? local({ ...thread, isync: thread.control, node }) : WAIT;
    }
    case 'lwsync':
      return allDone(thread) ? local({ ...thread, bound: observation(state, thread), node }) : WAIT;
    case 'sync': {
      if (!allDone(thread)) return WAIT;
      return { kind: 'sync', thread: { ...thread, bound: observation(state, thread), node } };
    }
  }
}

export function allDone(thread: Thread): boolean {
  return thread.accesses.every((access) => access.done);
}

/** obs: all that the CPU wrote or read, with the views of those messages. */
function observation(state: State, thread: Thread): View {
  const counted = joinAt(thread.bound, thread.clock, thread.accesses.length);
  return thread.accesses.reduce(
    (view, _, index) => join(view, observed(state, thread, index)),
    counted,
  );
}

function issueLoad(state: State, thread: Thread, node: Node & { kind: 'load' }): Next {
  if (node.until !== null) throw new Error('the reference for power has no conditional load');
  if (thread.phase === 0) {
    const what = { kind: 'load', address: node.address.expr, value: null, data: [] } as const;
    const access = newAccess(thread, what);
    return local(append(thread, access, node));
  }
  return finishAcquire(state, thread, node.order, node.next);
}

/** A load is followed by its lwsync, if it has one; `phase` counts. */
function finishAcquire(state: State, thread: Thread, order: LoadOrder, next: number): Next {
  const onward = { ...thread, phase: 0, node: next };
  return order === 'acquire' ? fenceBefore(state, thread, 'lwsync', onward) : local(onward);
}

/** The thread `onward` once the barrier is done; `thread` is where it stands now. */
function fenceBefore(state: State, thread: Thread, barrier: Barrier, onward: Thread): Next {
  const fenced = issueFence(state, thread, barrier, onward.node);
  if (fenced.kind === 'wait' || fenced.kind === 'choice') return fenced;
  return { ...fenced, thread: { ...onward, bound: fenced.thread.bound } };
}

function issueStore(state: State, thread: Thread, node: Node & { kind: 'store' }): Next {
  if (node.order === 'release' && thread.phase === 0) {
    return fenceBefore(state, thread, 'lwsync', { ...thread, phase: 1 });
  }
  const { expr: address } = node.address;
  const data = dependencies(thread, node.value);
  const access = newAccess(thread, {
    kind: 'store',
    address,
    value: node.value,
    data,
    releases: node.order === 'release',
  });
  return local({ ...append(thread, access, node), phase: 0, node: node.next });
}

const BEFORE: Readonly<Record<RmwOrder, Barrier>> = {
  relaxed: 'none',
  acquire: 'none',
  release: 'lwsync',
  full: 'sync',
};

const BEHIND: Readonly<Record<RmwOrder, Barrier>> = {
  relaxed: 'none',
  acquire: 'lwsync',
  release: 'none',
  full: 'sync',
};

/**
 * Phase 0: the fence before. 1: the access. 2: the fence behind, once it is done. A control
 * dependence follows: arch/powerpc's loops around stwcx. end in a branch.
 */
function issueUpdate(state: State, thread: Thread, node: Node & { kind: 'rmw' }): Next {
  if (thread.phase === 0) {
    return fenceBefore(state, thread, BEFORE[node.order], { ...thread, phase: 1 });
  }
  if (thread.phase === 1) {
    const data = dependencies(thread, node.value, node.condition, node.until);
    if (!loadsDone(thread, data)) return WAIT;
    const { expr: address } = node.address;
    const self = registersOf(node.value).includes(node.register);
    const access = newAccess(thread, {
      kind: 'rmw',
      address,
      value: null,
      data,
      self,
      releases: node.order === 'release' || node.order === 'full',
    });
    return local({ ...append(thread, access, node), phase: 2 });
  }
  // A context that has moved to another CPU in between left its access behind.
  const index = thread.accesses.length - 1;
  const last = thread.accesses[index];
  const isHere = last?.node === thread.node && last.context === thread.context;
  if (isHere && !last.done) return WAIT;
  const control = isHere ? [...thread.control, index] : thread.control;
  const onward = { ...thread, control, phase: 0, node: node.next };
  return fenceBefore(state, thread, BEHIND[orderDone(thread, node)], onward);
}

/** The accesses that these expressions need; what an update's own register held before is among them. */
function dependencies(thread: Thread, ...expressions: readonly (Expr | null)[]): number[] {
  const found = expressions.flatMap((expr) =>
    expr === null ? [] : registersOf(replace(expr, thread.registers)),
  );
  return [...new Set(found)];
}

function orderDone(thread: Thread, node: Node & { kind: 'rmw' }): RmwOrder {
  if (node.condition === null) return node.order;
  const stored = valueOf(thread, replace(node.condition, thread.registers));
  return stored === 0 ? node.orderOnFailure : node.order;
}

function newAccess(
  thread: Thread,
  access: Pick<Access, 'kind' | 'address' | 'value' | 'data'> & {
    readonly self?: boolean;
    readonly releases?: boolean;
  },
): Access {
  const { node, context, control, isync, bound, eieio } = thread;
  return {
    kind: access.kind,
    node,
    context,
    address: replace(access.address, thread.registers),
    value: access.value === null ? null : replace(access.value, thread.registers),
    data: access.data,
    self: access.self ?? false,
    releases: access.releases ?? false,
    control,
    isync,
    bound,
    eieio,
    done: false,
    position: null,
    forwarded: null,
    result: null,
    init: null,
  };
}

/** Adds the access; its register, if it has one, now stands for what it reads. */
function append(
  thread: Thread,
  access: Access,
  node: Node & { kind: 'load' | 'store' | 'rmw' },
): Thread {
  const index = thread.accesses.length;
  const accesses = [...thread.accesses, access];
  if (node.kind === 'store') return { ...thread, accesses };
  const registers = thread.registers.with(node.register, { op: 'reg', register: index });
  return { ...thread, accesses, registers, phase: thread.phase + 1 };
}

function issueBranch(thread: Thread, node: Node & { kind: 'branch' }): Next {
  const condition = replace(node.condition, thread.registers);
  const value = valueOf(thread, condition);
  if (value === null) return WAIT;
  const control = [...new Set([...thread.control, ...registersOf(condition)])];
  return local({ ...thread, control, node: value !== 0 ? node.then : node.otherwise });
}

function issueChoice(thread: Thread, node: Node & { kind: 'choose' }): Next {
  const threads = Array.from({ length: node.count }, (_, value): Thread => {
    const registers = thread.registers.with(node.register, { op: 'const', value });
    return { ...thread, registers, node: node.next };
  });
  return { kind: 'choice', threads };
}
