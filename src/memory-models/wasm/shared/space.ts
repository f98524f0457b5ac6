/**
 * The memory that threads share: who needs some of it takes it, under a lock. States that wait to be
 * expanded stand in rooms, one for each block of numbers; a room that is free holds the address of another.
 */
import { MOST_PAGES, PAGE_BYTES } from '../module.ts';
import { CHUNK_BYTES, CHUNK_NUMBERS } from '../visited/slots.ts';
import type { Control } from './control.ts';

/** Numbers that a thread takes at a time, and states that it expands at a time. */
export const BLOCK = 512;

/** A page of the processor, or a part of one. */
const TOUCHED = 1 << 12;

export class SharedSpace {
  readonly #memory: WebAssembly.Memory;
  readonly #control: Control;
  readonly #chunks: number;
  readonly #roomBytes: number;
  #words: Int32Array;
  #bytes: Uint8Array;

  /** `chunks`: where the addresses of chunks stand; `record`: bytes of a state. */
  constructor(memory: WebAssembly.Memory, control: Control, chunks: number, record: number) {
    this.#memory = memory;
    this.#control = control;
    this.#chunks = chunks;
    this.#roomBytes = BLOCK * record;
    this.#words = new Int32Array(memory.buffer);
    this.#bytes = new Uint8Array(memory.buffer);
  }

  /** All that this thread has allocated, and what was there when it began, is in these. */
  get words(): Int32Array {
    return this.#words;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** A block of numbers and a room for their states. */
  takeBlock(): { readonly number: number; readonly room: number } {
    return this.#control.alone(() => {
      const number = this.#control.add('numbers', BLOCK);
      this.#provideChunk(number);
      return { number, room: this.#takeRoom() };
    });
  }

  /** A room that nobody reads any more. */
  freeRoom(room: number): void {
    this.#see(room + this.#roomBytes);
    this.#words[room >> 2] = this.#control.get('freeRoom');
    this.#control.set('freeRoom', room);
  }

  /** Memory that is zero and was never used. */
  allocate(bytes: number): number {
    const address = this.#control.get('top') >>> 0;
    const top = address + Math.ceil(bytes / 8) * 8;
    this.#control.set('top', top | 0);
    this.#see(top);
    return address;
  }

  /**
   * Writes to every page once. A page that is read first is a page of zeros that all share; writing to it
   * then replaces it, which every processor that runs a thread of ours is interrupted for.
   */
  touch(address: number, bytes: number): void {
    const end = (address + bytes) >>> 2;
    for (let word = address >>> 2; word < end; word += TOUCHED / 4) this.#words[word] = 0;
  }

  /** Memory that has been used, and is not any more. */
  reuse(from: number, bytes: number): void {
    this.#control.set('spare', from | 0);
    this.#control.set('spareEnd', (from + bytes) | 0);
  }

  #provideChunk(number: number): void {
    const place = (this.#chunks >> 2) + Math.floor(number / CHUNK_NUMBERS);
    if (this.#words[place] === 0) this.#words[place] = this.#carve(CHUNK_BYTES);
  }

  #takeRoom(): number {
    const free = this.#control.get('freeRoom') >>> 0;
    if (free === 0) {
      this.#control.add('rooms', 1);
      return this.#carve(this.#roomBytes);
    }
    this.#see(free + this.#roomBytes);
    this.#control.set('freeRoom', this.#words[free >> 2] as number);
    return free;
  }

  #carve(bytes: number): number {
    const [from, end] = [this.#control.get('spare') >>> 0, this.#control.get('spareEnd') >>> 0];
    if (end - from < bytes) return this.allocate(bytes);
    this.#control.set('spare', (from + bytes) | 0);
    this.#see(from + bytes);
    return from;
  }

  /** Has the memory reach so far, and sees it; another thread may have let it grow. */
  #see(top: number): void {
    if (top <= this.#bytes.length) return;
    const pages = this.#memory.grow(0);
    const missing = Math.ceil(top / PAGE_BYTES) - pages;
    if (missing > 0) {
      const spare = Math.ceil(top / 4 / PAGE_BYTES);
      this.#memory.grow(Math.max(missing, Math.min(spare, MOST_PAGES - pages)));
    }
    this.#words = new Int32Array(this.#memory.buffer);
    this.#bytes = new Uint8Array(this.#memory.buffer);
  }
}
