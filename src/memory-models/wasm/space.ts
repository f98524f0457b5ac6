/** The memory of a module: it is given away from its start on, and grows. */
import { MOST_PAGES, PAGE_BYTES } from './module.ts';
import { getMemory, putMemory } from './snapshot.ts';
import type { Sink, Source } from '../sink.ts';

/** Of a small search all; what is not used takes no memory. */
const SPARE_PAGES = 8;

/** What a checkpoint has of it besides what stands in it. */
export interface HeldSpace {
  readonly top: number;
  readonly spare: readonly Range[];
}

interface Range {
  readonly from: number;
  readonly to: number;
}

export class Space {
  readonly memory: WebAssembly.Memory;
  #words: Int32Array;
  #bytes: Uint8Array;
  #top: number;
  /** What has been used, and is not any more; no two are neighbours. */
  #spare: readonly Range[] = [];

  /** `reserved`: bytes from the start on that are in use. */
  constructor(reserved: number) {
    this.#top = reserved;
    const pages = Math.ceil(reserved / PAGE_BYTES) + SPARE_PAGES;
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: MOST_PAGES });
    this.#words = new Int32Array(this.memory.buffer);
    this.#bytes = new Uint8Array(this.memory.buffer);
  }

  /** All of it, until it grows. */
  get words(): Int32Array {
    return this.#words;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Where it is free from. */
  get top(): number {
    return this.#top;
  }

  /** Bytes that a module can address beyond what is in use. */
  get left(): number {
    return MOST_PAGES * PAGE_BYTES - this.#top;
  }

  /** Bytes of the largest range that has been used, and is not any more. */
  get mostSpare(): number {
    return this.#spare.reduce((most, { from, to }) => Math.max(most, to - from), 0);
  }

  /** The address of memory that is zero and was never used. */
  allocate(bytes: number): number {
    const address = this.#top;
    this.#top += Math.ceil(bytes / 8) * 8;
    const missing = this.#top - this.memory.buffer.byteLength;
    if (missing > 0) {
      const most = MOST_PAGES - this.memory.buffer.byteLength / PAGE_BYTES;
      const ample = Math.min(most, Math.ceil(this.#top / 4 / PAGE_BYTES));
      this.memory.grow(Math.max(Math.ceil(missing / PAGE_BYTES), ample));
      this.#words = new Int32Array(this.memory.buffer);
      this.#bytes = new Uint8Array(this.memory.buffer);
    }
    return address;
  }

  /** The address of memory that may have been used, where there is some. */
  carve(bytes: number): number {
    return this.#takeSpare(Math.ceil(bytes / 8) * 8) ?? this.allocate(bytes);
  }

  /** The address of memory that is zero; where there is some, of such that has been used. */
  zeroed(bytes: number): number {
    const spare = this.#takeSpare(Math.ceil(bytes / 8) * 8);
    if (spare === null) return this.allocate(bytes);
    this.#bytes.fill(0, spare, spare + bytes);
    return spare;
  }

  /** Memory that has been used, and is not any more. */
  reuse(from: number, bytes: number): void {
    const isNear = ({ from: other, to }: Range): boolean => to === from || other === from + bytes;
    const near = this.#spare.filter(isNear);
    const start = Math.min(from, ...near.map((range) => range.from));
    const end = Math.max(from + bytes, ...near.map(({ to }) => to));
    this.#spare = [...this.#spare.filter((range) => !isNear(range)), { from: start, to: end }];
  }

  /** From the smallest that suffices: a large one may be wanted as a whole. */
  #takeSpare(bytes: number): number | null {
    const enough = this.#spare.filter(({ from, to }) => to - from >= bytes);
    const least = enough.toSorted((a, b) => a.to - a.from - (b.to - b.from))[0];
    if (least === undefined) return null;
    const rest = { from: least.from + bytes, to: least.to };
    const others = this.#spare.filter((range) => range !== least);
    this.#spare = rest.from < rest.to ? [...others, rest] : others;
    return least.from;
  }

  get held(): HeldSpace {
    return { top: this.#top, spare: this.#spare };
  }

  save(sink: Sink): void {
    putMemory(sink, this.#bytes, this.#top);
  }

  restore({ top, spare }: HeldSpace, source: Source): void {
    this.allocate(top - this.#top);
    this.#top = top;
    this.#spare = spare;
    getMemory(source, this.#bytes, top);
  }
}
