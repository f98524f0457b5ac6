/**
 * The steps that touch memory: satisfying a load (R3, R4), placing a store in coherence order (R5),
 * both at once for an atomic update.
 */
import type { Machine } from '../../../machine/machine.ts';
import {
  addressDependencies,
  addressesKnown,
  commitClosure,
  commitView,
  dataDependencies,
  initViews,
  loadsDone,
  sameLocation,
} from './order.ts';
import {
  accessAt,
  locationOf,
  threadAt,
  valueOf,
  withAccess,
  withThread,
  type Access,
  type State,
  type Thread,
} from './state.ts';
import { evaluate } from './evaluate.ts';
import { insert, isAcyclic, join, joinAt, messageAt, shift, type View } from './views.ts';

/** Whether a load may be satisfied now: its address and what it must come behind are known. */
export function canLoad(thread: Thread, index: number): boolean {
  const access = accessAt(thread, index);
  if (access.done || access.kind === 'store' || !addressesKnown(thread, index)) return false;
  // Loads of one location in program order: cc0 holds between them, and rdw needs it.
  if (!loadsDone(thread, sameLocation(thread, index))) return false;
  return loadsDone(thread, commitClosure(thread, access.isync));
}

/** Every state that satisfying the load leads to. */
export function load(state: State, cpu: number, index: number): State[] {
  const thread = threadAt(state, cpu);
  const own = lastOwnStore(thread, index);
  if (own !== null && !accessAt(thread, own).done) return forward(state, cpu, index, own);
  const { location, lowest } = readable(state, thread, index);
  const messages = state.memory[location] ?? [];
  return messages.flatMap((_, position) =>
    position < lowest ? [] : [satisfy(state, cpu, index, position)],
  );
}

/** The newest own store to the load's location before it in program order. */
function lastOwnStore(thread: Thread, index: number): number | null {
  const stores = sameLocation(thread, index).filter((at) => accessAt(thread, at).kind !== 'load');
  return stores.at(-1) ?? null;
}

/** The location, and the oldest message that the load may read. */
function readable(
  state: State,
  thread: Thread,
  index: number,
): { readonly location: number; readonly lowest: number } {
  const access = accessAt(thread, index);
  const location = known(locationOf(thread, access));
  const bound = join(access.bound, dependencyView(state, thread, index));
  const seen = sameLocation(thread, index).map((at) => positionOf(thread, at));
  return { location, lowest: Math.max(bound[location] ?? 0, ...seen) };
}

/** Init views of address registers, and what an isync lets through: ii0's dd, and ci. */
export function dependencyView(state: State, thread: Thread, index: number): View {
  const addresses = initViews(thread, state.memory, addressDependencies(thread, index));
  const { isync } = accessAt(thread, index);
  return isync.length === 0 ? addresses : join(addresses, commitView(thread, state.memory, isync));
}

/** Reads an own store that is not in coherence order yet, once its value is known. */
function forward(state: State, cpu: number, index: number, store: number): State[] {
  const thread = threadAt(state, cpu);
  const { value } = accessAt(thread, store);
  const result = value === null ? null : valueOf(thread, value);
  if (result === null) return [];
  const init = forwardedView(state, thread, index, store);
  const change = { done: true, forwarded: store, result, init };
  return [withThread(state, cpu, withAccess(thread, index, change))];
}

/** rfi: the store's init view, which is that of the registers it was made of. */
function forwardedView(state: State, thread: Thread, index: number, store: number): View {
  const { self } = accessAt(thread, store);
  const operands = [...addressDependencies(thread, store), ...dataDependencies(thread, store)];
  const sources = self ? [...operands, store] : operands;
  const passed = initViews(thread, state.memory, sources);
  return join(passed, dependencyView(state, thread, index));
}

function satisfy(state: State, cpu: number, index: number, position: number): State {
  const thread = threadAt(state, cpu);
  const location = known(locationOf(thread, accessAt(thread, index)));
  const { value: result, view } = messageAt(state.memory, location, position);
  const own = lastOwnStore(thread, index);
  const forwarded = own !== null && positionOf(thread, own) === position ? own : null;
  const init =
    forwarded === null
      ? externalView(state, thread, index, position, view)
      : forwardedView(state, thread, index, forwarded);
  const change = { done: true, position, forwarded, result, init };
  return withThread(state, cpu, withAccess(thread, index, change));
}

/** The message's view, with rdw and detour: earlier accesses to the location that met another one. */
function externalView(
  state: State,
  thread: Thread,
  index: number,
  position: number,
  view: View,
): View {
  let init = join(view, dependencyView(state, thread, index));
  for (const earlier of sameLocation(thread, index)) {
    if (positionOf(thread, earlier) === position) continue;
    const isLoad = accessAt(thread, earlier).kind === 'load';
    const added = isLoad
      ? initViews(thread, state.memory, [earlier])
      : commitView(thread, state.memory, [earlier]);
    init = join(init, added);
  }
  return init;
}

/** Whether a store may take its place in coherence order now. */
export function canStore(thread: Thread, index: number): boolean {
  const access = accessAt(thread, index);
  if (access.done || access.kind === 'load' || !addressesKnown(thread, index)) return false;
  if (
    access.kind === 'store' &&
    (access.value === null || valueOf(thread, access.value) === null)
  ) {
    return false;
  }
  const closure = new Set(commitClosure(thread, [index]));
  closure.delete(index);
  if (!loadsDone(thread, closure)) return false;
  return [...sameLocation(thread, index), ...before(thread, access)].every(
    (at) => accessAt(thread, at).done,
  );
}

/** Stores before the eieio that precedes this access. */
function before(thread: Thread, access: Access): number[] {
  const earlier = thread.accesses.slice(0, access.eieio);
  return earlier.flatMap(({ kind }, at) => (kind === 'load' ? [] : [at]));
}

/** Every state that placing the store leads to. */
export function store(state: State, cpu: number, index: number): State[] {
  const thread = threadAt(state, cpu);
  const access = accessAt(thread, index);
  const location = known(locationOf(thread, access));
  const value = known(access.value === null ? null : valueOf(thread, access.value));
  const carried = carriedView(state, thread, index);
  const view = released(thread, index, carried);
  const seen = sameLocation(thread, index).map((at) => positionOf(thread, at));
  const newest = Math.max(carried[location] ?? 0, ...seen);
  const messages = state.memory[location] ?? [];
  const places = Array.from({ length: messages.length - newest }, (_, more) => newest + 1 + more);
  return places.flatMap((at) => {
    if (messages[at]?.atomic === true) return [];
    const message = { value, view, atomic: false };
    const placed = place(state, cpu, index, { location, at, message, change: {} });
    return placed === null ? [] : [placed];
  });
}

/** A release is known to whoever reads from it, as all is that precedes its fence. */
function released(thread: Thread, index: number, carried: View): View {
  return accessAt(thread, index).releases ? joinAt(carried, thread.clock, index + 1) : carried;
}

/** What fences made known, the commit view, and the stores in front of an eieio with their views. */
export function carriedView(state: State, thread: Thread, index: number): View {
  const access = accessAt(thread, index);
  let view = join(access.bound, commitView(thread, state.memory, [index]));
  for (const earlier of before(thread, access)) {
    view = join(view, observed(state, thread, earlier));
  }
  return view;
}

/** A message that the access wrote or read, and that message's view. */
export function observed(state: State, thread: Thread, index: number): View {
  const location = known(locationOf(thread, accessAt(thread, index)));
  const position = positionOf(thread, index);
  return joinAt(messageAt(state.memory, location, position).view, location, position);
}

interface Placement {
  readonly location: number;
  readonly at: number;
  readonly message: { readonly value: number; readonly view: View; readonly atomic: boolean };
  readonly change: Partial<Access>;
}

/** Inserts the message and moves every position behind it; null where that closes a cycle. */
function place(state: State, cpu: number, index: number, placement: Placement): State | null {
  const { location, at, message } = placement;
  const memory = insert(state.memory, location, at, message);
  if (!isAcyclic(memory)) return null;
  const move = (view: View): View => shift(view, location, at);
  const threads = state.threads.map((thread) => moveThread(thread, location, at));
  const moved = { memory, fence: move(state.fence), threads };
  const thread = withAccess(threadAt(moved, cpu), index, {
    ...placement.change,
    done: true,
    position: at,
  });
  return withThread(moved, cpu, thread);
}

function moveThread(thread: Thread, location: number, at: number): Thread {
  const accesses = thread.accesses.map((access) => moveAccess(thread, access, location, at));
  return { ...thread, accesses, bound: shift(thread.bound, location, at) };
}

function moveAccess(thread: Thread, access: Access, location: number, at: number): Access {
  const { position, init, bound } = access;
  const moves = position !== null && position >= at && locationOf(thread, access) === location;
  return {
    ...access,
    position: moves ? position + 1 : position,
    init: init === null ? null : shift(init, location, at),
    bound: shift(bound, location, at),
  };
}

/** Where in coherence order the access's message is. */
function positionOf(thread: Thread, index: number): number {
  const access = accessAt(thread, index);
  if (access.position !== null) return access.position;
  return access.forwarded === null ? 0 : positionOf(thread, access.forwarded);
}

/** Every state that an atomic update leads to: it reads a message and follows it directly. */
export function update(state: State, machine: Machine, cpu: number, index: number): State[] {
  const thread = threadAt(state, cpu);
  const { location, lowest } = readable(state, thread, index);
  const carried = carriedView(state, thread, index);
  const least = Math.max(lowest, carried[location] ?? 0);
  const messages = state.memory[location] ?? [];
  return messages.flatMap((_, position) =>
    position < least ? [] : updateAt(state, machine, { cpu, index, location, position }),
  );
}

interface UpdateStep {
  readonly cpu: number;
  readonly index: number;
  readonly location: number;
  readonly position: number;
}

function updateAt(state: State, machine: Machine, step: UpdateStep): State[] {
  const { cpu, index, location, position } = step;
  const access = accessAt(threadAt(state, cpu), index);
  const node = machine.contexts[access.context]?.nodes[access.node];
  if (node?.kind !== 'rmw') throw new Error('an update of a node that is none');
  const satisfied = satisfy(state, cpu, index, position);
  const thread = threadAt(satisfied, cpu);
  const old = accessAt(thread, index).result;
  const read = (register: number): number | null =>
    register === node.register ? old : valueOf(thread, thread.registers[register] ?? ZERO);
  if (node.until !== null && evaluate(node.until, read) === 0) return [];
  if (node.condition !== null && evaluate(node.condition, read) === 0) {
    // It has only read: to what follows it is a load.
    return [withThread(satisfied, cpu, withAccess(thread, index, { kind: 'load' }))];
  }
  const isFree = state.memory[location]?.[position + 1]?.atomic !== true;
  const value = known(evaluate(node.value, read));
  const carried = join(carriedView(satisfied, thread, index), accessAt(thread, index).init ?? []);
  const view = released(thread, index, carried);
  const message = { value, view, atomic: true };
  const change = { position: position + 1 };
  const placed = isFree
    ? place(satisfied, cpu, index, { location, at: position + 1, message, change })
    : null;
  return placed === null ? [] : [placed];
}

const ZERO = { op: 'const', value: 0 } as const;

function known<T>(value: T | null): T {
  if (value === null) throw new Error('a value that should be known is not');
  return value;
}
