/** The tables from which the module takes the images of a state, as they stand in its memory. */
import { at } from '../../machine/graph.ts';
import type { Values } from '../../machine/symmetry/automorphism.ts';
import * as wasm from '../wasm/code.ts';
import type { Code } from '../wasm/code.ts';
import type { Environment } from '../wasm/environment.ts';
import { Unsupported } from '../wasm/expression.ts';
import type { Images } from './images.ts';
import type { Renamings, WordImage } from './word-images.ts';

/** Where in a row stands what is known of a word: 16 bits each, a renaming 32. */
export interface Field {
  readonly from: number;
  readonly skip: number;
  /** null: no element renames the word. */
  readonly renaming: number | null;
  readonly by: number | null;
  /** A word of the width of those on which its renaming depends. */
  readonly byWord: number;
}

/** A renaming is a table; values further apart than this are not worth one. */
const MOST_VALUES = 1 << 12;

export class Rows {
  readonly fields: readonly Field[];
  /** Of a row, and of the first. */
  readonly bytes: number;
  readonly address: number;
  readonly #images: Images;
  readonly #offsets: readonly number[];
  readonly #tables = new Map<Values | Renamings, number>();
  readonly #written: (readonly [address: number, words: readonly number[]])[] = [];

  constructor(environment: Environment, images: Images) {
    this.#images = images;
    this.#offsets = environment.packing.offsets;
    requireWidths(environment, images);
    let bytes = 0;
    const room = (size: number): number => (bytes += size) - size;
    this.fields = images.words.map((_, i) => {
      const all = images.images.map((each) => at(each, i));
      const by = all.find((image) => image.by !== null)?.by ?? null;
      const renames = by !== null || all.some(({ values }) => values.size > 0);
      return {
        from: room(2),
        skip: room(2),
        renaming: renames ? room(4) : null,
        by: by === null ? null : room(4),
        byWord: by?.word ?? 0,
      };
    });
    this.bytes = bytes;
    this.address = environment.reserve(bytes * images.elements.length);
    for (const image of images.images.flat()) this.#reserve(environment, image);
  }

  addressOf(element: Code): Code {
    return wasm.add(wasm.i32(this.address), wasm.multiply(element, wasm.i32(this.bytes)));
  }

  write(memory: Uint8Array): void {
    const view = new DataView(memory.buffer);
    this.#images.images.forEach((images, element) => {
      const row = this.address + element * this.bytes;
      images.forEach((image, i) => {
        const { from, skip, renaming, by } = at(this.fields, i);
        view.setUint16(row + from, at(this.#offsets, image.from), true);
        view.setUint16(row + skip, at(at(this.#images.skips, element), i), true);
        if (renaming !== null) view.setUint32(row + renaming, this.#tableOf(image), true);
        if (by !== null) view.setUint16(row + by, at(this.#offsets, image.by?.word ?? 0), true);
      });
    });
    for (const [address, words] of this.#written) {
      words.forEach((word, i) => view.setInt32(address + 4 * i, word, true));
    }
  }

  #tableOf({ values, by }: WordImage): number {
    return this.#tables.get(by ?? values) ?? 0;
  }

  #reserve(environment: Environment, { values, by }: WordImage): void {
    if (by === null) this.#renaming(environment, values);
    else if (!this.#tables.has(by)) {
      const count = 1 + Math.max(...by.values.keys());
      const tables = Array.from({ length: count }, (_, held) => {
        const each = by.values.get(held);
        return each === undefined ? 0 : this.#renaming(environment, each);
      });
      this.#place(environment, by, [count, ...tables]);
    }
  }

  /** Its address: the least value that it moves, how many values, and what becomes of each. */
  #renaming(environment: Environment, values: Values): number {
    if (values.size === 0) return 0;
    const known = this.#tables.get(values);
    if (known !== undefined) return known;
    const least = Math.min(...values.keys());
    const count = Math.max(...values.keys()) - least + 1;
    if (count > MOST_VALUES) throw new Unsupported('values that are renamed are too far apart');
    const images = Array.from({ length: count }, (_, i) => values.get(least + i) ?? least + i);
    return this.#place(environment, values, [least, count, ...images]);
  }

  #place(environment: Environment, key: Values | Renamings, words: readonly number[]): number {
    const address = environment.reserve(4 * words.length);
    this.#written.push([address, words]);
    this.#tables.set(key, address);
    return address;
  }
}

/** A word is as wide as those that it comes from. */
function requireWidths({ packing, record }: Environment, { words, images }: Images): void {
  const sameWidth = (a: number, b: number): boolean => {
    const [one, other] = [at(packing.widths, a), at(packing.widths, b)];
    return one.bytes === other.bytes && one.signed === other.signed;
  };
  const agree = words.every((word, i) => images.every((each) => sameWidth(word, at(each, i).from)));
  const dependsAlike = words.every((_, i) => {
    const depends = images.flatMap((each) => at(each, i).by?.word ?? []);
    return depends.every((word) => sameWidth(word, depends[0] ?? word));
  });
  const renamesAlike = words.every((_, i) => {
    const depends = images.some((each) => at(each, i).by !== null);
    return !depends || images.every((each) => at(each, i).values.size === 0);
  });
  if (!agree || !dependsAlike || !renamesAlike || record >= 1 << 16) {
    throw new Unsupported('words of different widths are exchanged');
  }
}
