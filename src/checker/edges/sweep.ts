/** One step of the fixpoint of livelock.ts. HOT CODE: once a state, and once an edge where a goal is hard to reach. */
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
  for (let i = reader.count(block) - 1; i >= 0; i--) {
    const before = can[base + i] as number;
    if ((before & all) === all) continue;
    reader.open(block);
    const degree = reader.degrees[i] as number;
    let now = before;
    for (let k = 0; k < degree && (now & all) !== all; k++) {
      if (k >= reader.read) reader.readTo(k);
      now |= can[reader.columns[k * BLOCK + i] as number] as number;
    }
    if ((now & all) !== all) sum.lacking++;
    if (now === before) continue;
    can[base + i] = now;
    sum.changed = true;
  }
}
