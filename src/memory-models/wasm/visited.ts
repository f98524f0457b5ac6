/**
 * The visited set: 64-bit fingerprints of states, numbered in the order of their insertion. table.ts says
 * how they stand in memory.
 *
 * HOT CODE, once a transition that changes something (`npm run bench`).
 */
import * as wasm from './code.ts';
import type { Code, Label, Locals } from './code.ts';
import { increase } from './environment.ts';
import type { Environment } from './environment.ts';
import { hashing } from './hash.ts';
import { defineRehash } from './rehash.ts';
import {
  MOST_STEPS,
  byteAt,
  byteOf,
  chunkAddress,
  home,
  inChunk,
  lowAddress,
  lowAt,
} from './table.ts';
import { probing, setByte, slotAddress, slotOf, takeSlot, viewOf } from './table.ts';
import type { Probe, Table, TableView } from './table.ts';

export interface VisitedCode {
  /** How many fingerprints there are; a variable. */
  readonly size: number;
  /** Where the addresses of chunks stand. */
  readonly chunks: number;
  /** Statements: the halves of the fingerprint of the state at an address, in locals. */
  hash(locals: Locals, address: Code, low: number, high: number): Code;
  /** The table as it is now, in locals; `read` has to be done first, and after it has grown. */
  view(locals: Locals): TableView;
  /** Statements: where threads share the table, waits while it grows. */
  readonly pause: Code;
  /** What stands in the slot where the search for a fingerprint with this high half begins. */
  firstSlot(view: TableView, high: Code): Code;
  /** Statements: the number of a fingerprint if it is new, else -1 - its number, in a local. */
  insert(locals: Locals, view: TableView, low: number, high: number, result: number): Code;
  /** The same, but one that is new is not inserted, and has the number of fingerprints. */
  find(locals: Locals, view: TableView, low: number, high: number, result: number): Code;
}

export function defineVisited(
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
    mask: module.global('mask'),
    /** -1 in a table of three quarters, else 0. */
    quarter: module.global('quarter'),
    limit: module.global('limit'),
    size: module.global('size'),
    chunks: environment.reserve(4 * mostChunks),
  };
  defineRehash(environment, table);
  const growing = wasm.atomicLoad(wasm.i32(0), environment.control);
  return {
    pause: table.shared ? wasm.when(growing, wasm.call(grow)) : wasm.NOTHING,
    size: table.size,
    chunks: table.chunks,
    hash: (locals, address, low, high) => hashing(locals, environment.record, address, low, high),
    view: (locals) => viewOf(table, locals),
    firstSlot: (view, high) =>
      wasm.load(slotAddress(view, home(view, wasm.and(high, view.mask))), 0),
    insert: (locals, view, low, high, result) => {
      const search = searching(locals, table, view, low, high, result);
      return table.shared
        ? insertingFirst(table, view, search, grow, block)
        : inserting(table, view, search, grow, addChunk);
    },
    find: (locals, view, low, high, result) => {
      const search = searching(locals, table, view, low, high, result);
      const none = wasm.set(result, wasm.global(table.size));
      return wasm.block(search.known, [search.code, none]);
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

interface Searching {
  readonly code: Code;
  /** Where the code goes on when the fingerprint is known, with the result. */
  readonly known: Label;
  readonly probe: Probe;
  readonly chunk: number;
  readonly low: number;
  readonly high: number;
  readonly result: number;
}

function searching(
  locals: Locals,
  table: Table,
  view: TableView,
  low: number,
  high: number,
  result: number,
): Searching {
  const [number, chunk] = [locals.add(), locals.add()];
  const probe = { place: locals.add(), steps: locals.add(), slot: locals.add() };
  const known = wasm.label();
  const difference = wasm.and(
    wasm.xor(wasm.get(probe.slot), wasm.get(high)),
    wasm.xor(view.mask, wasm.i32(-1)),
  );
  const compare = [
    wasm.set(number, wasm.subtract(wasm.and(wasm.get(probe.slot), view.mask), wasm.i32(1))),
    wasm.set(chunk, chunkAddress(table, wasm.get(number))),
    wasm.when(
      wasm.equal(lowAt(chunk, wasm.get(number)), wasm.get(low)),
      wasm.when(
        wasm.equal(byteAt(wasm.get(chunk), wasm.get(number)), byteOf(wasm.get(high), probe.steps)),
        [wasm.set(result, wasm.subtract(wasm.i32(-1), wasm.get(number))), wasm.branch(known)],
      ),
    ),
  ];
  const meet = wasm.when(wasm.not(difference), compare);
  const code = probing(view, probe, wasm.and(wasm.get(high), view.mask), meet);
  return { code, known, probe, chunk, low, high, result };
}

function inserting(
  table: Table,
  view: TableView,
  { code, known, probe, chunk, low, high, result }: Searching,
  grow: number,
  addChunk: number,
): Code {
  const again = wasm.label();
  const number = wasm.get(result);
  return wasm.block(known, [
    wasm.loop(again, [
      code,
      wasm.when(isFull(table, probe), [wasm.call(grow), view.read, wasm.branch(again)]),
    ]),
    wasm.set(result, wasm.global(table.size)),
    wasm.when(wasm.not(inChunk(number)), wasm.call(addChunk)),
    wasm.set(chunk, chunkAddress(table, number)),
    wasm.store(lowAddress(chunk, number), 0, wasm.get(low)),
    setByte(wasm.get(chunk), number, byteOf(wasm.get(high), probe.steps)),
    increase(table.size, 1),
    wasm.store(slotAddress(view, wasm.get(probe.place)), 0, slotOf(view, high, result)),
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
  { code, known, probe, chunk, low, high, result }: Searching,
  grow: number,
  { write, writeEnd, addRoom }: Block,
): Code {
  const again = wasm.label();
  const number = wasm.get(result);
  const noNumber = wasm.equal(wasm.global(write), wasm.global(writeEnd));
  return wasm.block(known, [
    wasm.loop(again, [
      code,
      wasm.when(noNumber, wasm.call(addRoom)),
      wasm.when(isFull(table, probe), [wasm.call(grow), view.read, wasm.branch(again)]),
      wasm.set(result, wasm.global(table.size)),
      wasm.set(chunk, chunkAddress(table, number)),
      wasm.store(lowAddress(chunk, number), 0, wasm.get(low)),
      setByte(wasm.get(chunk), number, byteOf(wasm.get(high), probe.steps)),
      takeSlot(view, probe.place, slotOf(view, high, result), again),
    ]),
    increase(table.size, 1),
  ]);
}
