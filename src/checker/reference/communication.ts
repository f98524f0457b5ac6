/**
 * Why two accesses race although one CPU has heard from the other: the chain of reads-from that leads
 * from the first to the second, and the ends of its links that order nothing.
 */
import { at, nodeAt } from '../../machine/graph.ts';
import type { Fence, Node } from '../../machine/machine.ts';
import type { History, HistoryEvent } from './happens-before.ts';

/** A write that does not release what it should, or a read that does not acquire it. */
export interface WeakEnd {
  readonly end: 'release' | 'acquire';
  readonly cpu: number;
  readonly context: number;
  readonly node: number;
  readonly location: number;
  /** Whether smp_wmb() or smp_rmb() would do. */
  readonly half: boolean;
}

interface Link {
  /** The event that reads, and the one that it reads from. */
  readonly read: number;
  readonly from: number;
}

/** Of the chain that is there first, from an event to a CPU that is about to write or read; empty: there is none. */
export function weakEnds(
  history: History,
  first: number,
  second: { readonly cpu: number; readonly write: boolean },
): readonly WeakEnd[] {
  const { events } = history;
  const { write } = at(events, first);
  const chain = chainTo(events, first, second.cpu);
  return chain.flatMap((link, hop) => {
    const [before, after] = [chain[hop - 1]?.read ?? first, chain[hop + 1]?.from ?? events.length];
    const reads = !second.write && hop === chain.length - 1;
    const weak: WeakEnd[] = [];
    if (!releases(history, before, link.from, write)) {
      weak.push(endAt(events, link.from, 'release', write));
    }
    if (!acquires(history, link.read, after, reads)) {
      weak.push(endAt(events, link.read, 'acquire', reads));
    }
    return weak;
  });
}

/** The links by which the CPU can have heard of an event, in order. */
function chainTo(events: readonly HistoryEvent[], first: number, cpu: number): readonly Link[] {
  const heard = new Map<number, { readonly since: number; readonly by: Link | null }>();
  heard.set(at(events, first).cpu, { since: first, by: null });
  events.forEach((event, read) => {
    if (event.from < 0 || event.plain || heard.has(event.cpu)) return;
    const writer = at(events, event.from);
    const since = heard.get(writer.cpu)?.since ?? Infinity;
    if (!writer.plain && since <= event.from) {
      heard.set(event.cpu, { since: read, by: { read, from: event.from } });
    }
  });
  const chain: Link[] = [];
  for (let by = heard.get(cpu)?.by ?? null; by !== null;) {
    chain.unshift(by);
    by = heard.get(at(events, by.from).cpu)?.by ?? null;
  }
  return chain;
}

function releases(history: History, since: number, write: number, half: boolean): boolean {
  const node = nodeOf(history, write);
  const itself =
    (node.kind === 'store' && node.order === 'release') ||
    (node.kind === 'rmw' && (node.order === 'release' || node.order === 'full'));
  return itself || hasBarrier(history, since, write, half ? 'wmb' : null);
}

function acquires(history: History, read: number, until: number, half: boolean): boolean {
  const node = nodeOf(history, read);
  const itself =
    (node.kind === 'load' && node.order === 'acquire') ||
    (node.kind === 'rmw' && (node.order === 'acquire' || node.order === 'full'));
  return itself || hasBarrier(history, read, until, half ? 'rmb' : null);
}

/** Between two events of a CPU. */
function hasBarrier(history: History, from: number, to: number, half: Fence | null): boolean {
  const { cpu } = at(history.events, from);
  return history.events.slice(from + 1, to).some((event, index) => {
    if (event.cpu !== cpu) return false;
    const node = nodeOf(history, from + 1 + index);
    if (node.kind === 'rmw') return node.order === 'full' && node.condition === null;
    return node.kind === 'fence' && (FULL.has(node.fence) || node.fence === half);
  });
}

const FULL: ReadonlySet<Fence> = new Set<Fence>([
  'mb',
  'mb__before_atomic',
  'mb__after_atomic',
  'mb__after_spinlock',
  'mb__after_unlock_lock',
  'sync',
  'lwsync',
  'mfence',
]);

function nodeOf({ machine, events }: History, event: number): Node {
  const { context, node } = at(events, event);
  return nodeAt(at(machine.contexts, context), node);
}

function endAt(
  events: readonly HistoryEvent[],
  event: number,
  end: WeakEnd['end'],
  half: boolean,
): WeakEnd {
  const { cpu, context, node, location } = at(events, event);
  return { end, cpu, context, node, location: location ?? 0, half };
}
