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
import type { Code, Locals } from './code.ts';
import { increase } from './environment.ts';
import type { Environment } from './environment.ts';

/** The byte has seven bits for the number of slots that were taken. */
const MOST_STEPS = 128;

/** Numbers share a chunk of low halves and of bytes. */
export const CHUNK_NUMBERS: number = 1 << 16;
export const CHUNK_BYTES: number = 5 * CHUNK_NUMBERS;

export interface VisitedCode {
  /** Variables, which the host sets when the table grows. */
  readonly size: number;
  /** (address of a state) → the low half of its fingerprint; the variable `high` then is the other half. */
  readonly hash: number;
  readonly high: number;
  /** (low, high, insert) → the number of the fingerprint if it is new, else -1 - its number. */
  readonly locate: number;
  /** The address of the slot where the search for a fingerprint with this high half begins. */
  homeSlot(high: Code): Code;
  /** (old slots, their count, the old mask of x, the old quarter) → 0 if it has to be larger still. */
  readonly rehash: number;
  /** Where the addresses of chunks stand. */
  readonly chunks: number;
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
    high: module.global(),
    chunks: environment.reserve(4 * mostChunks),
  };
  const hash = defineHash(environment, table.high);
  const locate = defineLocate(environment, table, grow, addChunk);
  const rehash = defineRehash(environment, table);
  return {
    ...{ size: table.size, high: table.high, chunks: table.chunks },
    ...{ hash, locate, rehash },
    homeSlot: (high) => {
      const place = home(table, wasm.and(high, wasm.global(table.mask)));
      return slotAddress(wasm.global(table.slots), place);
    },
  };
}

interface Table {
  readonly slots: number;
  readonly count: number;
  readonly mask: number;
  readonly quarter: number;
  readonly limit: number;
  readonly size: number;
  readonly high: number;
  readonly chunks: number;
}

/** Four lanes, each of every fourth pair of words, so that a long state is not a long chain. */
function defineHash({ module, record }: Environment, high: number): number {
  const locals = new wasm.Locals(1);
  const pairs = record / 8;
  const lanes = SEEDS.slice(0, Math.min(pairs, SEEDS.length)).map((seed) => ({
    seed,
    local: locals.add('i64'),
  }));
  const a = lanes[0]?.local ?? 0;
  const mixed = Array.from({ length: pairs }, (_, i) => {
    const { local } = at(lanes, i % lanes.length);
    const word = wasm.load64(wasm.get(0), 8 * i);
    return wasm.set(local, mix(local, wasm.long.xor(wasm.get(local), word), LANE));
  });
  const joined = lanes
    .slice(1)
    .map(({ local }, i) => [
      wasm.set(a, wasm.long.multiply(wasm.get(a), wasm.i64(at(JOINS, i)))),
      wasm.set(a, wasm.long.xor(mix(a, wasm.get(a)), wasm.get(local))),
    ]);
  const index = module.declare(1, true);
  module.define(index, locals, [
    lanes.map(({ seed, local }) => wasm.set(local, wasm.i64(seed))),
    mixed,
    joined,
    wasm.set(a, mix(a, wasm.get(a), 0xbf58476d1ce4e5b9n)),
    wasm.set(a, mix(a, wasm.get(a), 0x94d049bb133111ebn)),
    wasm.setGlobal(high, wasm.long.wrap(wasm.get(a))),
    wasm.long.wrap(wasm.long.shiftRightUnsigned(wasm.get(a), wasm.i64(32n))),
  ]);
  return index;
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
function home(table: Table, x: Code): Code {
  const quarter = wasm.shiftRightUnsigned(wasm.add(x, wasm.i32(3)), wasm.i32(2));
  return wasm.subtract(x, wasm.and(quarter, wasm.global(table.quarter)));
}

function slotAddress(slots: Code, place: Code): Code {
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
function probing(table: Table, { place, steps, slot }: Probe, x: Code, meet: Code): Code {
  const [each, free] = [new wasm.Label(), new wasm.Label()];
  const held = wasm.load(slotAddress(wasm.global(table.slots), wasm.get(place)), 0);
  return [
    wasm.set(place, home(table, x)),
    wasm.set(steps, wasm.i32(0)),
    wasm.block(
      free,
      wasm.loop(each, [
        wasm.branchIf(wasm.not(wasm.tee(slot, held)), free),
        meet,
        wasm.set(steps, wasm.add(wasm.get(steps), wasm.i32(1))),
        wasm.set(place, wasm.add(wasm.get(place), wasm.get(steps))),
        wasm.when(
          wasm.atLeastUnsigned(wasm.get(place), wasm.global(table.count)),
          wasm.set(place, wasm.subtract(wasm.get(place), wasm.global(table.count))),
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
function slotOf(table: Table, high: number, number: number): Code {
  const upper = wasm.and(wasm.get(high), wasm.xor(wasm.global(table.mask), wasm.i32(-1)));
  return wasm.or(upper, wasm.add(wasm.get(number), wasm.i32(1)));
}

function defineLocate(
  { module }: Environment,
  table: Table,
  grow: number,
  addChunk: number,
): number {
  const locals = new wasm.Locals(3);
  const [low, high] = [0, 1];
  const insert = wasm.get(2);
  const [number, chunk] = [locals.add(), locals.add()];
  const probe = { place: locals.add(), steps: locals.add(), slot: locals.add() };
  const mask = wasm.global(table.mask);
  const again = new wasm.Label();
  const difference = wasm.and(
    wasm.xor(wasm.get(probe.slot), wasm.get(high)),
    wasm.xor(mask, wasm.i32(-1)),
  );
  const compare = [
    wasm.set(number, wasm.subtract(wasm.and(wasm.get(probe.slot), mask), wasm.i32(1))),
    wasm.set(chunk, chunkAddress(table, wasm.get(number))),
    wasm.when(
      wasm.equal(lowAt(chunk, wasm.get(number)), wasm.get(low)),
      wasm.when(
        wasm.equal(byteAt(wasm.get(chunk), wasm.get(number)), byteOf(wasm.get(high), probe.steps)),
        [wasm.subtract(wasm.i32(-1), wasm.get(number)), wasm.RETURN],
      ),
    ),
  ];
  const full = wasm.or(
    wasm.atLeastUnsigned(wasm.global(table.size), wasm.global(table.limit)),
    wasm.equal(wasm.get(probe.steps), wasm.i32(MOST_STEPS)),
  );
  const index = module.declare(3, true);
  module.define(index, locals, [
    wasm.loop(again, [
      probing(
        table,
        probe,
        wasm.and(wasm.get(high), mask),
        wasm.when(wasm.not(difference), compare),
      ),
      wasm.when(wasm.not(insert), [wasm.global(table.size), wasm.RETURN]),
      wasm.when(full, [wasm.call(grow), wasm.branch(again)]),
    ]),
    wasm.set(number, wasm.global(table.size)),
    wasm.when(wasm.not(inChunk(wasm.get(number))), wasm.call(addChunk)),
    wasm.set(chunk, chunkAddress(table, wasm.get(number))),
    wasm.store(lowAddress(chunk, wasm.get(number)), 0, wasm.get(low)),
    setByte(wasm.get(chunk), wasm.get(number), byteOf(wasm.get(high), probe.steps)),
    increase(table.size, 1),
    wasm.store(
      slotAddress(wasm.global(table.slots), wasm.get(probe.place)),
      0,
      slotOf(table, high, number),
    ),
    wasm.get(number),
  ]);
  return index;
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
function defineRehash({ module }: Environment, table: Table): number {
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
  const [each, next, done] = [new wasm.Label(), new wasm.Label(), new wasm.Label()];
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
    probing(table, probe, wasm.and(wasm.get(high), wasm.global(table.mask)), wasm.NOTHING),
    wasm.when(wasm.equal(wasm.get(probe.steps), wasm.i32(MOST_STEPS)), wasm.TRAP),
    wasm.store(
      slotAddress(wasm.global(table.slots), wasm.get(probe.place)),
      0,
      slotOf(table, high, number),
    ),
    setByte(wasm.get(chunk), wasm.get(number), byteOf(wasm.get(high), probe.steps)),
  ];
  const isFirstOfLine = wasm.not(
    wasm.and(wasm.subtract(wasm.get(from), oldSlots), wasm.i32(LINE_BYTES - 1)),
  );
  const ahead = [locals.add(), locals.add()] as const;
  const index = module.declare(4, false);
  module.define(index, locals, [
    wasm.set(from, oldSlots),
    wasm.set(end, slotAddress(oldSlots, oldCount)),
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
    wasm.setGlobal(table.high, wasm.get(ahead[1])),
  ]);
  module.export('rehash', index);
  return index;
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
  const [each, next] = [new wasm.Label(), new wasm.Label()];
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
