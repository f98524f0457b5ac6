/** How a visited set with numbers grows: from slots and bytes alone, which give all of a fingerprint but its low half. */
import * as wasm from '../code.ts';
import type { Code } from '../code.ts';
import type { Environment } from '../environment.ts';
import { MOST_STEPS, byteAt, byteOf, chunkAddress, fourLocals, probing } from './slots.ts';
import { setByte, slotAddress, slotOf, viewOf } from './slots.ts';
import type { Table } from './slots.ts';

/**
 * Fills the new table, which the variables describe, from the old one, in the order of its slots. The new
 * one is so empty that every fingerprint finds a place.
 *
 * Threads that share it fill it together, each from a part of the old one: two more parameters are the
 * addresses where that begins and ends, and the others two ranges of places in the new one that are for this
 * thread alone, so that nobody has to take a slot before somebody else. What finds a place elsewhere is put off.
 */
export function defineRefill({ module }: Environment, table: Table): void {
  const parameters = table.shared ? 10 : 4;
  const locals = new wasm.Locals(parameters);
  const [oldSlots, oldCount, oldMask, oldQuarter] = [0, 1, 2, 3].map(wasm.get) as [
    Code,
    Code,
    Code,
    Code,
  ];
  const [from, end, held, number] = fourLocals(locals);
  const [chunk, byte, first, high] = fourLocals(locals);
  const probe = { place: locals.add(), steps: locals.add(), slot: locals.add() };
  const view = viewOf(table, locals);
  const [each, next, done] = [wasm.label(), wasm.label(), wasm.label()];
  const move = [
    wasm.set(number, wasm.subtract(wasm.and(wasm.get(held), oldMask), wasm.i32(1))),
    wasm.set(chunk, chunkAddress(table, wasm.get(number))),
    wasm.set(byte, byteAt(wasm.get(chunk), wasm.get(number))),
    wasm.set(first, placeOf(wasm.get(from), oldSlots)),
    goBack(first, byte, oldCount),
    wasm.set(
      high,
      wasm.or(
        wasm.and(wasm.get(held), wasm.xor(oldMask, wasm.i32(-1))),
        xOf(wasm.get(first), wasm.get(byte), oldQuarter),
      ),
    ),
    probing(view, probe, wasm.and(wasm.get(high), view.mask), wasm.NOTHING),
    wasm.when(wasm.equal(wasm.get(probe.steps), wasm.i32(MOST_STEPS)), wasm.TRAP),
    table.shared
      ? wasm.when(wasm.not(isOwn(wasm.get(probe.place))), [
          wasm.call(table.putOff, wasm.get(from)),
          wasm.branch(next),
        ])
      : wasm.NOTHING,
    wasm.store(slotAddress(view, wasm.get(probe.place)), 0, slotOf(view, high, number)),
    setByte(wasm.get(chunk), wasm.get(number), byteOf(wasm.get(high), probe.steps)),
  ];
  const [begin, stop] = table.shared
    ? [wasm.get(4), wasm.get(5)]
    : [oldSlots, slotAddress({ slots: oldSlots }, oldCount)];
  const isFirstOfLine = wasm.not(
    wasm.and(wasm.subtract(wasm.get(from), oldSlots), wasm.i32(LINE_BYTES - 1)),
  );
  const ahead = [locals.add(), locals.add()] as const;
  // What is read ahead must be used, or it may be left out.
  const read = module.global();
  const index = module.declare(parameters, false);
  module.define(index, locals, [
    view.read,
    wasm.set(from, begin),
    wasm.set(end, stop),
    wasm.block(
      done,
      wasm.loop(each, [
        wasm.when(isFirstOfLine, readLine(table, wasm.get(from), number, ahead, oldMask)),
        wasm.block(next, [
          wasm.branchIf(wasm.not(wasm.tee(held, wasm.load(wasm.get(from), 0))), next),
          move,
        ]),
        wasm.set(from, wasm.add(wasm.get(from), wasm.i32(4))),
        wasm.branchIf(wasm.unequal(wasm.get(from), wasm.get(end)), each),
      ]),
    ),
    wasm.setGlobal(read, wasm.get(ahead[1])),
  ]);
  module.export('refill', index);
}

/** Whether a place is in one of the ranges that the parameters are. */
function isOwn(place: Code): Code {
  const inside = ([from, end]: readonly [number, number]): Code =>
    wasm.lessUnsigned(
      wasm.subtract(place, wasm.get(from)),
      wasm.subtract(wasm.get(end), wasm.get(from)),
    );
  return wasm.or(inside([6, 7]), inside([8, 9]));
}

const LINE_BYTES = 64;

/** Reads the bytes of a line of slots, all at once: they come from memory at the same time. */
function readLine(
  table: Table,
  from: Code,
  number: number,
  [at, read]: readonly [number, number],
  oldMask: Code,
): Code {
  const [each, next] = [wasm.label(), wasm.label()];
  const slot = wasm.load(wasm.add(from, wasm.get(at)), 0);
  const byte = byteAt(chunkAddress(table, wasm.get(number)), wasm.get(number));
  return [
    wasm.set(at, wasm.i32(0)),
    wasm.loop(each, [
      wasm.set(number, wasm.subtract(wasm.and(slot, oldMask), wasm.i32(1))),
      wasm.block(next, [
        wasm.branchIf(wasm.less(wasm.get(number), wasm.i32(0)), next),
        wasm.set(read, wasm.xor(wasm.get(read), byte)),
      ]),
      wasm.set(at, wasm.add(wasm.get(at), wasm.i32(4))),
      wasm.branchIf(wasm.unequal(wasm.get(at), wasm.i32(LINE_BYTES)), each),
    ]),
  ];
}

function placeOf(address: Code, slots: Code): Code {
  return wasm.shiftRightUnsigned(wasm.subtract(address, slots), wasm.i32(2));
}

/** From where a fingerprint stands to where the search for it begins. */
function goBack(place: number, byte: number, count: Code): Code {
  const steps = wasm.shiftRightUnsigned(wasm.get(byte), wasm.i32(1));
  const distance = wasm.shiftRightUnsigned(
    wasm.multiply(steps, wasm.add(steps, wasm.i32(1))),
    wasm.i32(1),
  );
  return [
    wasm.set(place, wasm.subtract(wasm.get(place), distance)),
    wasm.when(
      wasm.less(wasm.get(place), wasm.i32(0)),
      wasm.set(place, wasm.add(wasm.get(place), count)),
    ),
  ];
}

/** The inverse of home(): the one of at most two x that has the lowest bit. */
function xOf(place: Code, byte: Code, quarter: Code): Code {
  const third = wasm.divideUnsigned(wasm.add(place, wasm.i32(2)), wasm.i32(3));
  const least = wasm.add(place, wasm.and(third, quarter));
  return wasm.add(least, wasm.and(wasm.subtract(byte, least), wasm.i32(1)));
}
