/**
 * The fixpoint of livelock.ts over shares as they are: each thread sweeps what it has expanded, from the last
 * level to the first, and all at the same time. They wait for each other between levels, for most of what a
 * state can reach is known by the next one; but nothing depends on that: what is set can be reached, whoever
 * has set what first, and sweeps are repeated until nothing changes.
 *
 * HOT CODE: once an edge at most.
 */
import { at } from '../../machine/graph.ts';
import type { EdgeReader } from '../edges/reader.ts';
import { sweepBlock, sweepEdges } from '../edges/sweep.ts';
import { readerOf, segmentsOf } from './found.ts';
import type { Found, Segment } from './found.ts';
import type { SentShare } from './share.ts';

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
  const sum = { lacking: 0, changed: false };
  let below = -1;
  for (const { reader, block, level } of blocksDown(share)) {
    if (level !== below) meet(levels, thread, level);
    below = level;
    sweepBlock(reader, block, can, all, sum);
  }
  tell(levels, thread, -1);
  return sum;
}

interface BlockOfLevel {
  readonly reader: EdgeReader;
  readonly block: number;
  readonly level: number;
}

/** The blocks of a share, the last one first; each is of successive states of one level. */
function* blocksDown(share: SentShare): Generator<BlockOfLevel> {
  const reader = readerOf(share);
  const segments = segmentsOf(share);
  let last = segments.length - 1;
  for (let block = reader.length - 1; block >= 0; block--) {
    const base = reader.base(block);
    while (!isIn(at(segments, last), base)) last--;
    yield { reader, block, level: at(segments, last).level };
  }
}

function isIn({ first, count }: Segment, number: number): boolean {
  return first <= number && number < first + count;
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
export function sweepFirst({ first }: Found, { can, all }: Sweep): Swept {
  const sum = { lacking: 0, changed: false };
  sweepEdges(first.edges.reader, can, all, sum);
  return sum;
}
