/**
 * The accesses of a trace by CPU, in program order, and the gaps between them where a barrier may stand. A
 * ghost that others look at counts as one: it takes effect at once, and so may what is reordered with it.
 */
import { at, nodeAt } from '../../machine/graph.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Failure, TraceEvent } from '../result.ts';
import type { Place } from './barriers.ts';
import { decidingGhosts } from './independence.ts';

export interface TracedAccess extends Place {
  readonly cpu: number;
  readonly event: TraceEvent;
  /** Neither plain nor ordered: an acquire or a release may take its place. */
  readonly relaxed: boolean;
  /** A store of its CPU came before, and no RMW since: under `tso`, where a full barrier may wait. */
  readonly waits: boolean;
}

/** The gap in front of access `index` of a CPU's accesses; there is none in front of the first. */
export interface Gap {
  readonly accesses: readonly TracedAccess[];
  readonly index: number;
}

/**
 * Every gap of the trace, and the loop that follows it; those late in it first. Only accesses count with
 * which another CPU's conflict: no others are on a cycle that makes an outcome differ from all orders
 * (Shasha and Snir, "Efficient and Correct Execution of Parallel Programs that Share Memory", 1988).
 */
export function gapsOf(machine: Machine, failure: Failure): readonly Gap[] {
  const byCpu = accessesByCpu(machine, failure);
  const shared = conflicting([...byCpu.values()].flat());
  return [...byCpu.values()]
    .map((accesses) => accesses.filter(({ event }) => shared.has(nameOf(event))))
    .flatMap((accesses) => accesses.slice(1).map((_, index) => ({ accesses, index: index + 1 })))
    .toReversed();
}

/** What two CPUs use, one of which changes it; ghosts are here only if others look at them. */
function conflicting(accesses: readonly TracedAccess[]): ReadonlySet<string> {
  const cpus = new Map<string, Set<number>>();
  const changed = new Set<string>();
  for (const { cpu, event } of accesses) {
    const name = nameOf(event);
    cpus.set(name, new Set([...(cpus.get(name) ?? []), cpu]));
    if (event.kind !== 'load') changed.add(name);
  }
  const ofGhosts = accesses.flatMap(({ event }) => (isOfGhost(event) ? [nameOf(event)] : []));
  const ofMemory = [...cpus].flatMap(([name, of]) =>
    of.size > 1 && changed.has(name) ? [name] : [],
  );
  return new Set([...ofGhosts, ...ofMemory]);
}

function nameOf({ variable }: TraceEvent): string {
  return variable?.name ?? '';
}

export function accessAfter({ accesses, index }: Gap): TracedAccess {
  return at(accesses, index);
}

export function accessBefore({ accesses, index }: Gap): TracedAccess {
  return at(accesses, index - 1);
}

/** Two gaps in front of one node are one place in the program. */
export function isSamePlace(a: Gap, b: Gap): boolean {
  const [x, y] = [accessAfter(a), accessAfter(b)];
  return x.context === y.context && x.node === y.node;
}

function accessesByCpu(
  machine: Machine,
  failure: Failure,
): ReadonlyMap<number, readonly TracedAccess[]> {
  const ghosts = sharedGhosts(machine, failure);
  const names = new Map(machine.contexts.map(({ name }, index) => [name, index]));
  const byCpu = new Map<number, TracedAccess[]>();
  const stored = new Set<number>();
  for (const { cpu, context: name, events } of [...failure.trace, ...failure.cycle]) {
    const context = names.get(name);
    if (context === undefined) continue;
    for (const event of events) {
      const counts =
        isAccess(event) || (isOfGhost(event) && ghosts.has(event.variable?.name ?? ''));
      if (event.node === null || !counts) continue;
      const waits = stored.has(cpu);
      const accesses = byCpu.get(cpu) ?? [];
      const node = nodeAt(at(machine.contexts, context), event.node);
      const relaxed = 'order' in node && node.order === 'relaxed';
      byCpu.set(cpu, [...accesses, { cpu, context, node: event.node, event, relaxed, waits }]);
      if (event.kind === 'store') stored.add(cpu);
      if (event.kind === 'rmw') stored.delete(cpu);
    }
  }
  return byCpu;
}

export function isAccess({ kind }: TraceEvent): boolean {
  return kind === 'load' || kind === 'store' || kind === 'rmw';
}

function isOfGhost({ kind }: TraceEvent): boolean {
  return kind === 'get' || kind === 'set';
}

/** Ghosts that decide who may step, or that more than one context touches in the trace. */
function sharedGhosts(machine: Machine, failure: Failure): ReadonlySet<string> {
  const users = new Map<string, Set<string>>();
  for (const { context, events } of [...failure.trace, ...failure.cycle]) {
    for (const { variable } of events.filter(isOfGhost)) {
      const name = variable?.name ?? '';
      users.set(name, new Set([...(users.get(name) ?? []), context]));
    }
  }
  const touched = [...users].flatMap(([name, contexts]) => (contexts.size > 1 ? [name] : []));
  return new Set([...decidingGhosts(machine), ...touched]);
}
