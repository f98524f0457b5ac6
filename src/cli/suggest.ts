/** "Did you mean": the closest of the names that exist. */

/** `Did you mean sc?`, or the names that exist where none is close. */
export function suggestion(wrong: string, names: readonly string[]): string {
  const close = closest(wrong, names);
  if (close !== null) return `Did you mean ${close}?`;
  if (names.length === 0) return '';
  const shown = names.slice(0, 20).join(', ');
  return `There is ${shown}${names.length > 20 ? `, and ${names.length - 20} more` : ''}.`;
}

/** The name at the smallest edit distance, if that is small for its length. */
export function closest(wrong: string, names: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(wrong.length * 0.4)) + 1;
  for (const name of names) {
    const distance = editDistance(wrong.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

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
