/**
 * The successor in the making, in locals of eight bytes each. Bytes that are written to memory and read
 * back as part of eight keep the processor waiting, and all successors behind them; so fields are put in
 * place by shifts, and memory sees whole words, once, when the step ends.
 *
 * Only the words that the step writes are held; the others stand where the state stands that it began in.
 * Which ones it writes is known once the whole step is compiled: code that depends on it is filled in by
 * finish().
 *
 * HOT CODE, once a transition (`npm run bench`).
 */
import { at } from '../../machine/graph.ts';
import * as wasm from './code.ts';
import type { Code, Locals } from './code.ts';
import { setWord, wordAt } from './environment.ts';
import type { Base, Index, Span } from './environment.ts';

const WORD_BYTES = 8;

/** Where a field, or a part of one, stands in the words. */
interface Part {
  readonly word: number;
  /** Its lowest bit in the word, and in the field. */
  readonly shift: number;
  readonly from: number;
}

export class Draft {
  readonly #old: Base;
  /** Where it stands in memory when it is done, and meanwhile what an index has to reach. */
  readonly #new: Base;
  readonly #locals: Locals;
  readonly #held = new Map<number, number>();
  readonly #unfinished: (() => void)[] = [];

  constructor(locals: Locals, old: Base, to: Code) {
    this.#locals = locals;
    this.#old = old;
    this.#new = { address: to, packing: old.packing };
  }

  /** Statements: it is the state that the step began in. */
  begin(): Code {
    return this.#later(() =>
      [...this.#held].map(([word, local]) => wasm.set(local, this.#oldWord(word))),
    );
  }

  /** Statements: it stands in memory. */
  end(): Code {
    const words = this.#old.packing.bytes / WORD_BYTES;
    return this.#later(() => this.#written(0, words - 1));
  }

  finish(): void {
    for (const fill of this.#unfinished) fill();
  }

  word(start: number, index: Index): Code {
    if (typeof index !== 'number') return this.#indexed(start, index);
    const field = this.#field(start, index);
    return this.#later(() => {
      if (field.parts.every(({ word }) => !this.#held.has(word))) {
        return wordAt(this.#old, start, index);
      }
      const value = field.parts
        .map(({ word, shift, from }) => taken(this.#current(word), shift, from))
        .reduce(wasm.or);
      return extended(value, field.bits, field.signed);
    });
  }

  setWord(start: number, index: Index, value: Code): Code {
    if (typeof index !== 'number') return this.#setIndexed(start, index, value);
    const { parts, bits } = this.#field(start, index);
    const mask = 2n ** BigInt(bits) - 1n;
    const long = wasm.long.and(wasm.long.extendUnsigned(value), wasm.i64(mask));
    return parts.map(({ word, shift, from }) => {
      const local = this.#hold(word);
      const place = BigInt.asUintN(64, (mask >> BigInt(from)) << BigInt(shift));
      const rest = wasm.long.and(wasm.get(local), wasm.i64(~place));
      const part = from === 0 ? long : wasm.long.shiftRightUnsigned(long, wasm.i64(BigInt(from)));
      const put = shift === 0 ? part : wasm.long.shiftLeft(part, wasm.i64(BigInt(shift)));
      return wasm.set(local, wasm.long.or(rest, put));
    });
  }

  #indexed(start: number, span: Span): Code {
    const [first, last] = this.#wordsOf(start, span);
    return this.#later(() => {
      const isHeld = [...this.#held.keys()].some((word) => word >= first && word <= last);
      if (!isHeld) return wordAt(this.#old, start, span);
      return [this.#written(first, last), wordAt(this.#new, start, span)];
    });
  }

  #setIndexed(start: number, span: Span, value: Code): Code {
    const [first, last] = this.#wordsOf(start, span);
    const words = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    const held = words.map((word) => ({ word, local: this.#hold(word) }));
    return [
      this.#written(first, last),
      setWord(this.#new, start, span, value),
      held.map(({ word, local }) => wasm.set(local, loaded(this.#new.address, word))),
    ];
  }

  #written(first: number, last: number): Code {
    return Array.from({ length: last - first + 1 }, (_, i) => first + i).map((word) =>
      wasm.store64(this.#new.address, WORD_BYTES * word, this.#current(word)),
    );
  }

  #current(word: number): Code {
    const local = this.#held.get(word);
    return local === undefined ? this.#oldWord(word) : wasm.get(local);
  }

  #oldWord(word: number): Code {
    return loaded(this.#old.address, word);
  }

  #hold(word: number): number {
    const known = this.#held.get(word);
    if (known !== undefined) return known;
    const local = this.#locals.add('i64');
    this.#held.set(word, local);
    return local;
  }

  #field(start: number, index: number): { parts: Part[]; bits: number; signed: boolean } {
    const { widths, offsets } = this.#old.packing;
    const { bytes, signed } = at(widths, start);
    const offset = at(offsets, start) + bytes * index;
    const word = Math.floor(offset / WORD_BYTES);
    const shift = 8 * (offset % WORD_BYTES);
    const bits = 8 * bytes;
    const parts: Part[] = [{ word, shift, from: 0 }];
    if (shift + bits > 64) parts.push({ word: word + 1, shift: 0, from: 64 - shift });
    return { parts, bits, signed };
  }

  #wordsOf(start: number, { least, most }: Span): readonly [first: number, last: number] {
    const { widths, offsets } = this.#old.packing;
    const { bytes } = at(widths, start);
    const offset = at(offsets, start);
    const [first, last] = [offset + bytes * least, offset + bytes * (most + 1) - 1];
    return [Math.floor(first / WORD_BYTES), Math.floor(last / WORD_BYTES)];
  }

  /** Code that is known when all is compiled. */
  #later(code: () => Code): Code {
    const filled: Code[] = [];
    this.#unfinished.push(() => filled.push(code()));
    return filled;
  }
}

function loaded(address: Code, word: number): Code {
  return wasm.load64(address, WORD_BYTES * word);
}

/** The part of a word from a bit on, moved to where it stands in the field. */
function taken(word: Code, shift: number, from: number): Code {
  const moved = shift === 0 ? word : wasm.long.shiftRightUnsigned(word, wasm.i64(BigInt(shift)));
  const low = wasm.long.wrap(moved);
  return from === 0 ? low : wasm.shiftLeft(low, wasm.i32(from));
}

function extended(value: Code, bits: number, signed: boolean): Code {
  if (bits === 32) return value;
  if (!signed) return wasm.and(value, wasm.i32(2 ** bits - 1));
  const unused = wasm.i32(32 - bits);
  return wasm.shiftRight(wasm.shiftLeft(value, unused), unused);
}
