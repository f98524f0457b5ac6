/**
 * Whether from every state every goal can be reached, asked of shares as they are. What passes is never
 * numbered anew nor put together; livelock.ts has the fixpoint, and looks closer where the answer is no.
 *
 * HOT CODE: once an edge at most.
 */
import { CHUNK_BITS, CHUNK_MASK } from './shared-words.ts';
import { goalsMet, segmentsOf } from './found.ts';
import type { Found, Segment } from './found.ts';

export function reachesAll(found: Found): boolean {
  const goals = found.first.goals.length;
  if (goals === 0) return true;
  return new Sweep(found, 2 ** goals - 1).run();
}

class Sweep {
  readonly #found: Found;
  readonly #all: number;
  readonly #can: Int32Array;
  /** The deepest first. */
  readonly #segments: readonly Segment[];
  #lacking = 0;
  #changed = false;

  constructor(found: Found, all: number) {
    this.#found = found;
    this.#all = all;
    this.#can = goalsMet(found);
    this.#segments = found.shares
      .flatMap((share, index) => segmentsOf(index, share))
      .toSorted((a, b) => b.level - a.level || b.at - a.at);
    this.#keepUnexpanded();
  }

  run(): boolean {
    do {
      this.#changed = false;
      this.#lacking = 0;
      for (const segment of this.#segments) this.#sweep(segment);
      this.#sweepFirst();
      if (this.#lacking === 0) return true;
    } while (this.#changed);
    return false;
  }

  /** States that a limit kept from being expanded meet every goal. */
  #keepUnexpanded(): void {
    const { first, firstExpanded } = this.#found;
    if (first.limits.length === 0) return;
    const expanded = new Uint8Array(this.#can.length);
    expanded.fill(1, 0, firstExpanded);
    for (const segment of this.#segments) {
      expanded.fill(1, segment.first, segment.first + segment.count);
    }
    for (let state = 0; state < expanded.length; state++) {
      if (expanded[state] === 0) this.#can[state] = -1;
    }
  }

  #sweep({ share, first, count, at }: Segment): void {
    const { edges, starts, firstEdge } = this.#found.shares[share] ?? NOTHING;
    const can = this.#can;
    const all = this.#all;
    let end = edges.length;
    if (at + count < starts.length) end = (word(starts.chunks, at + count) - firstEdge) >>> 0;
    for (let i = count - 1; i >= 0; i--) {
      const from = (word(starts.chunks, at + i) - firstEdge) >>> 0;
      const before = can[first + i] as number;
      let now = before;
      for (let e = from; e < end && (now & all) !== all; e++) {
        now |= can[word(edges.chunks, e)] as number;
      }
      end = from;
      this.#note(first + i, before, now);
    }
  }

  #sweepFirst(): void {
    const { first, firstExpanded } = this.#found;
    const edges = first.edges.words;
    const from = first.edgesFrom.words;
    let end = first.edges.length;
    for (let state = firstExpanded - 1; state >= 0; state--) {
      const begin = from[state] as number;
      const before = this.#can[state] as number;
      let now = before;
      for (let e = begin; e < end && (now & this.#all) !== this.#all; e++) {
        now |= this.#can[edges[e] as number] as number;
      }
      end = begin;
      this.#note(state, before, now);
    }
  }

  #note(state: number, before: number, now: number): void {
    if ((now & this.#all) !== this.#all) this.#lacking++;
    if (now === before) return;
    this.#can[state] = now;
    this.#changed = true;
  }
}

const NOTHING = {
  edges: { chunks: [], length: 0 },
  starts: { chunks: [], length: 0 },
  firstEdge: 0,
};

function word(chunks: readonly Int32Array[], index: number): number {
  return (chunks[index >>> CHUNK_BITS] as Int32Array)[index & CHUNK_MASK] as number;
}
