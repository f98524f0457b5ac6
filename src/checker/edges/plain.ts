/** Edges as words, for who needs all of them at any time. */
import type { Edges } from './edges.ts';

export interface PlainEdges {
  /** Successors of state s: `edges[edgesFrom[s]] … edges[edgesFrom[s + 1] - 1]`. */
  readonly edges: Int32Array;
  readonly edgesFrom: Int32Array;
}

/** Of states from 0 on, none of which is left out. */
export function plainEdges({ length, states, reader }: Edges): PlainEdges {
  const edges = new Int32Array(length);
  const edgesFrom = new Int32Array(states + 1);
  let next = 0;
  for (let state = 0; state < states; state++) {
    const successors = reader.successorsOf(state);
    edges.set(successors, next);
    next += successors.length;
    edgesFrom[state + 1] = next;
  }
  return { edges, edgesFrom };
}
