/**
 * The fixpoint of livelock.ts over shares as they are: each thread sweeps what it has expanded, from the last
 * level to the first, and all at the same time. They wait for each other between levels, for most of what a
 * state can reach is known by the next one; but nothing depends on that: what is set can be reached, whoever
 * has set what first, and sweeps are repeated until nothing changes.
 *
 * HOT CODE: once an edge at most.
 */
import { ShareEdges, segmentsOf } from './found.ts';
import type { Found, Segment } from './found.ts';
import type { SentShare } from './share.ts';
import { CHUNK_BITS, CHUNK_MASK } from './shared-words.ts';

export interface Sweep {
  /** By number the goals that can be reached, of all that there are. */
  readonly can: Int32Array;
  readonly all: number;
  /** By thread the level that it has swept last. */
  readonly levels: Int32Array;
}

export interface Swept {
  /** States that cannot reach everything, as far as is known. */
  readonly lacking: number;
  readonly changed: boolean;
}

/** A thread's part of it. */
export function sweep(share: SentShare, thread: number, { can, all, levels }: Sweep): Swept {
  const edges = new ShareEdges(share);
  const sum = { lacking: 0, changed: false };
  let below = -1;
  for (const segment of segmentsOf(share).toReversed()) {
    if (segment.level !== below) meet(levels, thread, segment.level);
    below = segment.level;
    sweepSegment(edges, segment, can, all, sum);
  }
  tell(levels, thread, -1);
  return sum;
}

function sweepSegment(
  edges: ShareEdges,
  { first, count, at }: Segment,
  can: Int32Array,
  all: number,
  sum: { lacking: number; changed: boolean },
): void {
  const { chunks } = edges.words;
  for (let i = count - 1; i >= 0; i--) {
    const before = can[first + i] as number;
    if ((before & all) === all) continue;
    let now = before;
    const end = edges.end(at + i);
    for (let e = edges.from(at + i); e < end && (now & all) !== all; e++) {
      const chunk = chunks[e >>> CHUNK_BITS] as Int32Array;
      now |= can[chunk[e & CHUNK_MASK] as number] as number;
    }
    if ((now & all) !== all) sum.lacking++;
    if (now === before) continue;
    can[first + i] = now;
    sum.changed = true;
  }
}

/** Says that what lies below the level is swept, and waits until it is by others too, but not for ever. */
function meet(levels: Int32Array, thread: number, level: number): void {
  tell(levels, thread, level);
  for (let other = 0; other < levels.length; other++) {
    for (let spin = 0; spin < SPINS && Atomics.load(levels, other) > level; spin++);
    for (let nap = 0; nap < NAPS; nap++) {
      const at = Atomics.load(levels, other);
      if (at <= level) break;
      Atomics.wait(levels, other, at, NAP_MS);
    }
  }
}

function tell(levels: Int32Array, thread: number, level: number): void {
  Atomics.store(levels, thread, level);
  Atomics.notify(levels, thread);
}

const SPINS = 2000;
const NAPS = 100;
const NAP_MS = 10;

/** The same of what one thread alone found at first. */
export function sweepFirst({ first, firstExpanded }: Found, { can, all }: Sweep): Swept {
  const edges = first.edges.words;
  const starts = first.edgesFrom.words;
  let lacking = 0;
  let changed = false;
  for (let state = firstExpanded - 1; state >= 0; state--) {
    const before = can[state] as number;
    if ((before & all) === all) continue;
    let now = before;
    const end = starts[state + 1] as number;
    for (let e = starts[state] as number; e < end && (now & all) !== all; e++) {
      now |= can[edges[e] as number] as number;
    }
    if ((now & all) !== all) lacking++;
    if (now === before) continue;
    can[state] = now;
    changed = true;
  }
  return { lacking, changed };
}
