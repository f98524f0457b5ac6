/**
 * The visited set: 64-bit fingerprints of states, numbered in the order of their insertion.
 *
 * HOT CODE, called once a transition (`npm run bench`). An open addressing table of 32-bit slots holds
 * numbers: a slot is a number + 1 in the low bits, and above them bits of the fingerprint, which tell
 * almost all of what is met on the way from what is looked for. What a slot and its place do not say of the
 * fingerprint stands in 5 bytes by number: the low half, and a byte.
 *
 * The table has 2^b slots or three quarters of that. x, the low b bits of the high half of a fingerprint,
 * says where the search for it begins: at x, or at x less a quarter of it rounded up. It goes on one slot
 * further, then two, three … beyond that one. The byte holds how many slots were taken, and the lowest bit
 * of x; with the place of the slot they give x. So nothing of the 64 bits is lost, and the table grows
 * without the states.
 */
import { at } from '../../machine/graph.ts';
import * as wasm from './code.ts';
import type { Code, Label, Locals } from './code.ts';
import { increase } from './environment.ts';
import type { Environment } from './environment.ts';

/** The byte has seven bits for the number of slots that were taken. */
const MOST_STEPS = 128;

/** Numbers share a chunk of low halves and of bytes. */
export const CHUNK_NUMBERS: number = 1 << 16;
export const CHUNK_BYTES: number = 5 * CHUNK_NUMBERS;

export interface VisitedCode {
  /** How many fingerprints there are; a variable. */
  readonly size: number;
  /** Where the addresses of chunks stand. */
  readonly chunks: number;
  /** Statements: the halves of the fingerprint of the state at an address, in locals. */
  hash(locals: Locals, address: Code, low: number, high: number): Code;
  /** The table as it is now, in locals; `read` has to be done first, and after it has grown. */
  view(locals: Locals): TableView;
  /** What stands in the slot where the search for a fingerprint with this high half begins. */
  firstSlot(view: TableView, high: Code): Code;
  /** Statements: the number of a fingerprint if it is new, else -1 - its number, in a local. */
  insert(locals: Locals, view: TableView, low: number, high: number, result: number): Code;
  /** The same, but one that is new is not inserted, and has the number of fingerprints. */
  find(locals: Locals, view: TableView, low: number, high: number, result: number): Code;
}

export interface TableView {
  readonly read: Code;
  readonly slots: Code;
  readonly count: Code;
  readonly mask: Code;
  readonly quarter: Code;
}

export function defineVisited(
  environment: Environment,
  grow: number,
  addChunk: number,
  mostChunks: number,
): VisitedCode {
  const { module } = environment;
  const table = {
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
  return {
    size: table.size,
    chunks: table.chunks,
    hash: (locals, address, low, high) => hashing(locals, environment.record, address, low, high),
    view: (locals) => viewOf(table, locals),
    firstSlot: (view, high) =>
      wasm.load(slotAddress(view, home(view, wasm.and(high, view.mask))), 0),
    insert: (locals, view, low, high, result) => {
      const search = searching(locals, table, view, low, high, result);
      return inserting(table, view, search, grow, addChunk);
    },
    find: (locals, view, low, high, result) => {
      const search = searching(locals, table, view, low, high, result);
      const none = wasm.set(result, wasm.global(table.size));
      return wasm.block(search.known, [search.code, none]);
    },
  };
}

function viewOf(table: Table, locals: Locals): TableView {
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
  };
}

interface Table {
  readonly slots: number;
  readonly count: number;
  readonly mask: number;
  readonly quarter: number;
  readonly limit: number;
  readonly size: number;
  readonly chunks: number;
}

/** Four lanes, each of every fourth pair of words, so that a long state is not a long chain. */
function hashing(locals: Locals, record: number, address: Code, low: number, high: number): Code {
  const pairs = record / 8;
  const lanes = SEEDS.slice(0, Math.min(pairs, SEEDS.length)).map((seed) => ({
    seed,
    local: locals.add('i64'),
  }));
  const a = lanes[0]?.local ?? 0;
  const mixed = Array.from({ length: pairs }, (_, i) => {
    const { local } = at(lanes, i % lanes.length);
    const word = wasm.load64(address, 8 * i);
    return wasm.set(local, mix(local, wasm.long.xor(wasm.get(local), word), LANE));
  });
  const joined = lanes
    .slice(1)
    .map(({ local }, i) => [
      wasm.set(a, wasm.long.multiply(wasm.get(a), wasm.i64(at(JOINS, i)))),
      wasm.set(a, wasm.long.xor(mix(a, wasm.get(a)), wasm.get(local))),
    ]);
  return [
    lanes.map(({ seed, local }) => wasm.set(local, wasm.i64(seed))),
    mixed,
    joined,
    wasm.set(a, mix(a, wasm.get(a), 0xbf58476d1ce4e5b9n)),
    wasm.set(a, mix(a, wasm.get(a), 0x94d049bb133111ebn)),
    wasm.set(high, wasm.long.wrap(wasm.get(a))),
    wasm.set(low, wasm.long.wrap(wasm.long.shiftRightUnsigned(wasm.get(a), wasm.i64(32n)))),
  ];
}

const SEEDS: readonly bigint[] = [
  0x9e3779b97f4a7c15n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x27d4eb2f165667c5n,
];
const LANE = 0xd6e8feb86659fd93n;
const JOINS: readonly bigint[] = [0x9fb21c651e98df25n, 0xff51afd7ed558ccdn, 0xc4ceb9fe1a85ec53n];

/** Multiplied, and the upper half let into the lower one; the local is free for it. */
function mix(local: number, value: Code, multiplier = 1n): Code {
  const product = wasm.tee(local, wasm.long.multiply(value, wasm.i64(multiplier)));
  return wasm.long.xor(product, wasm.long.shiftRightUnsigned(wasm.get(local), wasm.i64(32n)));
}

/** The place where the search for a fingerprint begins. */
function home(view: TableView, x: Code): Code {
  const quarter = wasm.shiftRightUnsigned(wasm.add(x, wasm.i32(3)), wasm.i32(2));
  return wasm.subtract(x, wasm.and(quarter, view.quarter));
}

function slotAddress({ slots }: Pick<TableView, 'slots'>, place: Code): Code {
  return wasm.add(slots, wasm.shiftLeft(place, wasm.i32(2)));
}

function chunkAddress(table: Table, number: Code): Code {
  const index = wasm.shiftLeft(wasm.shiftRightUnsigned(number, wasm.i32(16)), wasm.i32(2));
  return wasm.load(index, table.chunks);
}

function inChunk(number: Code): Code {
  return wasm.and(number, wasm.i32(CHUNK_NUMBERS - 1));
}

const LOW_BYTES = 4 * CHUNK_NUMBERS;

/** Variables of a search through slots. */
interface Probe {
  readonly place: number;
  readonly steps: number;
  /** What the slot at the place holds. */
  readonly slot: number;
}

/**
 * Goes through the slots from the home of x on; does `meet` at each that is taken, and ends at one that is
 * free, or behind all that may hold the fingerprint.
 */
function probing(view: TableView, { place, steps, slot }: Probe, x: Code, meet: Code): Code {
  const [each, free] = [wasm.label(), wasm.label()];
  const held = wasm.load(slotAddress(view, wasm.get(place)), 0);
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
function byteOf(x: Code, steps: number): Code {
  return wasm.or(wasm.and(x, wasm.i32(1)), wasm.shiftLeft(wasm.get(steps), wasm.i32(1)));
}

function byteAt(chunk: Code, number: Code): Code {
  return wasm.load8(wasm.add(chunk, inChunk(number)), LOW_BYTES);
}

function setByte(chunk: Code, number: Code, byte: Code): Code {
  return wasm.store8(wasm.add(chunk, inChunk(number)), LOW_BYTES, byte);
}

/** A slot's number and the upper bits of the high half. */
function slotOf({ mask }: TableView, high: number, number: number): Code {
  const upper = wasm.and(wasm.get(high), wasm.xor(mask, wasm.i32(-1)));
  return wasm.or(upper, wasm.add(wasm.get(number), wasm.i32(1)));
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
  const full = wasm.or(
    wasm.atLeastUnsigned(wasm.global(table.size), wasm.global(table.limit)),
    wasm.equal(wasm.get(probe.steps), wasm.i32(MOST_STEPS)),
  );
  return wasm.block(known, [
    wasm.loop(again, [code, wasm.when(full, [wasm.call(grow), view.read, wasm.branch(again)])]),
    wasm.set(result, wasm.global(table.size)),
    wasm.when(wasm.not(inChunk(number)), wasm.call(addChunk)),
    wasm.set(chunk, chunkAddress(table, number)),
    wasm.store(lowAddress(chunk, number), 0, wasm.get(low)),
    setByte(wasm.get(chunk), number, byteOf(wasm.get(high), probe.steps)),
    increase(table.size, 1),
    wasm.store(slotAddress(view, wasm.get(probe.place)), 0, slotOf(view, high, result)),
  ]);
}

function lowAddress(chunk: number, number: Code): Code {
  return wasm.add(wasm.get(chunk), wasm.shiftLeft(inChunk(number), wasm.i32(2)));
}

function lowAt(chunk: number, number: Code): Code {
  return wasm.load(lowAddress(chunk, number), 0);
}

/**
 * Fills the new table, which the variables describe, from the old one, in the order of its slots. The new
 * one is so empty that every fingerprint finds a place.
 */
function defineRehash({ module }: Environment, table: Table): void {
  const locals = new wasm.Locals(4);
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
    wasm.store(slotAddress(view, wasm.get(probe.place)), 0, slotOf(view, high, number)),
    setByte(wasm.get(chunk), wasm.get(number), byteOf(wasm.get(high), probe.steps)),
  ];
  const isFirstOfLine = wasm.not(
    wasm.and(wasm.subtract(wasm.get(from), oldSlots), wasm.i32(LINE_BYTES - 1)),
  );
  const ahead = [locals.add(), locals.add()] as const;
  // What is read ahead must be used, or it may be left out.
  const read = module.global();
  const index = module.declare(4, false);
  module.define(index, locals, [
    view.read,
    wasm.set(from, oldSlots),
    wasm.set(end, slotAddress({ slots: oldSlots }, oldCount)),
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
  module.export('rehash', index);
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

function fourLocals(locals: Locals): [number, number, number, number] {
  return [locals.add(), locals.add(), locals.add(), locals.add()];
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
