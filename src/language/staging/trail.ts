/** What each variable held before it was assigned: an arm is undone, and its changes are told apart. */
import type { Cell } from './cells.ts';

export class Trail {
  readonly #entries: { readonly cell: Cell; readonly old: unknown }[] = [];

  get length(): number {
    return this.#entries.length;
  }

  put(cell: Cell, value: unknown): void {
    this.#entries.push({ cell, old: cell.raw });
    cell.raw = value;
  }

  /** The variables assigned since `mark`, with their values now. */
  changes(mark: number): Map<Cell, unknown> {
    const cells = new Map<Cell, unknown>();
    for (let i = mark; i < this.#entries.length; i++) {
      const cell = this.#entries[i]?.cell;
      if (cell) cells.set(cell, cell.raw);
    }
    return cells;
  }

  /** What a variable that changed since `mark` held there. */
  valueAt(cell: Cell, mark: number): unknown {
    for (let i = mark; i < this.#entries.length; i++) {
      const entry = this.#entries[i];
      if (entry?.cell === cell) return entry.old;
    }
    return cell.raw;
  }

  undo(mark: number): void {
    while (this.#entries.length > mark) {
      const entry = this.#entries.pop();
      if (entry) entry.cell.raw = entry.old;
    }
  }
}
