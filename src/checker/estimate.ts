/**
 * How many states there may be in all, from the sizes of the levels that were explored.
 *
 * The logarithm of a level's size is taken to be a parabola over depth, which is what the sizes of n
 * independent threads' levels come close to: it begins at 0, passes the size of the last levels, and has the
 * slope that they have. What is left is the rest of the area under it. Where levels still grow fast the rest
 * may be anything, and nothing is said. Else the bounds are those within which the rest was, in nine of ten
 * levels of the explorations that docs/performance.md names.
 */

/** States in all; in about one of ten cases they are not within the bounds. */
export interface Estimate {
  readonly least: number;
  readonly most: number;
}

const FEWEST_LEVELS = 9;
/** Slopes are taken over so many of the last levels, as shares of all. */
const WINDOWS = [8, 5, 3] as const;
const FEWEST_IN_WINDOW = 4;
/** By the share of states that would be explored already: what the rest was, as multiples of what is computed. */
const SPREADS = [
  { share: 0.7, least: 0.3, most: 1.6 },
  { share: 0.6, least: 0.35, most: 4 },
] as const;

/** `sizes`: of the levels that are explored, none 0. null: nothing can be said. */
export function estimateStates(sizes: readonly number[]): Estimate | null {
  if (sizes.length < FEWEST_LEVELS) return null;
  const explored = sizes.reduce((sum, size) => sum + size, 0);
  const windows = WINDOWS.map((share) =>
    Math.max(FEWEST_IN_WINDOW, Math.floor(sizes.length / share)),
  );
  const rests = [...new Set([FEWEST_IN_WINDOW, ...windows])]
    .map((window) => restBehind(sizes, window))
    .toSorted((a, b) => a - b);
  const rest = rests[Math.floor(rests.length / 2)] ?? Infinity;
  const share = explored / (explored + rest);
  const spread = SPREADS.find((known) => share >= known.share);
  if (spread === undefined) return null;
  return {
    least: Math.round(explored + rest * spread.least),
    most: Math.round(explored + rest * spread.most),
  };
}

/** The area under the parabola behind the last level; Infinity where it is none that opens downwards. */
function restBehind(sizes: readonly number[], window: number): number {
  const depth = sizes.length - 1;
  const height = Math.log(sizes.slice(-3).reduce((sum, size) => sum + size, 0) / 3);
  const inMiddle = slopeOf(sizes.slice(-window).map(Math.log));
  const toEnd = (window - 1) / 2;
  const slope = inMiddle - curvature(height, depth, inMiddle) * toEnd;
  const bend = curvature(height, depth, slope);
  if (bend <= 0) return Infinity;
  let rest = 0;
  let log = height;
  for (let level = 1; log >= 0 && log < MOST_LOG; level++) {
    log += slope - bend * (level - 0.5);
    if (log >= 0) rest += Math.exp(log);
  }
  return log < MOST_LOG ? rest : Infinity;
}

const MOST_LOG = 60;

/** How fast the slope falls, of the parabola from 0 to this height at this depth with this slope there. */
function curvature(height: number, depth: number, slope: number): number {
  return (2 * (height - depth * slope)) / depth ** 2;
}

/** Least squares. */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const products = values.reduce((sum, value, i) => sum + (i - middle) * value, 0);
  const squares = values.reduce((sum, _, i) => sum + (i - middle) ** 2, 0);
  return products / squares;
}
