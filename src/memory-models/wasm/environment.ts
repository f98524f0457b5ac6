/**
 * What the functions of one module share: where things stand in its memory, its variables, and the
 * functions that every step calls. Addresses are in bytes; a state's words are padded to 8 bytes.
 */
import { at } from '../../machine/graph.ts';
import type { Layout } from '../codegen/layout.ts';
import * as wasm from './code.ts';
import type { Code } from './code.ts';
import type { Draft } from './draft.ts';
import type { ModuleBuilder } from './module.ts';
import type { Packing, Width } from './packing.ts';

/** A state: its address, and how it stands there, or will stand once the draft has ended. */
export interface Base {
  readonly address: Code;
  readonly packing: Packing;
  readonly draft?: Draft;
}

/** An index that is known beforehand, or the code that computes it. */
export type Index = number | Span;

/** The code gives an index from `least` to `most`. */
export interface Span {
  readonly code: Code;
  readonly least: number;
  readonly most: number;
}

export const CONTROL_BYTES: number = 1 << 13;

export class Environment {
  readonly module: ModuleBuilder;
  readonly layout: Layout;
  readonly packing: Packing;
  /** Bytes of a state. */
  readonly record: number;
  /** A variable: where the successor in the making stands. */
  readonly next: number;
  /** Whether threads explore together, each with an instance of the module, in one memory. */
  readonly shared: boolean;
  /** Where the words stand by which threads that share the memory go together. */
  readonly control: number;
  readonly #base: number;
  #free = 64;

  constructor(module: ModuleBuilder, layout: Layout, packing: Packing, shared: boolean) {
    this.shared = shared;
    this.#base = shared ? module.global('base') : 0;
    this.module = module;
    this.layout = layout;
    this.packing = packing;
    this.record = packing.bytes;
    this.next = module.global('next');
    this.control = shared ? this.reserve(CONTROL_BYTES) : 0;
  }

  /** Room that is there from the start; its address. */
  reserve(bytes: number): number {
    const address = this.#free;
    this.#free += Math.ceil(bytes / 8) * 8;
    return address;
  }

  /** An address in what is this thread's own: threads have a copy of the reserved room each. */
  own(address: Code): Code {
    return this.shared ? wasm.add(wasm.global(this.#base), address) : address;
  }

  get reserved(): number {
    return this.#free;
  }
}

/** A word of a state, `start` words on and then as many as the index says. */
export function wordAt(base: Base, start: number, index: Index): Code {
  if (base.draft !== undefined) return base.draft.word(start, index);
  const { bytes, signed } = at(base.packing.widths, start);
  const [address, offset] = placeOf(base, start, index);
  if (bytes === 4) return wasm.load(address, offset);
  if (bytes === 2) return (signed ? wasm.loadSigned16 : wasm.load16)(address, offset);
  return (signed ? wasm.loadSigned8 : wasm.load8)(address, offset);
}

export function setWord(base: Base, start: number, index: Index, value: Code): Code {
  if (base.draft !== undefined) return base.draft.setWord(start, index, value);
  const { bytes } = at(base.packing.widths, start);
  const [address, offset] = placeOf(base, start, index);
  if (bytes === 4) return wasm.store(address, offset, value);
  return (bytes === 2 ? wasm.store16 : wasm.store8)(address, offset, value);
}

function placeOf({ address, packing }: Base, start: number, index: Index): [Code, number] {
  const { bytes } = at(packing.widths, start);
  const offset = at(packing.offsets, start);
  if (typeof index === 'number') return [address, offset + bytes * index];
  return [wasm.add(address, wasm.multiply(index.code, wasm.i32(bytes))), offset];
}

/** A statement: gives up unless the value can be kept in such a word. */
export function keepsIn({ bytes, signed }: Width, value: Code, giveUp: Code): Code {
  if (bytes === 4) return wasm.NOTHING;
  const bits = wasm.i32(8 * bytes);
  if (!signed) return wasm.when(wasm.shiftRightUnsigned(value, bits), giveUp);
  const unused = wasm.i32(32 - 8 * bytes);
  const kept = wasm.shiftRight(wasm.shiftLeft(value, unused), unused);
  return wasm.when(wasm.unequal(kept, value), giveUp);
}

/** One of the candidates, of which the code says which. */
export function spanOf(code: Code, candidates: readonly number[]): Span {
  return { code, least: Math.min(...candidates), most: Math.max(...candidates) };
}

export function codeOf(index: Index): Code {
  return typeof index === 'number' ? wasm.i32(index) : index.code;
}

/** Adds to a variable. */
export function increase(index: number, by: number): Code {
  return wasm.setGlobal(index, wasm.add(wasm.global(index), wasm.i32(by)));
}
