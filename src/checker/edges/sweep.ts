/** A step of the fixpoint of livelock.ts. HOT CODE: once a state, and once an edge where a goal is hard to reach. */
import { BLOCK } from './format.ts';
import type { EdgeReader } from './reader.ts';

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
