/** Which part of a larger table belongs to a part of the one before. */
import type { TableWords } from './control.ts';

/** Two ranges of places, each where it begins and where it ends. */
export type Ranges = readonly [number, number, number, number];

/**
 * Where almost all that stands in a part of the old table belongs in the new one; no part has a place of
 * another part. The fingerprints that begin at a place have one bit more to tell them apart, or the table was
 * one of three quarters and is whole now.
 */
export function homes(old: TableWords, now: TableWords, from: number, to: number): Ranges {
  if (old.mask === now.mask) {
    const spread = (place: number): number => Math.floor((place * now.count) / old.count);
    return [spread(from), spread(to), 0, 0];
  }
  const half = old.count;
  const home = (x: number): number => (now.quarter === 0 ? x : x - ((x + 3) >> 2));
  return [home(from), home(to), home(from + half), home(to + half)];
}
