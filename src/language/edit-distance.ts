/** How far apart two names are. */

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      current.push(cellDistance(from, to, row, column, { beforeLast, last, current }));
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? from.length;
}

interface Rows {
  readonly beforeLast: readonly number[];
  readonly last: readonly number[];
  readonly current: readonly number[];
}

function cellDistance(from: string, to: string, row: number, column: number, rows: Rows): number {
  const at = (line: readonly number[], index: number): number => line[index] ?? Infinity;
  const substitution = from[row - 1] === to[column - 1] ? 0 : 1;
  const swapped =
    row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
  return Math.min(
    at(rows.last, column) + 1,
    at(rows.current, column - 1) + 1,
    at(rows.last, column - 1) + substitution,
    swapped ? at(rows.beforeLast, column - 2) + 1 : Infinity,
  );
}
