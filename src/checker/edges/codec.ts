/** Blocks of successors to bytes and back, by the module of format.ts in memory of its own. */
import { compileModule } from '../../memory-models/wasm/compile-module.ts';
import { MOST_PAGES, PAGE_BYTES } from '../../memory-models/wasm/module.ts';
import { BLOCK, PLACES, formatModule } from './format.ts';

interface Exports {
  encode(count: number, base: number, to: number): number;
  degrees(count: number, from: number): number;
  column(count: number, base: number, k: number, from: number, to: number): number;
}

/** At most so many bytes for a degree. */
const DEGREE_BYTES = 6;
/** And for an edge: its own, and the words of bits of a column that no other is in. */
const EDGE_BYTES = 8 + BLOCK / 8;
/** Words are read and written that begin in the last byte. */
const SLACK = 8;

let compiled: object | null = null;

export class Codec {
  readonly #memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES });
  readonly #exports: Exports;
  #words = new Int32Array(this.#memory.buffer);
  #bytes = new Uint8Array(this.#memory.buffer);
  #count = 0;
  #base = 0;
  /** Behind what was read. */
  #end = 0;
  #columns = 0;

  constructor() {
    compiled ??= compileModule(formatModule(), true);
    const instance = new WebAssembly.Instance(compiled, { env: { memory: this.#memory } });
    // The border to what the module exports.
    this.#exports = instance.exports as unknown as Exports;
  }

  /**
   * The successors of `count` states from `base` on as bytes, which last until the next call. `counters`, from
   * `at` on, is what a counter of edges was before each state, and at the end; `edges` are those of all of
   * them, from `from` on.
   */
  encode(
    base: number,
    count: number,
    counters: Int32Array,
    at: number,
    edges: Int32Array,
    from: number,
  ): Uint8Array {
    const length = ((counters[at + count] as number) - (counters[at] as number)) >>> 0;
    const to = PLACES.rest + 4 * length;
    this.#reserve(to + DEGREE_BYTES * BLOCK + EDGE_BYTES * length);
    this.#words.set(counters.subarray(at, at + count + 1), PLACES.counters >> 2);
    this.#words.set(edges.subarray(from, from + length), PLACES.rest >> 2);
    return this.#bytes.subarray(to, this.#exports.encode(count, base, to));
  }

  /** Begins to read what was written of states: degrees are in `words` from here on. */
  begin(base: number, count: number, bytes: Uint8Array): void {
    this.#reserve(PLACES.rest + bytes.length);
    this.#bytes.set(bytes, PLACES.rest);
    this.#base = base;
    this.#count = count;
    this.#end = this.#exports.degrees(count, PLACES.rest);
    let most = 0;
    for (let i = 0; i < count; i++) most = Math.max(most, this.#words[i] as number);
    this.#columns = (PLACES.rest + bytes.length + SLACK) >> 2;
    this.#reserve(4 * (this.#columns + BLOCK * most));
  }

  /** Of a block, the degrees; and from `columns` on the columns that were read. */
  get words(): Int32Array {
    return this.#words;
  }

  get columns(): number {
    return this.#columns;
  }

  /** The k-th successor of each state that has so many; 0-th first, and then one after the other. */
  readColumn(k: number): void {
    const to = 4 * (this.#columns + BLOCK * k);
    this.#end = this.#exports.column(this.#count, this.#base, k, this.#end, to);
  }

  #reserve(bytes: number): void {
    const missing = bytes + SLACK - this.#bytes.length;
    if (missing <= 0) return;
    this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
    this.#words = new Int32Array(this.#memory.buffer);
    this.#bytes = new Uint8Array(this.#memory.buffer);
  }
}
