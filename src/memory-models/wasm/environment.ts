/**
 * What the functions of one module share: where things stand in its memory, its variables, and the
 * functions that every step calls. Addresses are in bytes; a state's words are padded to 8 bytes.
 */
import type { Layout } from '../codegen/layout.ts';
import * as wasm from './code.ts';
import type { Code } from './code.ts';
import type { ModuleBuilder } from './module.ts';

/** Where a state stands: an address, and an offset that is known beforehand. */
export interface Base {
  readonly address: Code;
  readonly offset: number;
}

/** An index that is known beforehand, or the code that computes it. */
export type Index = number | { readonly code: Code };

export class Environment {
  readonly module: ModuleBuilder;
  readonly layout: Layout;
  /** Bytes of a state. */
  readonly record: number;
  /** A variable: where the successor in the making stands. */
  readonly next: number;
  #free = 64;

  constructor(module: ModuleBuilder, layout: Layout) {
    this.module = module;
    this.layout = layout;
    this.record = Math.ceil(layout.words / 2) * 8;
    this.next = module.global('next');
  }

  /** Room that is there from the start; its address. */
  reserve(bytes: number): number {
    const address = this.#free;
    this.#free += Math.ceil(bytes / 8) * 8;
    return address;
  }

  get reserved(): number {
    return this.#free;
  }
}

/** A word of a state, `start` words on and then as many as the index says. */
export function wordAt({ address, offset }: Base, start: number, index: Index): Code {
  if (typeof index === 'number') return wasm.load(address, offset + 4 * (start + index));
  return wasm.load(wasm.add(address, scaled(index)), offset + 4 * start);
}

export function setWord(base: Base, start: number, index: Index, value: Code): Code {
  const { address, offset } = base;
  if (typeof index === 'number') return wasm.store(address, offset + 4 * (start + index), value);
  return wasm.store(wasm.add(address, scaled(index)), offset + 4 * start, value);
}

export function codeOf(index: Index): Code {
  return typeof index === 'number' ? wasm.i32(index) : index.code;
}

function scaled({ code }: { readonly code: Code }): Code {
  return wasm.shiftLeft(code, wasm.i32(2));
}

/** Adds to a variable. */
export function increase(index: number, by: number): Code {
  return wasm.setGlobal(index, wasm.add(wasm.global(index), wasm.i32(by)));
}
