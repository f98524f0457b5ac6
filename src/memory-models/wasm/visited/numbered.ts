/**
 * The visited set of a search that keeps edges: fingerprints, numbered in the order of their insertion.
 * slots.ts says how they stand in memory.
 *
 * HOT CODE, once a transition that changes something (`npm run bench`).
 */
import * as wasm from '../code.ts';
import type { Code, Label, Locals } from '../code.ts';
import { increase } from '../environment.ts';
import type { Environment } from '../environment.ts';
import { defineRefill } from './refill.ts';
import { numberedSize } from './sizes.ts';
import type { TableKind } from './sizes.ts';
import {
  CHUNK_BYTES,
  CHUNK_NUMBERS,
  MOST_STEPS,
  byteAt,
  byteOf,
  chunkAddress,
  fourLocals,
  home,
  inChunk,
  lowAddress,
  numberIn,
  probing,
  setByte,
  slotAddress,
  slotOf,
  tagOf,
  takeSlot,
  viewOf,
} from './slots.ts';
import type { Probe, Table, TableView } from './slots.ts';
import type { VisitedCode } from './visited.ts';

export const NUMBERED: TableKind = {
  sized: (growths) => {
    const { bytes, limit, count, shift } = numberedSize(growths);
    return { bytes, limit, variables: { count, shift } };
  },
  growsInPlace: false,
  bytesByNumber: CHUNK_BYTES / CHUNK_NUMBERS,
};

/** A table of so many slots is near anyway. */
const NEAR_SLOTS = 1 << 18;

export function defineNumbered(
  environment: Environment,
  grow: number,
  addChunk: number,
  mostChunks: number,
  block: Block,
): VisitedCode {
  const { module } = environment;
  const table = {
    shared: environment.shared,
    putOff: block.putOff,
    slots: module.global('slots'),
    count: module.global('count'),
    shift: module.global('shift'),
    limit: module.global('limit'),
    size: module.global('size'),
    chunks: environment.reserve(4 * mostChunks),
  };
  defineRefill(environment, table);
  const growing = wasm.atomicLoad(wasm.i32(0), environment.control);
  return {
    kind: NUMBERED,
    pause: table.shared ? wasm.when(growing, wasm.call(grow)) : wasm.NOTHING,
    size: table.size,
    chunks: table.chunks,
    lookup: (locals) => {
      const view = viewOf(table, locals);
      const searched = (fingerprint: number, result: number): Searching =>
        searching(locals, table, view, fingerprint, result);
      return {
        read: view.read,
        isFar: wasm.greater(view.count, wasm.i32(NEAR_SLOTS)),
        near: (fingerprint) => wasm.load(slotAddress(view, home(view, highOf(fingerprint))), 0),
        insert: (fingerprint, result) =>
          table.shared
            ? insertingFirst(table, view, searched(fingerprint, result), grow, block)
            : inserting(table, view, searched(fingerprint, result), grow, addChunk),
        find: (fingerprint, result) => {
          const { known, code } = searched(fingerprint, result);
          return wasm.block(known, [code, wasm.set(result, wasm.global(table.size))]);
        },
      };
    },
  };
}

/** The block of numbers that a thread may use, which is at its end where the states' room is. */
export interface Block {
  readonly write: number;
  readonly writeEnd: number;
  readonly addRoom: number;
  readonly putOff: number;
}

/** The upper half of a fingerprint. */
function highOf(fingerprint: Code): Code {
  return wasm.long.wrap(wasm.long.shiftRightUnsigned(fingerprint, wasm.i64(32n)));
}

interface Searching {
  readonly code: Code;
  /** Where the code goes on when the fingerprint is known, with the result. */
  readonly known: Label;
  readonly probe: Probe;
  readonly chunk: number;
  readonly low: number;
  readonly x: number;
  readonly tag: number;
  readonly result: number;
}

function searching(
  locals: Locals,
  table: Table,
  view: TableView,
  fingerprint: number,
  result: number,
): Searching {
  const [low, x, number, chunk] = fourLocals(locals);
  const tag = locals.add();
  const probe = { place: locals.add(), steps: locals.add(), slot: locals.add() };
  const known = wasm.label();
  const difference = wasm.shiftRightUnsigned(
    wasm.xor(wasm.get(probe.slot), wasm.get(tag)),
    view.shift,
  );
  const byte = byteOf(wasm.get(x), wasm.get(probe.steps));
  const compare = [
    wasm.set(number, numberIn(wasm.get(probe.slot), view.shift)),
    wasm.set(chunk, chunkAddress(table, wasm.get(number))),
    wasm.when(
      wasm.equal(wasm.load(lowAddress(chunk, wasm.get(number)), 0), wasm.get(low)),
      wasm.when(wasm.equal(byteAt(wasm.get(chunk), wasm.get(number)), byte), [
        wasm.set(result, wasm.subtract(wasm.i32(-1), wasm.get(number))),
        wasm.branch(known),
      ]),
    ),
  ];
  const meet = wasm.when(wasm.not(difference), compare);
  const code = [
    wasm.set(low, wasm.long.wrap(wasm.get(fingerprint))),
    wasm.set(x, highOf(wasm.get(fingerprint))),
    wasm.set(tag, tagOf(wasm.get(x), view.shift)),
    probing(view, probe, wasm.get(x), meet),
  ];
  return { code, known, probe, chunk, low, x, tag, result };
}

function inserting(
  table: Table,
  view: TableView,
  { code, known, probe, chunk, low, x, tag, result }: Searching,
  grow: number,
  addChunk: number,
): Code {
  const again = wasm.label();
  const number = wasm.get(result);
  const place = wasm.get(probe.place);
  return wasm.block(known, [
    wasm.loop(again, [
      code,
      wasm.when(isFull(table, probe), [wasm.call(grow), view.read, wasm.branch(again)]),
    ]),
    wasm.set(result, wasm.global(table.size)),
    wasm.when(wasm.not(inChunk(number)), wasm.call(addChunk)),
    wasm.set(chunk, chunkAddress(table, number)),
    wasm.store(lowAddress(chunk, number), 0, wasm.get(low)),
    setByte(wasm.get(chunk), number, byteOf(wasm.get(x), wasm.get(probe.steps))),
    increase(table.size, 1),
    wasm.store(slotAddress(view, place), 0, slotOf(wasm.get(tag), number)),
  ]);
}

function isFull(table: Table, { steps }: Probe): Code {
  return wasm.or(
    wasm.atLeastUnsigned(wasm.global(table.size), wasm.global(table.limit)),
    wasm.equal(wasm.get(steps), wasm.i32(MOST_STEPS)),
  );
}

/**
 * The same where other threads insert too. Where another one has taken the slot meanwhile, with the same
 * fingerprint maybe, the search is done again. A table is full where a number is beyond its limit.
 */
function insertingFirst(
  table: Table,
  view: TableView,
  { code, known, probe, chunk, low, x, tag, result }: Searching,
  grow: number,
  { write, writeEnd, addRoom }: Block,
): Code {
  const again = wasm.label();
  const number = wasm.get(result);
  const noNumber = wasm.equal(wasm.global(write), wasm.global(writeEnd));
  const byte = byteOf(wasm.get(x), wasm.get(probe.steps));
  return wasm.block(known, [
    wasm.loop(again, [
      code,
      wasm.when(noNumber, wasm.call(addRoom)),
      wasm.when(isFull(table, probe), [wasm.call(grow), view.read, wasm.branch(again)]),
      wasm.set(result, wasm.global(table.size)),
      wasm.set(chunk, chunkAddress(table, number)),
      wasm.store(lowAddress(chunk, number), 0, wasm.get(low)),
      setByte(wasm.get(chunk), number, byte),
      takeSlot(view, probe.place, slotOf(wasm.get(tag), number), again),
    ]),
    increase(table.size, 1),
  ]);
}
