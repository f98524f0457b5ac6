/**
 * What program order preserves, after ppc.cat. Every access has two moments, init and commit. The
 * relations ii, ic, ci and cc between them are the least solution of ppc.cat's equations; since each
 * of its base edges (dd, rfi, rdw, ctrlisync, detour) is also an edge of cc0 = dd | po-loc | ctrl |
 * addr;po, both ic and cc are just the transitive closure of cc0. So a store waits for, and carries
 * the views of, the loads from which cc0 leads to it.
 */
import { registersOf } from './evaluate.ts';
import { accessAt, locationOf, type Thread } from './state.ts';
import { join, type Memory, bottom, type View } from './views.ts';

/** Accesses on which this one's address, or value, depends directly. */
export function addressDependencies(thread: Thread, index: number): number[] {
  return registersOf(accessAt(thread, index).address);
}

export function dataDependencies(thread: Thread, index: number): readonly number[] {
  return accessAt(thread, index).data;
}

/** Everything that cc0 leads from to the given accesses, themselves included. */
export function commitClosure(thread: Thread, start: readonly number[]): ReadonlySet<number> {
  const closure = new Set<number>();
  const pending = [...start];
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    if (closure.has(index)) continue;
    closure.add(index);
    pending.push(...commitEdges(thread, index));
  }
  return closure;
}

/** cc0 backwards: dd, ctrl, addr;po, po-loc. */
function commitEdges(thread: Thread, index: number): number[] {
  const edges = [...addressDependencies(thread, index), ...dataDependencies(thread, index)];
  edges.push(...accessAt(thread, index).control);
  for (let earlier = 0; earlier < index; earlier++) {
    edges.push(...addressDependencies(thread, earlier));
  }
  edges.push(...sameLocation(thread, index));
  return edges;
}

/** Earlier accesses to the access's location, as far as addresses are known. */
export function sameLocation(thread: Thread, index: number): number[] {
  const location = locationOf(thread, accessAt(thread, index));
  if (location === null) return [];
  const earlier = thread.accesses.slice(0, index);
  return earlier.flatMap((access, at) => (locationOf(thread, access) === location ? [at] : []));
}

/** Whether the address of this access and of every earlier one is known. */
export function addressesKnown(thread: Thread, index: number): boolean {
  const upTo = thread.accesses.slice(0, index + 1);
  return upTo.every((access) => locationOf(thread, access) !== null);
}

/** Whether every load among these is satisfied. */
export function loadsDone(thread: Thread, indices: Iterable<number>): boolean {
  return [...indices].every((index) => {
    const access = accessAt(thread, index);
    return access.kind === 'store' || access.done;
  });
}

/** What is known when these accesses are committed: the init views of all loads that cc0 leads from. */
export function commitView(thread: Thread, memory: Memory, start: readonly number[]): View {
  let view = bottom(memory);
  for (const index of commitClosure(thread, start)) {
    const { init } = accessAt(thread, index);
    if (init !== null) view = join(view, init);
  }
  return view;
}

/** The joined init views of loads that are done. */
export function initViews(thread: Thread, memory: Memory, indices: readonly number[]): View {
  return indices.reduce((view, index) => {
    const { init } = accessAt(thread, index);
    return init === null ? view : join(view, init);
  }, bottom(memory));
}
