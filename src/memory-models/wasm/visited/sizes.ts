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
  /** Bits that a number may have. */
  readonly shift: number;
}

const NUMBERED_FIRST = 1 << 12;
/** Below this it is doubled: it takes no memory to speak of. */
const NUMBERED_DOUBLED = 1 << 18;
const NUMBERED_GROWTH = 1.375;
/** Beyond this, places take many steps to find. */
const NUMBERED_FULL = 0.86;

export function numberedSize(growths: number): NumberedSize {
  const doublings = Math.log2(NUMBERED_DOUBLED / NUMBERED_FIRST);
  const doubled = NUMBERED_FIRST * 2 ** Math.min(growths, doublings);
  // So that what follows the slots, and the bytes, begins at a word.
  const count =
    16 * Math.floor((doubled * NUMBERED_GROWTH ** Math.max(0, growths - doublings)) / 16);
  return {
    bytes: 4 * count,
    limit: Math.floor(count * NUMBERED_FULL),
    count,
    shift: 32 - Math.clz32(count),
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
