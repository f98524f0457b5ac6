/**
 * Views (R1), interned: a view is a number, equal views are equal numbers, and what is done to views
 * over and over (joins, renumberings) is looked up. A view has an entry for each dimension:
 *
 *  - for each location with messages the position of the oldest message that may still be read;
 *  - for each such location, `locations` further on, the position of the newest message that comes
 *    before in co | prop only because of messages that are forgotten (canonical.ts);
 *  - for each race bit 0 or 1 (races.ts).
 *
 * HOT CODE: joins run several times an access; a known one costs one lookup.
 */
export type View = number;

/** The view that knows nothing. */
export const BOTTOM: View = 0;

/** A change of what positions mean, for all views alike. */
export interface Renumbering {
  /** Equal for two renumberings that do the same. */
  readonly key: string;
  /** The location's dimension, or the race bit. */
  readonly dimension: number;
  entry(old: number): number;
  /** What a view gains that holds a position, before it is renumbered; null: nothing. */
  readonly gains: readonly View[] | null;
}

/** What is done when a message takes place `at`: those from there on move. */
export function insertion(dimension: number, at: number): Renumbering {
  const entry = (old: number): number => (old >= at ? old + 1 : old);
  return { key: `i${dimension}.${at}`, dimension, entry, gains: null };
}

/**
 * What is done when the first `count` messages are forgotten: who has one of them in view takes over
 * what came before it.
 */
export function removal(
  dimension: number,
  count: number,
  gains: readonly View[] | null = null,
): Renumbering {
  const entry = (old: number): number => (old > count ? old - count : 0);
  return { key: `r${dimension}.${count}.${gains?.join() ?? ''}`, dimension, entry, gains };
}

const SHIFT = 2 ** 26;

export class Views {
  readonly dimensions: number;
  /** Locations with messages. */
  readonly locations: number;
  readonly #rows: Int32Array[] = [];
  readonly #ids = new Map<string, View>();
  readonly #joins = new Map<number, View>();
  readonly #above = new Map<number, View>();
  readonly #raised = new Map<number, View>();
  readonly #renumbered = new Map<string, Map<View, View>>();

  constructor(dimensions: number, locations: number) {
    this.dimensions = dimensions;
    this.locations = locations;
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

  /** The position of the newest message of a location that comes before in co | prop. */
  before(view: View, dimension: number): number {
    const row = this.row(view);
    return Math.max(row[dimension] ?? 0, row[dimension + this.locations] ?? 0);
  }

  /** What the view says of co | prop alone. */
  orderOf(view: View): View {
    const { locations } = this;
    const row = this.row(view).map((_, dimension) =>
      dimension >= locations && dimension < 2 * locations
        ? this.before(view, dimension - locations)
        : 0,
    );
    return this.#intern(row);
  }

  renumber(view: View, by: Renumbering): View {
    const { key, dimension, entry } = by;
    const row = this.row(view);
    const second = dimension < this.locations ? dimension + this.locations : dimension;
    const [a, b] = [row[dimension] ?? 0, row[second] ?? 0];
    if (entry(a) === a && entry(b) === b) return view;
    let known = this.#renumbered.get(key);
    if (known === undefined) this.#renumbered.set(key, (known = new Map<View, View>()));
    const found = known.get(view);
    if (found !== undefined) return found;
    const gained = by.gains?.[Math.max(a, b)];
    const whole = gained === undefined ? row : this.row(this.join(view, gained));
    const renumbered = whole
      .with(dimension, entry(whole[dimension] ?? 0))
      .with(second, entry(whole[second] ?? 0));
    const result = this.#intern(renumbered);
    known.set(view, result);
    return result;
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
