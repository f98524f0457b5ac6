/**
 * How the successors of up to 128 states with successive numbers are written as bytes, as the functions of a
 * WebAssembly module: they run once an edge of every search for livelocks. docs/design/edges.md has the format,
 * what it makes use of, and why what is read is what was written.
 *
 * HOT CODE: no branch depends on a successor, because none could be foreseen.
 */
import * as wasm from '../../memory-models/wasm/code.ts';
import type { Code } from '../../memory-models/wasm/code.ts';
import { ModuleBuilder } from '../../memory-models/wasm/module.ts';

/** States of a block. */
export const BLOCK = 128;
/** States of a column that share a word of bits. */
const GROUP = 32;
/** A degree that is written as a word. */
const MANY = 255;
/** From here on a distance is not written, but the offset as a word. */
const FAR = 2 ** 30 - 1;

/** Where the module finds and leaves what it works on. */
export const PLACES = {
  /** Before each state of a block, and behind the last one, how many edges there are; then degrees. */
  counters: 0,
  /** Successors to be written, and then bytes; or bytes to be read, and then columns of successors. */
  rest: 1024,
} as const;

const { get, set, i32, add, subtract } = wasm;

/** `encode`, `degrees` and `column`; each returns the address behind the bytes. */
export function formatModule(): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const writeDegrees = defineWriteDegrees(module);
  const writeColumn = defineWriteColumn(module);
  module.export('encode', defineEncode(module, writeDegrees, writeColumn));
  module.export('degrees', defineReadDegrees(module));
  module.export('column', defineReadColumn(module));
  return module.bytes(false);
}

/** (count, base, to): everything of a block. In place of counters stand addresses of edges from then on. */
function defineEncode(module: ModuleBuilder, writeDegrees: number, writeColumn: number): number {
  const self = module.declare(3, true);
  const [count, base, to] = [0, 1, 2];
  const locals = new wasm.Locals(3);
  const [k, most, i, first] = [locals.add(), locals.add(), locals.add(), locals.add()];
  const [here, before] = [locals.add(), locals.add()];
  const [top, columns, done] = [wasm.label(), wasm.label(), wasm.label()];
  const counted = wasm.shiftLeft(subtract(wordAt(get(i)), get(first)), i32(2));
  module.define(self, locals, [
    set(first, wordAt(i32(0))),
    set(before, i32(PLACES.rest)),
    wasm.loop(top, [
      set(here, add(counted, i32(PLACES.rest))),
      wasm.store(wasm.shiftLeft(get(i), i32(2)), PLACES.counters, get(here)),
      set(before, subtract(get(here), get(before))),
      set(most, wasm.select(get(before), get(most), wasm.less(get(most), get(before)))),
      set(before, get(here)),
      next(i, add(get(count), i32(1)), top),
    ]),
    set(to, wasm.call(writeDegrees, get(count), get(to))),
    wasm.block(done, [
      wasm.loop(columns, [
        wasm.branchIf(wasm.equal(get(k), get(most)), done),
        set(to, wasm.call(writeColumn, get(count), get(base), get(k), get(to))),
        set(k, add(get(k), i32(4))),
        wasm.branch(columns),
      ]),
    ]),
    get(to),
  ]);
  return self;
}

/** (count, to): runs of the same degree, each a byte for its length and a byte or five for the degree. */
function defineWriteDegrees(module: ModuleBuilder): number {
  const self = module.declare(2, true);
  const [count, to] = [0, 1];
  const locals = new wasm.Locals(2);
  const [i, run, degree, before] = [locals.add(), locals.add(), locals.add(), locals.add()];
  const top = wasm.label();
  const begin = [
    set(run, get(to)),
    wasm.store8(get(run), 0, i32(0)),
    wasm.when(
      wasm.lessUnsigned(get(degree), i32(MANY)),
      [wasm.store8(get(to), 1, get(degree)), set(to, add(get(to), i32(2)))],
      [
        wasm.store8(get(to), 1, i32(MANY)),
        wasm.store(get(to), 2, get(degree)),
        set(to, add(get(to), i32(6))),
      ],
    ),
    set(before, get(degree)),
  ];
  module.define(self, locals, [
    set(before, i32(-1)),
    wasm.loop(top, [
      set(degree, wasm.shiftRightUnsigned(subtract(wordAt(get(i), 4), wordAt(get(i))), i32(2))),
      wasm.when(wasm.unequal(get(degree), get(before)), begin),
      wasm.store8(get(run), 0, add(wasm.load8(get(run), 0), i32(1))),
      next(i, get(count), top),
    ]),
    get(to),
  ]);
  return self;
}

/** (count, from): the counterpart; degrees take the place of counters. */
function defineReadDegrees(module: ModuleBuilder): number {
  const self = module.declare(2, true);
  const [count, from] = [0, 1];
  const locals = new wasm.Locals(2);
  const [i, run, degree] = [locals.add(), locals.add(), locals.add()];
  const [top, fill] = [wasm.label(), wasm.label()];
  module.define(self, locals, [
    wasm.loop(top, [
      set(run, add(get(i), wasm.load8(get(from), 0))),
      set(degree, wasm.load8(get(from), 1)),
      set(from, add(get(from), i32(2))),
      wasm.when(wasm.equal(get(degree), i32(MANY)), [
        set(degree, wasm.load(get(from), 0)),
        set(from, add(get(from), i32(4))),
      ]),
      wasm.loop(fill, [
        wasm.store(wasm.shiftLeft(get(i), i32(2)), PLACES.counters, get(degree)),
        next(i, get(run), fill),
      ]),
      wasm.branchIf(wasm.less(get(i), get(count)), top),
    ]),
    get(from),
  ]);
  return self;
}

/** Locals that both ways of a column need. */
interface Column {
  readonly i: number;
  readonly state: number;
  /** A bit for each state of a group: its offset is that of the state before. */
  readonly flags: number;
  readonly same: number;
  /** A successor less the number of its state. */
  readonly offset: number;
  /** That of the state before, and the last one that is not 0. */
  readonly before: number;
  readonly away: number;
  /** What is written of an offset, and in how many bytes behind the first. */
  readonly written: number;
  readonly more: number;
}

function columnOf(locals: wasm.Locals): Column {
  return {
    i: locals.add(),
    state: locals.add(),
    flags: locals.add(),
    same: locals.add(),
    offset: locals.add(),
    before: locals.add(),
    away: locals.add(),
    written: locals.add(),
    more: locals.add(),
  };
}

/** (count, base, 4 k, to): the k-th successor of each state that has so many. */
function defineWriteColumn(module: ModuleBuilder): number {
  const self = module.declare(4, true);
  const [count, base, place, to] = [0, 1, 2, 3];
  const locals = new wasm.Locals(4);
  const column = columnOf(locals);
  const { i, state, flags, same, offset, before } = column;
  const [bits, edge, edges] = [locals.add(), locals.add(), locals.add()];
  const [top, skip] = [wasm.label(), wasm.label()];
  module.define(self, locals, [
    set(state, get(base)),
    set(edges, wordAt(i32(0))),
    wasm.loop(top, [
      startGroup(i, [
        set(bits, get(to)),
        set(to, add(get(to), i32(GROUP / 8))),
        set(flags, i32(0)),
      ]),
      wasm.block(skip, [
        set(edge, add(get(edges), get(place))),
        set(edges, wordAt(get(i), 4)),
        wasm.branchIf(wasm.atLeastUnsigned(get(edge), get(edges)), skip),
        set(offset, subtract(wasm.load(get(edge), 0), get(state))),
        set(same, wasm.equal(get(offset), get(before))),
        writeOffset(column, to),
        set(flags, wasm.or(get(flags), wasm.shiftLeft(get(same), get(i)))),
        remember(column),
      ]),
      wasm.store(get(bits), 0, get(flags)),
      set(state, add(get(state), i32(1))),
      next(i, get(count), top),
    ]),
    get(to),
  ]);
  return self;
}

/** What is written is not kept where it is the same offset. */
function writeOffset({ same, offset, away, written, more }: Column, to: number): Code {
  const done = wasm.label();
  const isWritten = wasm.and(wasm.unequal(get(offset), i32(0)), wasm.not(get(same)));
  return wasm.block(done, [
    set(written, subtract(get(offset), get(away))),
    set(
      written,
      wasm.xor(wasm.shiftLeft(get(written), i32(1)), wasm.shiftRight(get(written), i32(31))),
    ),
    wasm.when(wasm.atLeastUnsigned(get(written), i32(FAR - 1)), [
      wasm.when(isWritten, [
        wasm.store(get(to), 0, i32(-1)),
        wasm.store(get(to), 4, get(offset)),
        set(to, add(get(to), i32(8))),
        wasm.branch(done),
      ]),
    ]),
    // 0 says that a state leads to itself.
    set(written, wasm.select(add(get(written), i32(1)), i32(0), get(offset))),
    set(more, moreBytes(get(written))),
    wasm.store(get(to), 0, wasm.or(wasm.shiftLeft(get(written), i32(2)), get(more))),
    set(to, add(get(to), wasm.select(i32(0), add(get(more), i32(1)), get(same)))),
  ]);
}

/** (count, base, k, from, to): the counterpart; degrees are where they were read to. */
function defineReadColumn(module: ModuleBuilder): number {
  const self = module.declare(5, true);
  const [count, base, k, from, to] = [0, 1, 2, 3, 4];
  const locals = new wasm.Locals(5);
  const column = columnOf(locals);
  const { i, state, flags, same, offset } = column;
  const [top, skip] = [wasm.label(), wasm.label()];
  module.define(self, locals, [
    set(state, get(base)),
    wasm.loop(top, [
      startGroup(i, [
        set(flags, wasm.load(get(from), 0)),
        set(from, add(get(from), i32(GROUP / 8))),
      ]),
      wasm.block(skip, [
        wasm.branchIf(wasm.atLeastUnsigned(get(k), wordAt(get(i))), skip),
        set(same, wasm.and(wasm.shiftRightUnsigned(get(flags), get(i)), i32(1))),
        readOffset(column, from),
        wasm.store(get(to), 0, add(get(state), get(offset))),
        remember(column),
      ]),
      set(to, add(get(to), i32(4))),
      set(state, add(get(state), i32(1))),
      next(i, get(count), top),
    ]),
    get(from),
  ]);
  return self;
}

/** Where it is the same offset, what stands there is of another state, and is not used. */
function readOffset(column: Column, from: number): Code {
  const { same, offset, before, away, written, more } = column;
  const done = wasm.label();
  const distance = subtract(get(written), i32(1));
  return wasm.block(done, [
    set(written, wasm.load(get(from), 0)),
    wasm.when(wasm.equal(get(written), i32(-1)), [
      wasm.when(wasm.not(get(same)), [
        set(offset, wasm.load(get(from), 4)),
        set(from, add(get(from), i32(8))),
        wasm.branch(done),
      ]),
    ]),
    set(more, wasm.and(get(written), i32(3))),
    set(from, add(get(from), wasm.select(i32(0), add(get(more), i32(1)), get(same)))),
    set(written, payload(get(written), get(more))),
    set(
      offset,
      add(
        get(away),
        wasm.xor(
          wasm.shiftRightUnsigned(distance, i32(1)),
          subtract(i32(0), wasm.and(distance, i32(1))),
        ),
      ),
    ),
    set(offset, wasm.select(get(offset), i32(0), get(written))),
    set(offset, wasm.select(get(before), get(offset), get(same))),
  ]);
}

function remember({ before, away, offset }: Column): Code {
  return [set(before, get(offset)), set(away, wasm.select(get(offset), get(away), get(offset)))];
}

function startGroup(i: number, start: Code): Code {
  return wasm.when(wasm.not(wasm.and(get(i), i32(GROUP - 1))), start);
}

/** How many bytes behind the first one hold the rest of a number of 30 bits; two bits say so. */
function moreBytes(number: Code): Code {
  return wasm.shiftRightUnsigned(subtract(i32(33), wasm.leadingZeros(number)), i32(3));
}

/** The number behind the two bits, of the word that begins there. */
function payload(word: Code, more: Code): Code {
  const beyond = subtract(i32(26), wasm.shiftLeft(more, i32(3)));
  return wasm.and(wasm.shiftRightUnsigned(word, i32(2)), wasm.shiftRightUnsigned(i32(-1), beyond));
}

/** Of the counters, or what has taken their place. */
function wordAt(index: Code, offset = 0): Code {
  return wasm.load(wasm.shiftLeft(index, i32(2)), PLACES.counters + offset);
}

/** Once more with the next index, if that is below the end. */
function next(i: number, end: Code, top: wasm.Label): Code {
  return wasm.branchIf(wasm.less(wasm.tee(i, add(get(i), i32(1))), end), top);
}
