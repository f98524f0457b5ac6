/** A step of the fixpoint of livelock.ts. HOT CODE: once a state, and once an edge where a goal is hard to reach. */
import { BLOCK } from './format.ts';
import type { EdgeReader, Waiting } from './reader.ts';

export interface SweptSum {
  /** States that cannot reach everything, as far as is known. */
  lacking: number;
  changed: boolean;
}

/** From the last state of the block to the first. `can`: by number the goals that can be reached, of `all`. */
export function sweepBlock(
  reader: EdgeReader,
  block: number,
  can: Int32Array,
  all: number,
  sum: SweptSum,
): void {
  const base = reader.base(block);
  let i = reader.count(block) - 1;
  while (i >= 0 && ((can[base + i] as number) & all) === all) i--;
  if (i < 0) return;
  reader.open(block);
  const { words, columns } = reader;
  let { read } = reader;
  for (; i >= 0; i--) {
    const before = can[base + i] as number;
    if ((before & all) === all) continue;
    const degree = words[i] as number;
    let now = before;
    for (let k = 0; k < degree && (now & all) !== all; k++) {
      if (k >= read) read = reader.readTo(k);
      now |= can[words[columns + k * BLOCK + i] as number] as number;
    }
    if ((now & all) !== all) sum.lacking++;
    if (now === before) continue;
    can[base + i] = now;
    sum.changed = true;
  }
}

/** The same of states that are in no block. */
function sweepWaiting(
  { base, count, counter, counters, words, end: last }: Waiting,
  can: Int32Array,
  all: number,
  sum: SweptSum,
): void {
  let begin = last;
  for (let i = count - 1; i >= 0; i--) {
    const end = begin;
    begin = ((counters[i] as number) - counter) >>> 0;
    const before = can[base + i] as number;
    if ((before & all) === all) continue;
    let now = before;
    for (let e = begin; e < end && (now & all) !== all; e++) {
      now |= can[words[e] as number] as number;
    }
    if ((now & all) !== all) sum.lacking++;
    if (now === before) continue;
    can[base + i] = now;
    sum.changed = true;
  }
}

/** Everything, the last state first. */
export function sweepEdges(reader: EdgeReader, can: Int32Array, all: number, sum: SweptSum): void {
  sweepWaiting(reader.waiting, can, all, sum);
  for (let block = reader.length - 1; block >= 0; block--) {
    sweepBlock(reader, block, can, all, sum);
  }
}
