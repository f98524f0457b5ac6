/**
 * The table of a visited set with numbers.
 *
 * HOT CODE (`npm run bench`). An open addressing table of 32-bit slots holds
 * numbers: a slot is a number + 1 in the low bits, and above them bits of the fingerprint, which tell
 * almost all of what is met on the way from what is looked for. What a slot and its place do not say of the
 * fingerprint stands in 5 bytes by number: the low half, and a byte. What is met again was mostly found not long
 * ago: so these are near.
 *
 * x, the high half of a fingerprint, says where the search for it begins, at its home: ⌊x · places / 2^32⌋. It
 * goes on one slot further, then two, three … beyond that one. The byte says how many slots were passed, and the
 * lowest bit of x; with the place they give the home, and home and slot the rest of x: docs/design/visited.md
 * shows why. So nothing of the 64 bits is lost, and the table grows without the states.
 *
 * Where threads share the table, a number is one that its thread alone may use; the 5 bytes are written
 * first, and then the slot, if it is free still. Slots are not written twice, so who finds one that is free
 * has met all that stands before it.
 */
import * as wasm from '../code.ts';
import type { Code, Label, Locals } from '../code.ts';

/** The byte has seven bits for the number of slots that were passed. */
export const MOST_STEPS = 128;

/** Numbers share a chunk of low halves and of bytes. */
export const CHUNK_NUMBERS: number = 1 << 16;
export const CHUNK_BYTES: number = 5 * CHUNK_NUMBERS;
const LOW_BYTES = 4 * CHUNK_NUMBERS;

export interface TableView {
  readonly read: Code;
  readonly slots: Code;
  readonly count: Code;
  /** How many bits of a slot are its number's. */
  readonly shift: Code;
  /** What a slot holds, given its address. */
  held(address: Code): Code;
}

export interface Table {
  /** Whether other threads fill it at the same time. */
  readonly shared: boolean;
  /** Where it is shared: (address of a slot) : its fingerprint has its place in the larger table elsewhere. */
  readonly putOff: number;
  readonly slots: number;
  readonly count: number;
  readonly shift: number;
  readonly limit: number;
  readonly size: number;
  readonly chunks: number;
}

export function viewOf(table: Table, locals: Locals): TableView {
  const [slots, count, shift] = [locals.add(), locals.add(), locals.add()];
  return {
    read: [
      wasm.set(slots, wasm.global(table.slots)),
      wasm.set(count, wasm.global(table.count)),
      wasm.set(shift, wasm.global(table.shift)),
    ],
    slots: wasm.get(slots),
    count: wasm.get(count),
    shift: wasm.get(shift),
    // What stands at a number was written before the slot: so it must be read after it, too.
    held: (address) => (table.shared ? wasm.atomicLoad(address, 0) : wasm.load(address, 0)),
  };
}

/** The place where the search for a fingerprint begins. */
export function home({ count }: Pick<TableView, 'count'>, x: Code): Code {
  const product = wasm.long.multiply(wasm.long.extendUnsigned(x), wasm.long.extendUnsigned(count));
  return wasm.long.wrap(wasm.long.shiftRightUnsigned(product, wasm.i64(32n)));
}

/** The lowest x whose home is the place: 2^32 · place / places, rounded up. */
export function leastAt(place: Code, count: Code): Code {
  const long = wasm.long.extendUnsigned(count);
  const product = wasm.long.shiftLeft(wasm.long.extendUnsigned(place), wasm.i64(32n));
  const up = wasm.long.add(product, wasm.long.subtract(long, wasm.i64(1n)));
  return wasm.long.wrap(wasm.long.divideUnsigned(up, long));
}

export function slotAddress({ slots }: Pick<TableView, 'slots'>, place: Code): Code {
  return wasm.add(slots, wasm.shiftLeft(place, wasm.i32(2)));
}

export function chunkAddress(table: Table, number: Code): Code {
  const index = wasm.shiftLeft(wasm.shiftRightUnsigned(number, wasm.i32(16)), wasm.i32(2));
  return wasm.load(index, table.chunks);
}

/** Variables of a search through places. */
export interface Probe {
  readonly place: number;
  readonly steps: number;
  /** What the slot at the place holds. */
  readonly slot: number;
}

/**
 * Goes through the places from the home of x on; does `meet` at each that is taken, and ends at one that is
 * free, or behind all that may hold the fingerprint.
 */
export function probing(view: TableView, { place, steps, slot }: Probe, x: Code, meet: Code): Code {
  const [each, free] = [wasm.label(), wasm.label()];
  const held = view.held(slotAddress(view, wasm.get(place)));
  return [
    wasm.set(place, home(view, x)),
    wasm.set(steps, wasm.i32(0)),
    wasm.block(
      free,
      wasm.loop(each, [
        wasm.branchIf(wasm.not(wasm.tee(slot, held)), free),
        meet,
        wasm.set(steps, wasm.add(wasm.get(steps), wasm.i32(1))),
        wasm.set(place, wasm.add(wasm.get(place), wasm.get(steps))),
        wasm.when(
          wasm.atLeastUnsigned(wasm.get(place), view.count),
          wasm.set(place, wasm.subtract(wasm.get(place), view.count)),
        ),
        wasm.branchIf(wasm.less(wasm.get(steps), wasm.i32(MOST_STEPS)), each),
      ]),
    ),
  ];
}

/** The byte of a fingerprint that stands so many steps from its home. */
export function byteOf(x: Code, steps: Code): Code {
  return wasm.or(wasm.and(x, wasm.i32(1)), wasm.shiftLeft(steps, wasm.i32(1)));
}

export function byteAt(chunk: Code, number: Code): Code {
  return wasm.load8(wasm.add(chunk, inChunk(number)), LOW_BYTES);
}

export function setByte(chunk: Code, number: Code, byte: Code): Code {
  return wasm.store8(wasm.add(chunk, inChunk(number)), LOW_BYTES, byte);
}

/** The bits of x that a slot holds, where it holds them. */
export function tagOf(x: Code, shift: Code): Code {
  return wasm.shiftLeft(wasm.shiftRightUnsigned(x, wasm.i32(1)), shift);
}

export function numberIn(slot: Code, shift: Code): Code {
  const mask = wasm.subtract(wasm.shiftLeft(wasm.i32(1), shift), wasm.i32(1));
  return wasm.subtract(wasm.and(slot, mask), wasm.i32(1));
}

export function slotOf(tag: Code, number: Code): Code {
  return wasm.or(tag, wasm.add(number, wasm.i32(1)));
}

/** Fills the slot at a place that was free; goes back where another thread has been first. */
export function takeSlot(view: TableView, place: number, slot: Code, again: Label): Code {
  const address = slotAddress(view, wasm.get(place));
  return wasm.branchIf(wasm.compareExchange(address, wasm.i32(0), slot), again);
}

export function lowAddress(chunk: number, number: Code): Code {
  return wasm.add(wasm.get(chunk), wasm.shiftLeft(inChunk(number), wasm.i32(2)));
}

export function inChunk(number: Code): Code {
  return wasm.and(number, wasm.i32(CHUNK_NUMBERS - 1));
}

export function fourLocals(locals: Locals): [number, number, number, number] {
  return [locals.add(), locals.add(), locals.add(), locals.add()];
}
