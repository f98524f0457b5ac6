/**
 * The table of a visited set with numbers.
 *
 * HOT CODE (`npm run bench`). An open addressing table of 32-bit slots holds
 * numbers: a slot is a number + 1 in the low bits, and above them bits of the fingerprint, which tell
 * almost all of what is met on the way from what is looked for. What a slot and its place do not say of the
 * fingerprint stands in 5 bytes by number: the low half, and a byte.
 *
 * The table has 2^b slots or three quarters of that. x, the low b bits of the high half of a fingerprint,
 * says where the search for it begins: at x, or at x less a quarter of it rounded up. It goes on one slot
 * further, then two, three … beyond that one. The byte holds how many slots were taken, and the lowest bit
 * of x; with the place of the slot they give x. So nothing of the 64 bits is lost, and the table grows
 * without the states.
 *
 * Where threads share the table, a number is one that its thread alone may use; the 5 bytes are written
 * first, and then the slot, if it is free still. Slots are not written twice, so who finds one that is free
 * has met all that stands before it.
 */
import * as wasm from '../code.ts';
import type { Code, Label, Locals } from '../code.ts';

/** The byte has seven bits for the number of slots that were taken. */
export const MOST_STEPS = 128;

/** Numbers share a chunk of low halves and of bytes. */
export const CHUNK_NUMBERS: number = 1 << 16;
export const CHUNK_BYTES: number = 5 * CHUNK_NUMBERS;

export interface TableView {
  readonly read: Code;
  readonly slots: Code;
  readonly count: Code;
  readonly mask: Code;
  readonly quarter: Code;
  /** What a slot holds, given its address. */
  held(address: Code): Code;
}

export function viewOf(table: Table, locals: Locals): TableView {
  const [slots, count, mask, quarter] = fourLocals(locals);
  return {
    read: [
      wasm.set(slots, wasm.global(table.slots)),
      wasm.set(count, wasm.global(table.count)),
      wasm.set(mask, wasm.global(table.mask)),
      wasm.set(quarter, wasm.global(table.quarter)),
    ],
    slots: wasm.get(slots),
    count: wasm.get(count),
    mask: wasm.get(mask),
    quarter: wasm.get(quarter),
    // What stands at a number was written before the slot: so it must be read after it, too.
    held: (address) => (table.shared ? wasm.atomicLoad(address, 0) : wasm.load(address, 0)),
  };
}

export interface Table {
  /** Whether other threads fill it at the same time. */
  readonly shared: boolean;
  /** Where it is shared: (address of a slot) : its fingerprint has its place in the larger table elsewhere. */
  readonly putOff: number;
  readonly slots: number;
  readonly count: number;
  readonly mask: number;
  readonly quarter: number;
  readonly limit: number;
  readonly size: number;
  readonly chunks: number;
}

/** The place where the search for a fingerprint begins. */
export function home(view: TableView, x: Code): Code {
  const quarter = wasm.shiftRightUnsigned(wasm.add(x, wasm.i32(3)), wasm.i32(2));
  return wasm.subtract(x, wasm.and(quarter, view.quarter));
}

export function slotAddress({ slots }: Pick<TableView, 'slots'>, place: Code): Code {
  return wasm.add(slots, wasm.shiftLeft(place, wasm.i32(2)));
}

export function chunkAddress(table: Table, number: Code): Code {
  const index = wasm.shiftLeft(wasm.shiftRightUnsigned(number, wasm.i32(16)), wasm.i32(2));
  return wasm.load(index, table.chunks);
}

export function inChunk(number: Code): Code {
  return wasm.and(number, wasm.i32(CHUNK_NUMBERS - 1));
}

const LOW_BYTES = 4 * CHUNK_NUMBERS;

/** Variables of a search through slots. */
export interface Probe {
  readonly place: number;
  readonly steps: number;
  /** What the slot at the place holds. */
  readonly slot: number;
}

/**
 * Goes through the slots from the home of x on; does `meet` at each that is taken, and ends at one that is
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
export function byteOf(x: Code, steps: number): Code {
  return wasm.or(wasm.and(x, wasm.i32(1)), wasm.shiftLeft(wasm.get(steps), wasm.i32(1)));
}

export function byteAt(chunk: Code, number: Code): Code {
  return wasm.load8(wasm.add(chunk, inChunk(number)), LOW_BYTES);
}

export function setByte(chunk: Code, number: Code, byte: Code): Code {
  return wasm.store8(wasm.add(chunk, inChunk(number)), LOW_BYTES, byte);
}

/** A slot's number and the upper bits of the high half. */
export function slotOf({ mask }: TableView, high: number, number: number): Code {
  const upper = wasm.and(wasm.get(high), wasm.xor(mask, wasm.i32(-1)));
  return wasm.or(upper, wasm.add(wasm.get(number), wasm.i32(1)));
}

/** Fills the slot at a place that was free; goes back where another thread has been first. */
export function takeSlot(view: TableView, place: number, slot: Code, again: Label): Code {
  const address = slotAddress(view, wasm.get(place));
  return wasm.branchIf(wasm.compareExchange(address, wasm.i32(0), slot), again);
}

export function lowAddress(chunk: number, number: Code): Code {
  return wasm.add(wasm.get(chunk), wasm.shiftLeft(inChunk(number), wasm.i32(2)));
}

export function lowAt(chunk: number, number: Code): Code {
  return wasm.load(lowAddress(chunk, number), 0);
}

export function fourLocals(locals: Locals): [number, number, number, number] {
  return [locals.add(), locals.add(), locals.add(), locals.add()];
}
