/**
 * Delta debugging: ddmin of Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input",
 * IEEE TSE 2002.
 */

/** A part of `all` that still suffices, and does not without any one of its elements. */
export function minimal<T>(
  all: readonly T[],
  suffices: (some: readonly T[]) => boolean,
): readonly T[] {
  let kept = all;
  let pieces = 2;
  while (kept.length > 1) {
    const size = Math.ceil(kept.length / pieces);
    const fewer = withoutAPiece(kept, size, suffices);
    if (fewer !== null) {
      kept = fewer;
      pieces = Math.max(2, pieces - 1);
    } else if (size === 1) break;
    else pieces = Math.min(kept.length, pieces * 2);
  }
  return kept;
}

function withoutAPiece<T>(
  kept: readonly T[],
  size: number,
  suffices: (some: readonly T[]) => boolean,
): readonly T[] | null {
  for (let from = 0; from < kept.length; from += size) {
    const rest = [...kept.slice(0, from), ...kept.slice(from + size)];
    if (rest.length > 0 && suffices(rest)) return rest;
  }
  return null;
}
