/**
 * What a search has found in which threads went together: what one thread alone found at first, whose
 * numbers are those of a search by one thread, and the shares of all from then on.
 */
import { BLOCK } from '../../memory-models/wasm/shared/space.ts';
import type { Exploration } from '../search.ts';
import { SEGMENT } from './share.ts';
import type { SentShare } from './share.ts';
import { SharedWords } from './shared-words.ts';

export interface Found {
  /** What was found at first; its graph has the states that were expanded, and knows more. */
  readonly first: Exploration;
  readonly firstExpanded: number;
  readonly firstKnown: number;
  readonly shares: readonly SentShare[];
  /** All numbers are below; some stand for no state. */
  readonly numbers: number;
  readonly known: number;
  /** The number of a state, or -1 when it was never found. */
  find(states: Int32Array, at: number): number;
}

/** By number the goals that the state meets by itself; all where not everything that follows is known. */
export function goalsMet({ first, firstKnown, shares, numbers }: Found): Int32Array {
  const met = new Int32Array(numbers).fill(-1);
  if (first.goals.length === 0) return met;
  for (const share of shares) {
    const words = wordsOf(share.met);
    share.blocks.forEach((block, ordinal) => {
      const from = BLOCK * ordinal;
      const count = Math.min(BLOCK, words.length - from);
      for (let i = 0; i < count; i++) met[block + i] = words.get(from + i);
    });
  }
  met.set(first.met.words.subarray(0, firstKnown));
  for (const { failed } of shares) for (const state of failed) met[state] = -1;
  return met;
}

export function wordsOf({ chunks, length }: SentShare['met']): SharedWords {
  return new SharedWords(chunks, length);
}

/** A segment of states that one thread has expanded. */
export interface Segment {
  readonly share: number;
  readonly first: number;
  readonly count: number;
  readonly level: number;
  /** Where its first state stands among those that the share has expanded. */
  readonly at: number;
}

/** The segments of a share in the order in which they were expanded. */
export function segmentsOf(share: number, { segments }: SentShare): readonly Segment[] {
  const words = wordsOf(segments);
  let at = 0;
  return Array.from({ length: words.length / SEGMENT }, (_, i) => {
    const [first, count, level] = [0, 1, 2].map((word) => words.get(SEGMENT * i + word));
    const segment = { share, first: first ?? 0, count: count ?? 0, level: level ?? 0, at };
    at += segment.count;
    return segment;
  });
}
