/**
 * The accesses of a cycle with their locations and values. Walking around the cycle, the location
 * changes at every edge between different locations; on one location the walk follows coherence: each
 * write stores one more than the write before it, and each read reads what was written last.
 */
import { planThreads, type EdgeName } from './name.ts';
import type { Kind } from './shapes.ts';

export interface Event {
  readonly kind: Kind;
  readonly thread: number;
  /** `x`, `y`, `z`, `a`, `b` … */
  readonly location: string;
  /** What a write stores, or a read reads when the cycle is there. */
  readonly value: number;
  /** What leads to the next access of the thread; null for its last. */
  readonly edge: EdgeName | null;
}

export interface Cycle {
  readonly name: string;
  /** By thread, in program order. */
  readonly threads: readonly (readonly Event[])[];
  readonly locations: readonly string[];
  /** The value that each location has last. */
  readonly last: ReadonlyMap<string, number>;
  /** How many writes each location has. */
  readonly writes: ReadonlyMap<string, number>;
}

const NAMES = ['x', 'y', 'z', 'a', 'b', 'c', 'd', 'e', 'f', 'g'];
const SAME_LOCATION: ReadonlySet<EdgeName> = new Set<EdgeName>(['pos', 'rfi', 'coi']);

/** @throws KcheckError KC0308 if the name is not a cycle's. */
export function cycleOf(name: string): Cycle {
  const placed = placeLocations(name);
  const { values, last, writes } = assignValues(placed);
  const events = placed.map((event, index) => ({ ...event, value: values[index] ?? 0 }));
  const threads = [...new Set(events.map((event) => event.thread))].map((thread) =>
    events.filter((event) => event.thread === thread),
  );
  const locations = [...new Set(events.map((event) => event.location))];
  return { name, threads, locations: locations.toSorted(byName), last, writes };
}

function byName(a: string, b: string): number {
  return NAMES.indexOf(a) - NAMES.indexOf(b);
}

type Placed = Omit<Event, 'value'>;

function placeLocations(name: string): Placed[] {
  const plan = planThreads(name);
  const edges = plan.flatMap((thread) => thread.edges);
  const count = Math.max(1, edges.filter((edge) => !SAME_LOCATION.has(edge)).length);
  let location = 0;
  return plan.flatMap(({ kinds, edges: inner }, thread) =>
    kinds.map((kind, index) => {
      const edge = inner[index] ?? null;
      const placed = { kind, thread, location: NAMES[location % count] ?? 'x', edge };
      if (edge !== null && !SAME_LOCATION.has(edge)) location++;
      return placed;
    }),
  );
}

function assignValues(events: readonly Placed[]): {
  values: number[];
  last: Map<string, number>;
  writes: Map<string, number>;
} {
  const values: number[] = [];
  const last = new Map<string, number>();
  const start = startOfWalk(events);
  for (let step = 0; step < events.length; step++) {
    const index = (start + step) % events.length;
    const event = events[index];
    if (event === undefined) break;
    const value = (last.get(event.location) ?? 0) + (event.kind === 'W' ? 1 : 0);
    values[index] = value;
    last.set(event.location, value);
  }
  return { values, last: lastValues(events, values, last), writes: new Map(last) };
}

/** On one location diy asks for the value that the last thread writes, possible or not. */
function lastValues(
  events: readonly Placed[],
  values: readonly number[],
  last: Map<string, number>,
): Map<string, number> {
  const write = events.findLastIndex((event) => event.kind === 'W');
  const only = events[write]?.location;
  if (only === undefined || last.size > 1) return last;
  return new Map([[only, values[write] ?? 0]]);
}

/**
 * Behind the last change of location. On one location it starts inside of a thread, so that the
 * cycle contradicts coherence there: between two reads if there are any.
 */
function startOfWalk(events: readonly Placed[]): number {
  const changes = (event: Placed): boolean => event.edge !== null && !SAME_LOCATION.has(event.edge);
  const change = events.findLastIndex(changes);
  if (change >= 0) return change + 1;
  const reads = events.findIndex(
    (event, index) => event.edge !== null && event.kind === 'R' && events[index + 1]?.kind === 'R',
  );
  return 1 + (reads >= 0 ? reads : events.findIndex((event) => event.edge !== null));
}
