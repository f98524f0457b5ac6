/**
 * Views (R1), interned: a view is a number, equal views are equal numbers, and what is done to views
 * over and over (joins, renumberings) is looked up. A view has an entry for each dimension: for a
 * location with messages the position of the oldest message that may still be read, for a race bit 0
 * or 1 (see races.ts).
 *
 * HOT CODE: joins run several times an access; a known one costs one lookup.
 */
export type View = number;

/** The view that knows nothing. */
export const BOTTOM: View = 0;

/** A renumbering of the entries of one dimension. */
export interface Renumbering {
  /** Equal for two renumberings that do the same. */
  readonly key: string;
  readonly dimension: number;
  entry(old: number): number;
}

/** What is done when a message takes place `at`: those from there on move. */
export function insertion(dimension: number, at: number): Renumbering {
  return {
    key: `i${dimension}.${at}`,
    dimension,
    entry: (old) => (old >= at ? old + 1 : old),
  };
}

/** What is done when the first `count` messages are forgotten. */
export function removal(dimension: number, count: number): Renumbering {
  return {
    key: `r${dimension}.${count}`,
    dimension,
    entry: (old) => (old > count ? old - count : 0),
  };
}

const SHIFT = 2 ** 26;

export class Views {
  readonly dimensions: number;
  readonly #rows: Int32Array[] = [];
  readonly #ids = new Map<string, View>();
  readonly #joins = new Map<number, View>();
  readonly #above = new Map<number, View>();
  readonly #raised = new Map<number, View>();
  readonly #renumbered = new Map<string, Map<View, View>>();

  constructor(dimensions: number) {
    this.dimensions = dimensions;
    this.#intern(new Int32Array(dimensions));
  }

  get(view: View, dimension: number): number {
    return this.row(view)[dimension] ?? 0;
  }

  row(view: View): Int32Array {
    const row = this.#rows[view];
    if (row === undefined) throw new RangeError(`no view ${view}`);
    return row;
  }

  join(a: View, b: View): View {
    if (a === b || b === BOTTOM) return a;
    if (a === BOTTOM) return b;
    const key = a < b ? a * SHIFT + b : b * SHIFT + a;
    const known = this.#joins.get(key);
    if (known !== undefined) return known;
    const other = this.row(b);
    const joined = this.#intern(this.row(a).map((entry, i) => Math.max(entry, other[i] ?? 0)));
    this.#joins.set(key, joined);
    return joined;
  }

  /** The view with at least `entry` in one dimension. */
  raise(view: View, dimension: number, entry: number): View {
    if (this.get(view, dimension) >= entry) return view;
    const key = (view * 4096 + dimension) * 256 + entry;
    const known = this.#raised.get(key);
    if (known !== undefined) return known;
    const raised = this.#intern(this.row(view).with(dimension, entry));
    this.#raised.set(key, raised);
    return raised;
  }

  /** What the view knows beyond `bound`. */
  above(view: View, bound: View): View {
    if (view === BOTTOM || bound === BOTTOM) return view;
    if (view === bound) return BOTTOM;
    const key = view * SHIFT + bound;
    const known = this.#above.get(key);
    if (known !== undefined) return known;
    const other = this.row(bound);
    const above = this.#intern(
      this.row(view).map((entry, i) => (entry > (other[i] ?? 0) ? entry : 0)),
    );
    this.#above.set(key, above);
    return above;
  }

  isWithin(view: View, bound: View): boolean {
    return this.above(view, bound) === BOTTOM;
  }

  renumber(view: View, { key, dimension, entry }: Renumbering): View {
    const old = this.get(view, dimension);
    const now = entry(old);
    if (old === now) return view;
    let known = this.#renumbered.get(key);
    if (known === undefined) this.#renumbered.set(key, (known = new Map<View, View>()));
    const found = known.get(view);
    if (found !== undefined) return found;
    const renumbered = this.#intern(this.row(view).with(dimension, now));
    known.set(view, renumbered);
    return renumbered;
  }

  #intern(row: Int32Array): View {
    const key = row.join();
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const view = this.#rows.push(row) - 1;
    this.#ids.set(key, view);
    return view;
  }
}
