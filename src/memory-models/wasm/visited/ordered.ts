/**
 * The visited set of a search that keeps no edges: whole fingerprints in an ordered table (Amble and Knuth,
 * Ordered hash tables, 1974), which says whether a state is new, and nothing else.
 *
 * HOT CODE, once a transition that changes something (`npm run bench`).
 *
 * A slot is a fingerprint of eight bytes; 0 is a free one, and a fingerprint of 0 is taken for 1. The home
 * of a fingerprint is a place that falls as its upper half rises. Invariant: what is in the table stands in
 * falling order, at its home or behind it, with nothing free between the two. So the first slot from the home
 * on that holds no more than what is looked for holds it, or it is nowhere; and there it is put in,
 * what stands in its way up to the next free slot goes one place further.
 *
 * docs/design/visited.md shows why the table can grow where it stands.
 */
import * as wasm from '../code.ts';
import type { Code, Locals } from '../code.ts';
import { increase } from '../environment.ts';
import type { ModuleBuilder } from '../module.ts';
import { orderedSize } from './sizes.ts';
import type { TableKind } from './sizes.ts';
import type { Lookup, VisitedCode } from './visited.ts';

const ORDERED: TableKind = {
  sized: (growths) => {
    const { bytes, limit, count, reach } = orderedSize(growths);
    return { bytes, limit, variables: { bytes, count, reach } };
  },
  growsInPlace: true,
  bytesByNumber: 0,
};

interface Table {
  readonly slots: number;
  readonly bytes: number;
  readonly count: number;
  readonly reach: number;
  readonly limit: number;
  readonly size: number;
}

const SLOT_BYTES = 8;
/** Slots that a search compares at a time. */
const TOGETHER = 4;
/** A search may go on in the next line; this is about where most end. */
const FURTHER_BYTES = 48;
/** A table of so many slots is near anyway. */
const NEAR_SLOTS = 1 << 17;

export function defineOrdered(module: ModuleBuilder, grow: number): VisitedCode {
  const table = {
    slots: module.global('slots'),
    bytes: module.global('bytes'),
    count: module.global('count'),
    reach: module.global('reach'),
    limit: module.global('limit'),
    size: module.global('size'),
  };
  defineRefill(module, table);
  return {
    kind: ORDERED,
    pause: wasm.NOTHING,
    size: table.size,
    chunks: 0,
    lookup: (locals) => lookupIn(table, locals, grow),
  };
}

/** Where the table begins, and how many homes it has. */
interface View {
  readonly slots: Code;
  readonly count: Code;
}

/** The address of the home of a fingerprint. */
function home({ slots, count }: View, fingerprint: Code): Code {
  const upper = wasm.long.shiftRightUnsigned(fingerprint, wasm.i64(32n));
  const falling = wasm.long.subtract(wasm.i64(2n ** 32n - 1n), upper);
  const product = wasm.long.multiply(falling, wasm.long.extendUnsigned(count));
  const place = wasm.long.wrap(wasm.long.shiftRightUnsigned(product, wasm.i64(32n)));
  return wasm.add(slots, wasm.multiply(place, wasm.i32(SLOT_BYTES)));
}

function lookupIn(table: Table, locals: Locals, grow: number): Lookup {
  const [slots, count, slot] = [locals.add(), locals.add(), locals.add()];
  const view = { slots: wasm.get(slots), count: wasm.get(count) };
  const read = [
    wasm.set(slots, wasm.global(table.slots)),
    wasm.set(count, wasm.global(table.count)),
  ];
  return {
    read,
    isFar: wasm.greater(view.count, wasm.i32(NEAR_SLOTS)),
    near: (fingerprint) =>
      wasm.xor(
        wasm.load(wasm.tee(slot, home(view, fingerprint)), 0),
        wasm.load(wasm.get(slot), FURTHER_BYTES),
      ),
    insert: (fingerprint, result) => {
      const other = locals.add('i64');
      const known = wasm.label();
      return [
        wasm.set(fingerprint, orOne(fingerprint)),
        wasm.set(slot, home(view, wasm.get(fingerprint))),
        passGreater(slot, fingerprint, locals.add()),
        wasm.set(result, wasm.i32(-1)),
        wasm.set(other, wasm.load64(wasm.get(slot), 0)),
        wasm.block(known, [
          wasm.branchIf(wasm.long.equal(wasm.get(other), wasm.get(fingerprint)), known),
          putIn(slot, fingerprint, other),
          wasm.set(result, wasm.global(table.size)),
          increase(table.size, 1),
          wasm.when(isFull(table, slot), [trapBehind(table, slot), wasm.call(grow), read]),
        ]),
      ];
    },
    find: null,
  };
}

function orOne(fingerprint: number): Code {
  const isZero = wasm.long.isZero(wasm.get(fingerprint));
  return wasm.long.or(wasm.get(fingerprint), wasm.long.extendUnsigned(isZero));
}

/**
 * The slot is moved to the first that does not hold more than the fingerprint. How many of four do says how
 * far that is, without a branch for each.
 */
function passGreater(slot: number, fingerprint: number, passed: number): Code {
  const more = wasm.label();
  const holdsGreater = (i: number): Code =>
    wasm.long.greaterUnsigned(wasm.load64(wasm.get(slot), SLOT_BYTES * i), wasm.get(fingerprint));
  const count = Array.from({ length: TOGETHER }, (_, i) => holdsGreater(i)).reduce(wasm.add);
  const step = wasm.multiply(wasm.tee(passed, count), wasm.i32(SLOT_BYTES));
  return wasm.loop(more, [
    wasm.set(slot, wasm.add(wasm.get(slot), step)),
    wasm.branchIf(wasm.equal(wasm.get(passed), wasm.i32(TOGETHER)), more),
  ]);
}

/** What stands in the slot, `other`, and behind it goes one further; the slot ends behind all that has moved. */
function putIn(slot: number, carried: number, other: number): Code {
  const each = wasm.label();
  return wasm.loop(each, [
    wasm.store64(wasm.get(slot), 0, wasm.get(carried)),
    wasm.set(slot, wasm.add(wasm.get(slot), wasm.i32(SLOT_BYTES))),
    wasm.set(carried, wasm.get(other)),
    wasm.set(other, wasm.load64(wasm.get(slot), 0)),
    wasm.branchIf(wasm.not(wasm.long.isZero(wasm.get(carried))), each),
  ]);
}

function isFull(table: Table, slot: number): Code {
  return wasm.or(
    wasm.atLeastUnsigned(wasm.global(table.size), wasm.global(table.limit)),
    wasm.atLeastUnsigned(fromFirst(table, slot), wasm.global(table.reach)),
  );
}

/** Slots must be left that are free, or a search would leave the table. */
function trapBehind(table: Table, slot: number): Code {
  const last = wasm.subtract(wasm.global(table.bytes), wasm.i32(SLOT_BYTES * (TOGETHER + 1)));
  return wasm.when(wasm.atLeastUnsigned(fromFirst(table, slot), last), wasm.TRAP);
}

function fromFirst(table: Table, slot: number): Code {
  return wasm.subtract(wasm.get(slot), wasm.global(table.slots));
}

/**
 * (address of the old table, its bytes) : the larger table, which the variables describe, is filled from it. It
 * begins where the old one does, or elsewhere.
 *
 * All is first moved to its end, and from there, in order, each to its home or behind the one before it.
 */
function defineRefill(module: ModuleBuilder, table: Table): void {
  const locals = new wasm.Locals(2);
  const [oldSlots, oldBytes] = [wasm.get(0), wasm.get(1)];
  const [slots, count] = [locals.add(), locals.add()];
  const [from, end, to, next] = [locals.add(), locals.add(), locals.add(), locals.add()];
  const held = locals.add('i64');
  const each = wasm.label();
  const isFree = wasm.long.isZero(wasm.get(held));
  const nothing = wasm.or(isFree, wasm.lessUnsigned(wasm.get(to), wasm.get(next)));
  const view = { slots: wasm.get(slots), count: wasm.get(count) };
  const index = module.declare(2, false);
  module.define(index, locals, [
    wasm.set(slots, wasm.global(table.slots)),
    wasm.set(count, wasm.global(table.count)),
    wasm.set(end, wasm.add(wasm.get(slots), wasm.global(table.bytes))),
    wasm.set(from, wasm.subtract(wasm.get(end), oldBytes)),
    wasm.copy(wasm.get(from), oldSlots, oldBytes),
    wasm.fill(wasm.get(slots), wasm.i32(0), wasm.subtract(wasm.get(from), wasm.get(slots))),
    wasm.set(next, wasm.get(slots)),
    // Without a branch on whether a slot is free, which would be guessed wrongly one time in three.
    wasm.loop(each, [
      wasm.set(held, wasm.load64(wasm.get(from), 0)),
      wasm.store64(wasm.get(from), 0, wasm.i64(0n)),
      wasm.set(to, home(view, wasm.get(held))),
      wasm.set(to, wasm.select(wasm.get(next), wasm.get(to), nothing)),
      wasm.store64(wasm.get(to), 0, wasm.get(held)),
      wasm.set(
        next,
        wasm.add(wasm.get(to), wasm.select(wasm.i32(0), wasm.i32(SLOT_BYTES), isFree)),
      ),
      wasm.set(from, wasm.add(wasm.get(from), wasm.i32(SLOT_BYTES))),
      wasm.branchIf(wasm.unequal(wasm.get(from), wasm.get(end)), each),
    ]),
  ]);
  module.export('refill', index);
}
