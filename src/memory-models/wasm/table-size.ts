/** How large the table of the visited set is, and how it grows: the same whoever explores. */

/** In slots, as the variables of table.ts describe it; it grows once so many fingerprints are in it. */
export interface TableSize {
  readonly count: number;
  readonly mask: number;
  readonly quarter: number;
  readonly limit: number;
}

/** A table of less than 2^18 slots is doubled: it takes no memory to speak of. */
const FIRST_BITS = 12;
const DOUBLED_BITS = 18;
/** Beyond this, places take many steps to find. */
const FULL = 0.86;

export const FIRST_TABLE: TableSize = sized(FIRST_BITS, false);

/** To three quarters of twice as many slots, or from these to all; while it is small, at once. */
export function grown({ mask, quarter }: Pick<TableSize, 'mask' | 'quarter'>): TableSize {
  const bits = 32 - Math.clz32(mask);
  if (bits < DOUBLED_BITS) return sized(bits + 1, false);
  return quarter === 0 ? sized(bits + 1, true) : sized(bits, false);
}

function sized(bits: number, threeQuarters: boolean): TableSize {
  const count = (threeQuarters ? 3 : 4) * 2 ** (bits - 2);
  const limit = Math.floor(count * FULL);
  return { count, mask: 2 ** bits - 1, quarter: threeQuarters ? -1 : 0, limit };
}
