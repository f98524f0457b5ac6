/**
 * The table of a visited set with numbers.
 *
 * HOT CODE (`npm run bench`). An open addressing table. A place of it has a slot of 32 bits and a byte, in two
 * arrays; 0 is a free slot. A slot is a number + 1 in the low bits, and above them bits of the fingerprint, which tell
 * almost all of what is met on the way from what is looked for. What place, slot and byte do not say of the
 * fingerprint, its low half, stands in 4 bytes by number.
 *
 * x, the high half of a fingerprint, says where the search for it begins, at its home: ⌊x · places / 2^32⌋. It
 * goes on one place further, then two, three … beyond that one. The byte says how many places were passed, and the
 * lowest bit of x; with the place they give the home, and home and slot the rest of x: docs/design/visited.md
 * shows why. So nothing of the 64 bits is lost, and the table grows without the states.
 *
 * Where threads share the table, a number is one that its thread alone may use; the low half is written
 * first, then the slot, if it is free still, and then the byte, which is never 0. Slots are not written twice, so
 * who finds one that is free has met all that stands before it.
 */
import * as wasm from '../code.ts';
import type { Code, Label, Locals } from '../code.ts';

/** The byte has seven bits for the number of places that were passed, and is never 0. */
export const MOST_STEPS = 127;

/** Numbers share a chunk of low halves. */
export const CHUNK_NUMBERS: number = 1 << 16;
export const CHUNK_BYTES: number = 4 * CHUNK_NUMBERS;
export const PLACE_BYTES = 5;

export interface TableView {
  readonly read: Code;
  readonly slots: Code;
  /** Where the bytes of places stand. */
  readonly bytes: Code;
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
  const [slots, bytes, count, shift] = fourLocals(locals);
  return {
    read: [
      wasm.set(slots, wasm.global(table.slots)),
      wasm.set(count, wasm.global(table.count)),
      wasm.set(shift, wasm.global(table.shift)),
      wasm.set(bytes, bytesOf(wasm.get(slots), wasm.get(count))),
    ],
    slots: wasm.get(slots),
    bytes: wasm.get(bytes),
    count: wasm.get(count),
    shift: wasm.get(shift),
    // What stands at a number was written before the slot: so it must be read after it, too.
    held: (address) => (table.shared ? wasm.atomicLoad(address, 0) : wasm.load(address, 0)),
  };
}

/** Where the bytes of a table stand: behind its slots. */
export function bytesOf(slots: Code, count: Code): Code {
  return wasm.add(slots, wasm.shiftLeft(count, wasm.i32(2)));
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
  const bits = wasm.or(wasm.and(x, wasm.i32(1)), wasm.shiftLeft(steps, wasm.i32(1)));
  return wasm.add(bits, wasm.i32(1));
}

/** What byteOf() was made of: how many steps, and the lowest bit of x. */
export function stepsOf(byte: Code): Code {
  return wasm.shiftRightUnsigned(wasm.subtract(byte, wasm.i32(1)), wasm.i32(1));
}

export function lowestOf(byte: Code): Code {
  return wasm.and(wasm.subtract(byte, wasm.i32(1)), wasm.i32(1));
}

export function byteAddress({ bytes }: Pick<TableView, 'bytes'>, place: Code): Code {
  return wasm.add(bytes, place);
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
