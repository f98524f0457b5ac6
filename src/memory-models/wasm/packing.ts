/**
 * How a state stands in the module's memory: the words of Layout in one, two or four bytes each. What the
 * type of a location, ghost or register bounds takes the bytes that it needs; what nothing bounds is taken
 * to fit 16 bits, if all constants do. That is an assumption, which is checked wherever such a word is written, and once it has
 * failed everything takes four bytes.
 *
 * The words of a region, which an index may reach, are of one width.
 */
import { at } from '../../machine/graph.ts';
import { expressionsOf, walk } from '../../machine/expression.ts';
import type { Expr, Machine, ValueType } from '../../machine/machine.ts';
import type { Layout } from '../codegen/layout.ts';

export interface Width {
  readonly bytes: 1 | 2 | 4;
  readonly signed: boolean;
}

interface Range {
  readonly min: number;
  readonly max: number;
}

const INT: Range = { min: -(2 ** 31), max: 2 ** 31 - 1 };
const ASSUMED: Range = { min: -(2 ** 15), max: 2 ** 15 - 1 };
const BIT: Range = { min: 0, max: 1 };

export class Packing {
  /** By word its width, and the byte where it begins. */
  readonly widths: readonly Width[];
  readonly offsets: readonly number[];
  /** Bytes of a state, padded to eight. */
  readonly bytes: number;
  /** The same by word, and how many upper bits of a signed one are not kept. */
  readonly #places: Int32Array;
  readonly #sizes: Uint8Array;
  readonly #unused: Uint8Array;

  constructor(widths: readonly Width[]) {
    this.widths = widths;
    let offset = 0;
    this.offsets = this.widths.map(({ bytes }) => (offset += bytes) - bytes);
    this.bytes = Math.ceil(offset / 8) * 8;
    this.#places = Int32Array.from(this.offsets);
    this.#sizes = Uint8Array.from(this.widths, ({ bytes }) => bytes);
    this.#unused = Uint8Array.from(this.widths, ({ bytes, signed }) =>
      signed ? 32 - 8 * bytes : 0,
    );
  }

  write(words: Int32Array, from: number, memory: Uint8Array, to: number): void {
    for (let i = 0; i < this.#sizes.length; i++) {
      const word = words[from + i] as number;
      const place = to + (this.#places[i] as number);
      for (let b = 0; b < (this.#sizes[i] as number); b++) memory[place + b] = word >> (8 * b);
    }
  }

  /** HOT CODE: once for each state that is looked at. */
  read(memory: Uint8Array, from: number, words: Int32Array): void {
    for (let i = 0; i < this.#sizes.length; i++) {
      const place = from + (this.#places[i] as number);
      const size = this.#sizes[i] as number;
      let word = memory[place] as number;
      if (size > 1) word |= (memory[place + 1] as number) << 8;
      if (size > 2) {
        word |= ((memory[place + 2] as number) << 16) | ((memory[place + 3] as number) << 24);
      }
      const unused = this.#unused[i] as number;
      words[i] = (word << unused) >> unused;
    }
  }

  /** Whether every value within the bounds can be kept in the word. */
  fits(word: number, min: number, max: number): boolean {
    const { bytes, signed } = at(this.widths, word);
    const values = signed ? 2 ** (8 * bytes - 1) : 2 ** (8 * bytes);
    return min >= (signed ? -values : 0) && max < values;
  }
}

/** `initial`: of the words; `narrow`: whether anything may be assumed. */
export function packingOf(
  machine: Machine,
  layout: Layout,
  initial: Int32Array,
  narrow: boolean,
): Packing {
  const ranges = narrow ? rangesOf(machine, layout, initial) : [...initial].map(() => INT);
  return new Packing(ranges.map(widthOf));
}

function rangesOf(machine: Machine, layout: Layout, initial: Int32Array): readonly Range[] {
  const { contexts, memory, ghosts } = layout;
  const handles = { min: 0, max: machine.locations.length };
  const unbounded = hasWideConstants(machine) ? INT : ASSUMED;
  const declared = (type: ValueType): Range => rangeOf(type, handles, unbounded);
  const ranges: Range[] = Array.from(initial, () => BIT);
  const spread = (from: number, to: number, parts: readonly Range[]): void => {
    const values = initial.subarray(from, to);
    const all = joined([...parts, ...Array.from(values, (value) => ({ min: value, max: value }))]);
    ranges.fill(all, from, to);
  };
  const nodes = machine.contexts.map((context) => ({ min: 0, max: context.nodes.length }));
  spread(0, contexts.length, nodes);
  contexts.forEach(({ slots, slotCount, slotOf }, context) => {
    for (let slot = 0; slot < slotCount; slot++) {
      const { registers } = at(machine.contexts, context);
      const held = registers.filter((_, register) => slotOf[register] === slot);
      spread(
        slots + slot,
        slots + slot + 1,
        held.map(({ type }) => declared(type)),
      );
    }
  });
  // What waits in store buffers stands behind memory: a location + 1, and a value.
  const types = machine.locations.map(({ type }) => declared(type));
  spread(memory, ghosts, [...types, ...(ghosts > memory + types.length ? [handles] : [])]);
  spread(
    ghosts,
    layout.words,
    machine.ghosts.map(({ type }) => declared(type)),
  );
  return ranges;
}

/** Flags in the upper bits, for one: what is computed with them is as wide. */
function hasWideConstants({ contexts }: Machine): boolean {
  let wide = false;
  const look = (expr: Expr): void => {
    if (expr.op === 'const' && (expr.value < ASSUMED.min || expr.value > ASSUMED.max)) wide = true;
  };
  for (const { nodes } of contexts) {
    for (const node of nodes) for (const expr of expressionsOf(node)) walk(expr, look);
  }
  return wide;
}

function rangeOf(type: ValueType, handles: Range, unbounded: Range): Range {
  switch (type.kind) {
    case 'bool':
      return BIT;
    case 'ref':
      return handles;
    case 'int':
      return type.max - type.min >= 2 ** 16 ? unbounded : type;
  }
}

function joined(ranges: readonly Range[]): Range {
  return {
    min: Math.min(0, ...ranges.map(({ min }) => min)),
    max: Math.max(0, ...ranges.map(({ max }) => max)),
  };
}

function widthOf({ min, max }: Range): Width {
  if (min >= 0 && max < 2 ** 8) return { bytes: 1, signed: false };
  if (min >= -(2 ** 7) && max < 2 ** 7) return { bytes: 1, signed: true };
  if (min >= 0 && max < 2 ** 16) return { bytes: 2, signed: false };
  if (min >= -(2 ** 15) && max < 2 ** 15) return { bytes: 2, signed: true };
  return { bytes: 4, signed: true };
}
