/** How large the table of a visited set is, and how it grows: the same whoever explores. */

export interface TableSize {
  readonly bytes: number;
  /** It grows once so many fingerprints are in it. */
  readonly limit: number;
}

/** A kind of table, of which a module has one. */
export interface TableKind {
  /** The size after so many growths, and the variables of the module that describe the table then. */
  sized(growths: number): TableSize & { readonly variables: Readonly<Record<string, number>> };
  /** Whether the larger table may begin where the old one does. */
  readonly growsInPlace: boolean;
  /** What stands elsewhere, by number. */
  readonly bytesByNumber: number;
}

/** In slots of four bytes, as the variables of slots.ts describe it. */
export interface NumberedSize extends TableSize {
  readonly count: number;
  readonly mask: number;
  readonly quarter: number;
}

/** A table of less than 2^18 slots is doubled: it takes no memory to speak of. */
const FIRST_BITS = 12;
const DOUBLED_BITS = 18;
/** Beyond this, places take many steps to find. */
const FULL = 0.86;

/** Then to three quarters of twice as many slots, and from these to all, by turns. */
export function numberedSize(growths: number): NumberedSize {
  const beyond = Math.max(0, growths - (DOUBLED_BITS - FIRST_BITS));
  const bits = FIRST_BITS + growths - Math.floor(beyond / 2);
  const threeQuarters = beyond % 2 === 1;
  const count = (threeQuarters ? 3 : 4) * 2 ** (bits - 2);
  return {
    bytes: 4 * count,
    limit: Math.floor(count * FULL),
    count,
    mask: 2 ** bits - 1,
    quarter: threeQuarters ? -1 : 0,
  };
}

/** In slots of eight bytes, as the variables of ordered.ts describe it. */
export interface OrderedSize extends TableSize {
  /** Of homes; slots behind them take what is pushed out of the last ones. */
  readonly count: number;
  /** A fingerprint that stands so many bytes from the first slot, or more, makes the table grow. */
  readonly reach: number;
}

/** What is pushed beyond the homes is a few slots, and hardly ever more. */
const SLOTS_BEHIND = 256;
/** Of these, slots in which nothing stands: a search reads four at a time. */
const SLOTS_FREE = 16;
const ORDERED_FIRST = 1 << 12;
const ORDERED_DOUBLED = 1 << 20;
const ORDERED_GROWTH = 1.25;
const ORDERED_FULL = { small: 0.8, large: 0.84 };

export function orderedSize(growths: number): OrderedSize {
  const doublings = Math.log2(ORDERED_DOUBLED / ORDERED_FIRST);
  const beyond = Math.max(0, growths - doublings);
  const doubled = ORDERED_FIRST * 2 ** Math.min(growths, doublings);
  const count = Math.floor(doubled * ORDERED_GROWTH ** beyond);
  return {
    bytes: 8 * (count + SLOTS_BEHIND),
    limit: Math.floor(count * (beyond > 0 ? ORDERED_FULL.large : ORDERED_FULL.small)),
    count,
    reach: 8 * (count + SLOTS_BEHIND - SLOTS_FREE),
  };
}
