/** How a visited set with numbers grows: from slots and bytes alone, which give a fingerprint's high half. */
import * as wasm from '../code.ts';
import type { Code } from '../code.ts';
import type { Environment } from '../environment.ts';
import {
  MOST_STEPS,
  byteAt,
  byteOf,
  chunkAddress,
  fourLocals,
  leastAt,
  numberIn,
  probing,
  setByte,
  slotAddress,
  slotOf,
  tagOf,
  viewOf,
} from './slots.ts';
import type { Table } from './slots.ts';

/**
 * (where the old table is, its count and shift) : fills the new table, which the variables describe, from the old one, in
 * the order of its places. As homes keep their order, both are gone through from the first place to the last. The new
 * one is so empty that every fingerprint finds a place.
 *
 * Threads that share it fill it together, each from a part of the old one: two more parameters are the
 * places where that begins and ends, and the last two a range of places in the new one that is for this
 * thread alone, so that nobody has to take a slot before somebody else. What finds a place elsewhere is put off.
 */
export function defineRefill({ module }: Environment, table: Table): void {
  const parameters = table.shared ? 7 : 3;
  const locals = new wasm.Locals(parameters);
  const [oldSlots, oldCount, oldShift] = [wasm.get(0), wasm.get(1), wasm.get(2)];
  const old = { slots: oldSlots };
  const [from, held, byte, x] = fourLocals(locals);
  const [number, chunk] = [locals.add(), locals.add()];
  const probe = { place: locals.add(), steps: locals.add(), slot: locals.add() };
  const view = viewOf(table, locals);
  const [each, next, done] = [wasm.label(), wasm.label(), wasm.label()];
  const slot = slotOf(tagOf(wasm.get(x), view.shift), wasm.get(number));
  const move = [
    wasm.set(number, numberIn(wasm.get(held), oldShift)),
    wasm.set(chunk, chunkAddress(table, wasm.get(number))),
    wasm.set(byte, byteAt(wasm.get(chunk), wasm.get(number))),
    highHalf(x, { from, held, byte }, oldCount, oldShift),
    probing(view, probe, wasm.get(x), wasm.NOTHING),
    wasm.when(wasm.equal(wasm.get(probe.steps), wasm.i32(MOST_STEPS)), wasm.TRAP),
    table.shared
      ? wasm.when(wasm.not(isOwn(wasm.get(probe.place))), [
          wasm.call(table.putOff, wasm.get(from)),
          wasm.branch(next),
        ])
      : wasm.NOTHING,
    wasm.store(slotAddress(view, wasm.get(probe.place)), 0, slot),
    setByte(wasm.get(chunk), wasm.get(number), byteOf(wasm.get(x), wasm.get(probe.steps))),
  ];
  const [begin, end] = table.shared ? [wasm.get(3), wasm.get(4)] : [wasm.i32(0), oldCount];
  const isFirstOfLine = wasm.not(wasm.and(wasm.get(from), wasm.i32(LINE_SLOTS - 1)));
  const ahead = [locals.add(), locals.add()] as const;
  // What is read ahead must be used, or it may be left out.
  const read = module.global();
  const index = module.declare(parameters, false);
  module.define(index, locals, [
    view.read,
    wasm.set(from, begin),
    wasm.block(
      done,
      wasm.loop(each, [
        wasm.branchIf(wasm.atLeastUnsigned(wasm.get(from), end), done),
        wasm.when(isFirstOfLine, readLine(table, old, from, number, ahead, oldShift)),
        wasm.block(next, [
          wasm.set(held, wasm.load(slotAddress(old, wasm.get(from)), 0)),
          wasm.branchIf(wasm.not(wasm.get(held)), next),
          move,
        ]),
        wasm.set(from, wasm.add(wasm.get(from), wasm.i32(1))),
        wasm.branch(each),
      ]),
    ),
    wasm.setGlobal(read, wasm.get(ahead[1])),
  ]);
  module.export('refill', index);
}

const LINE_SLOTS = 16;

/** Reads the bytes of a line of slots, all at once: they come from memory at the same time. */
function readLine(
  table: Table,
  old: { readonly slots: Code },
  from: number,
  number: number,
  [passed, read]: readonly [number, number],
  oldShift: Code,
): Code {
  const [each, next] = [wasm.label(), wasm.label()];
  const place = wasm.add(wasm.get(from), wasm.get(passed));
  const slot = wasm.load(slotAddress(old, place), 0);
  const byte = byteAt(chunkAddress(table, wasm.get(number)), wasm.get(number));
  return [
    wasm.set(passed, wasm.i32(0)),
    wasm.loop(each, [
      wasm.set(number, numberIn(slot, oldShift)),
      wasm.block(next, [
        wasm.branchIf(wasm.less(wasm.get(number), wasm.i32(0)), next),
        wasm.set(read, wasm.xor(wasm.get(read), byte)),
      ]),
      wasm.set(passed, wasm.add(wasm.get(passed), wasm.i32(1))),
      wasm.branchIf(wasm.unequal(wasm.get(passed), wasm.i32(LINE_SLOTS)), each),
    ]),
  ];
}

/** Whether a place is in the range that the last parameters are. */
function isOwn(place: Code): Code {
  return wasm.lessUnsigned(
    wasm.subtract(place, wasm.get(5)),
    wasm.subtract(wasm.get(6), wasm.get(5)),
  );
}

/**
 * The high half of the fingerprint at a place: of those that have their home where the search for it began,
 * the one that has the low bits that slot and byte hold.
 */
function highHalf(
  x: number,
  { from, held, byte }: { readonly from: number; readonly held: number; readonly byte: number },
  count: Code,
  shift: Code,
): Code {
  const steps = wasm.shiftRightUnsigned(wasm.get(byte), wasm.i32(1));
  const passed = wasm.shiftRightUnsigned(
    wasm.multiply(steps, wasm.add(steps, wasm.i32(1))),
    wasm.i32(1),
  );
  const upper = wasm.shiftRightUnsigned(wasm.get(held), shift);
  const low = wasm.or(wasm.shiftLeft(upper, wasm.i32(1)), wasm.and(wasm.get(byte), wasm.i32(1)));
  const mask = wasm.subtract(
    wasm.shiftLeft(wasm.i32(1), wasm.subtract(wasm.i32(33), shift)),
    wasm.i32(1),
  );
  return [
    wasm.set(x, wasm.subtract(wasm.get(from), passed)),
    wasm.when(wasm.less(wasm.get(x), wasm.i32(0)), wasm.set(x, wasm.add(wasm.get(x), count))),
    wasm.set(x, leastAt(wasm.get(x), count)),
    wasm.set(x, wasm.add(wasm.get(x), wasm.and(wasm.subtract(low, wasm.get(x)), mask))),
  ];
}
