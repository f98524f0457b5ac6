/**
 * The visited set: 64-bit fingerprints of states, numbered in the order of their insertion.
 *
 * HOT CODE, called once a transition (`npm run bench`). An open addressing table of 32-bit slots holds
 * numbers: a slot is a number + 1 in the low bits, and above them bits of the fingerprint, which tell
 * almost all of what is met on the way from what is looked for. What the slot and its place do not say of
 * the fingerprint stands in 5 bytes by number: the low half, and the lowest byte of the high half.
 *
 * The table has 2^b slots or three quarters of that, and x, the low b bits of the high half, is the place
 * where the search for a fingerprint begins: x itself, or x less a quarter of it rounded up. No fingerprint
 * stands MOST_STEPS or more behind that place, which is less than the distance of two with one lowest
 * byte; so place and byte give x, nothing of the 64 bits is lost, and the table grows without the states.
 */
import * as wasm from './code.ts';
import type { Code } from './code.ts';
import { increase } from './environment.ts';
import type { Environment } from './environment.ts';

/** Two x with one lowest byte are 256 apart, in a table of three quarters 192. */
const MOST_STEPS = 190;

/** Numbers share a chunk of low halves and of bytes. */
export const CHUNK_NUMBERS: number = 1 << 16;
export const CHUNK_BYTES: number = 5 * CHUNK_NUMBERS;

export interface VisitedCode {
  /** Variables, which the host sets when the table grows. */
  readonly size: number;
  /** (insert) → the number of the successor in the making if it is new, else -1 - its number. */
  readonly locate: number;
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
  const locate = defineLocate(environment, table, hash, grow, addChunk);
  const rehash = defineRehash(environment, table);
  return { size: table.size, locate, rehash, chunks: table.chunks };
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

/** The low half of the fingerprint of the successor in the making; the other half is left in `high`. */
function defineHash({ module, next, hashed }: Environment, high: number): number {
  const locals = new wasm.Locals(0);
  const lanes = [locals.add('i64'), locals.add('i64')] as const;
  const words = Array.from({ length: hashed / 8 }, (_, i) =>
    wasm.load64(next.address, next.offset + 8 * i),
  );
  const mixed = words.map((word, i) => {
    const lane = lanes[i % 2 === 0 ? 0 : 1];
    return wasm.set(lane, mix(lane, wasm.long.xor(wasm.get(lane), word), MULTIPLIERS[i % 2]));
  });
  const [a, b] = lanes;
  const index = module.declare(0, true);
  module.define(index, locals, [
    wasm.set(a, wasm.i64(0x9e3779b97f4a7c15n)),
    wasm.set(b, wasm.i64(0xc2b2ae3d27d4eb4fn)),
    mixed,
    wasm.set(
      a,
      wasm.long.xor(wasm.long.multiply(wasm.get(b), wasm.i64(0x9fb21c651e98df25n)), wasm.get(a)),
    ),
    wasm.set(a, mix(a, wasm.get(a), 0xbf58476d1ce4e5b9n)),
    wasm.set(a, mix(a, wasm.get(a), 0x94d049bb133111ebn)),
    wasm.setGlobal(high, wasm.long.wrap(wasm.get(a))),
    wasm.long.wrap(wasm.long.shiftRightUnsigned(wasm.get(a), wasm.i64(32n))),
  ]);
  return index;
}

const MULTIPLIERS: readonly bigint[] = [0xd6e8feb86659fd93n, 0xff51afd7ed558ccdn];

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

function slotAddress(table: Table, place: Code): Code {
  return wasm.add(wasm.global(table.slots), wasm.shiftLeft(place, wasm.i32(2)));
}

function chunkAddress(table: Table, number: Code): Code {
  const index = wasm.shiftLeft(wasm.shiftRightUnsigned(number, wasm.i32(16)), wasm.i32(2));
  return wasm.load(index, table.chunks);
}

function inChunk(number: Code): Code {
  return wasm.and(number, wasm.i32(CHUNK_NUMBERS - 1));
}

const LOW_BYTES = 4 * CHUNK_NUMBERS;

function defineLocate(
  { module }: Environment,
  table: Table,
  hash: number,
  grow: number,
  addChunk: number,
): number {
  const locals = new wasm.Locals(1);
  const insert = wasm.get(0);
  const [low, high, place, slot, steps] = [0, 0, 0, 0, 0].map(() => locals.add()) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const [number, chunk] = [locals.add(), locals.add()];
  const mask = wasm.global(table.mask);
  const again = new wasm.Label();
  const probing = new wasm.Label();
  const free = new wasm.Label();
  const sameTag = wasm.not(
    wasm.and(wasm.xor(wasm.get(slot), wasm.get(high)), wasm.xor(mask, wasm.i32(-1))),
  );
  const compare = [
    wasm.set(number, wasm.subtract(wasm.and(wasm.get(slot), mask), wasm.i32(1))),
    wasm.set(chunk, chunkAddress(table, wasm.get(number))),
    wasm.when(
      wasm.equal(lowAt(chunk, wasm.get(number)), wasm.get(low)),
      wasm.when(
        wasm.equal(
          wasm.load8(wasm.add(wasm.get(chunk), inChunk(wasm.get(number))), LOW_BYTES),
          wasm.and(wasm.get(high), wasm.i32(255)),
        ),
        [wasm.subtract(wasm.i32(-1), wasm.get(number)), wasm.RETURN],
      ),
    ),
  ];
  const probe = wasm.block(
    free,
    wasm.loop(probing, [
      wasm.set(slot, wasm.load(slotAddress(table, wasm.get(place)), 0)),
      wasm.branchIf(wasm.not(wasm.get(slot)), free),
      wasm.when(sameTag, compare),
      wasm.set(steps, wasm.add(wasm.get(steps), wasm.i32(1))),
      wasm.set(place, wasm.add(wasm.get(place), wasm.i32(1))),
      wasm.when(
        wasm.equal(wasm.get(place), wasm.global(table.count)),
        wasm.set(place, wasm.i32(0)),
      ),
      wasm.branchIf(wasm.less(wasm.get(steps), wasm.i32(MOST_STEPS)), probing),
    ]),
  );
  const full = wasm.or(
    wasm.atLeastUnsigned(wasm.global(table.size), wasm.global(table.limit)),
    wasm.atLeastUnsigned(wasm.get(steps), wasm.i32(MOST_STEPS)),
  );
  const index = module.declare(1, true);
  module.define(index, locals, [
    wasm.set(low, wasm.call(hash)),
    wasm.set(high, wasm.global(table.high)),
    wasm.loop(again, [
      wasm.set(place, home(table, wasm.and(wasm.get(high), mask))),
      wasm.set(steps, wasm.i32(0)),
      probe,
      wasm.when(wasm.not(insert), [wasm.global(table.size), wasm.RETURN]),
      wasm.when(full, [wasm.call(grow), wasm.branch(again)]),
    ]),
    wasm.set(number, wasm.global(table.size)),
    wasm.when(wasm.not(inChunk(wasm.get(number))), wasm.call(addChunk)),
    wasm.set(chunk, chunkAddress(table, wasm.get(number))),
    wasm.store(lowAddress(chunk, wasm.get(number)), 0, wasm.get(low)),
    wasm.store8(wasm.add(wasm.get(chunk), inChunk(wasm.get(number))), LOW_BYTES, wasm.get(high)),
    increase(table.size, 1),
    wasm.store(
      slotAddress(table, wasm.get(place)),
      0,
      wasm.or(
        wasm.and(wasm.get(high), wasm.xor(mask, wasm.i32(-1))),
        wasm.add(wasm.get(number), wasm.i32(1)),
      ),
    ),
    wasm.get(number),
  ]);
  module.export('locate', index);
  return index;
}

function lowAddress(chunk: number, number: Code): Code {
  return wasm.add(wasm.get(chunk), wasm.shiftLeft(inChunk(number), wasm.i32(2)));
}

function lowAt(chunk: number, number: Code): Code {
  return wasm.load(lowAddress(chunk, number), 0);
}

/** Fills the new table, which the variables describe, from the old one, in the order of its slots. */
function defineRehash({ module }: Environment, table: Table): number {
  const locals = new wasm.Locals(4);
  const [oldSlots, oldCount, oldMask, oldQuarter] = [0, 1, 2, 3].map(wasm.get) as [
    Code,
    Code,
    Code,
    Code,
  ];
  const [from, slot, number, x, high] = [0, 0, 0, 0, 0].map(() => locals.add()) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const [place, steps] = [locals.add(), locals.add()];
  const mask = wasm.global(table.mask);
  const [each, next, done, probing, free] = [0, 0, 0, 0, 0].map(() => new wasm.Label()) as [
    wasm.Label,
    wasm.Label,
    wasm.Label,
    wasm.Label,
    wasm.Label,
  ];
  const byte = wasm.load8(
    wasm.add(chunkAddress(table, wasm.get(number)), inChunk(wasm.get(number))),
    LOW_BYTES,
  );
  // The greatest x whose search begins here or before, and then the greatest that has the byte.
  const third = wasm.add(wasm.divideUnsigned(wasm.get(from), wasm.i32(3)), wasm.i32(1));
  const greatest = wasm.add(wasm.get(from), wasm.and(third, oldQuarter));
  const move = [
    wasm.set(number, wasm.subtract(wasm.and(wasm.get(slot), oldMask), wasm.i32(1))),
    wasm.set(x, greatest),
    wasm.set(
      x,
      wasm.subtract(wasm.get(x), wasm.and(wasm.subtract(wasm.get(x), byte), wasm.i32(255))),
    ),
    wasm.set(
      high,
      wasm.or(
        wasm.and(wasm.get(slot), wasm.xor(oldMask, wasm.i32(-1))),
        wasm.and(wasm.get(x), oldMask),
      ),
    ),
    wasm.set(place, home(table, wasm.and(wasm.get(high), mask))),
    wasm.set(steps, wasm.i32(0)),
    wasm.block(
      free,
      wasm.loop(probing, [
        wasm.branchIf(wasm.not(wasm.load(slotAddress(table, wasm.get(place)), 0)), free),
        wasm.set(steps, wasm.add(wasm.get(steps), wasm.i32(1))),
        wasm.set(place, wasm.add(wasm.get(place), wasm.i32(1))),
        wasm.when(
          wasm.equal(wasm.get(place), wasm.global(table.count)),
          wasm.set(place, wasm.i32(0)),
        ),
        wasm.branch(probing),
      ]),
    ),
    wasm.when(wasm.atLeastUnsigned(wasm.get(steps), wasm.i32(MOST_STEPS)), [
      wasm.i32(0),
      wasm.RETURN,
    ]),
    wasm.store(
      slotAddress(table, wasm.get(place)),
      0,
      wasm.or(
        wasm.and(wasm.get(high), wasm.xor(mask, wasm.i32(-1))),
        wasm.add(wasm.get(number), wasm.i32(1)),
      ),
    ),
  ];
  const index = module.declare(4, true);
  module.define(index, locals, [
    wasm.block(
      done,
      wasm.loop(each, [
        wasm.branchIf(wasm.equal(wasm.get(from), oldCount), done),
        wasm.block(next, [
          wasm.set(
            slot,
            wasm.load(wasm.add(oldSlots, wasm.shiftLeft(wasm.get(from), wasm.i32(2))), 0),
          ),
          wasm.branchIf(wasm.not(wasm.get(slot)), next),
          move,
        ]),
        wasm.set(from, wasm.add(wasm.get(from), wasm.i32(1))),
        wasm.branch(each),
      ]),
    ),
    wasm.i32(1),
  ]);
  module.export('rehash', index);
  return index;
}
