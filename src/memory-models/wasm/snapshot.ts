/** What a module holds, besides its memory, in a form that can be written down. */
import { createHash } from 'node:crypto';
import type { Sink, Source } from '../sink.ts';

export interface Variable {
  value: number;
}

/** All variables, by the names that they are exported under. */
export function variablesOf(exports: object): ReadonlyMap<string, Variable> {
  const all = Object.entries(exports) as [string, Variable | (() => unknown)][];
  return new Map(all.flatMap(([name, it]) => (typeof it === 'function' ? [] : [[name, it]])));
}

/** Of the module: memory can be gone on with by the same one alone. */
export function moduleHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const PIECE_BYTES = 1 << 22;

export function putMemory(sink: Sink, memory: Uint8Array, end: number): void {
  for (let from = 0; from < end; from += PIECE_BYTES) {
    sink.put(memory.subarray(from, Math.min(from + PIECE_BYTES, end)));
  }
}

export function getMemory(source: Source, memory: Uint8Array, end: number): void {
  for (let from = 0; from < end; from += PIECE_BYTES) {
    source.get(memory.subarray(from, Math.min(from + PIECE_BYTES, end)));
  }
}
