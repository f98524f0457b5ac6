/** The accesses of a memory model as WebAssembly: the same as its MemoryEmitter's. */
import type { Fence } from '../../machine/machine.ts';
import * as wasm from './code.ts';
import type { Code } from './code.ts';
import { codeOf, setWord, wordAt } from './environment.ts';
import type { Base, Environment, Index } from './environment.ts';

/** `next`: the successor in the making. */
export interface MemoryCode {
  /** Whether the successor in the making may be a draft, which memory does not hold. */
  readonly inLocals: boolean;
  load(next: Base, location: Index, cpu: Index): Code;
  /** `full` is done, in place of the store, where there is no room for it. */
  store(next: Base, location: Index, cpu: Index, value: Code, plain: boolean, full: Code): Code;
  /** Not 0 where an RMW, or the fence, has to wait; null: never. */
  rmwBlocked(next: Base, cpu: Index): Code | null;
  fenceBlocked(next: Base, fence: Fence, cpu: Index): Code | null;
  /** By CPU, what memory does by itself from the state at address `from`; `keep` keeps a successor. */
  drains(from: Code, keep: Code): readonly Drain[];
}

export interface Drain {
  /** 1 + the location of the oldest store that waits in the CPU's buffer, or 0. */
  readonly oldest: Code;
  /** Statements: memory takes it. */
  readonly step: Code;
}

export type MemoryCompiler = (environment: Environment) => MemoryCode;

/** Every access takes effect at once. */
export const directMemory: MemoryCompiler = ({ layout }) => ({
  inLocals: true,
  load: (next, location) => wordAt(next, layout.memory, location),
  store: (next, location, _cpu, value) => setWord(next, layout.memory, location, value),
  rmwBlocked: () => null,
  fenceBlocked: () => null,
  drains: () => [],
});

/** A store buffer of so many entries for each CPU, laid out as tso.ts says. */
export function bufferedMemory(
  cpus: number,
  locations: number,
  entries: number,
  isFull: (fence: Fence) => boolean,
): MemoryCompiler {
  return (environment) => {
    const { layout } = environment;
    const buffers = layout.memory + locations;
    const words = 2 * entries;
    const first = (cpu: Index): Index =>
      typeof cpu === 'number' ? cpu * words : anyOf(wasm.multiply(cpu.code, wasm.i32(words)));
    const waits = (next: Base, cpu: Index): Code => wordAt(next, buffers, first(cpu));
    const loading = defineLoad(environment, buffers, words);
    const storing = defineStore(environment, buffers, words);
    return {
      inLocals: false,
      load: (next, location, cpu) =>
        wasm.call(loading, next.address, codeOf(location), codeOf(first(cpu))),
      store: (next, location, cpu, value, plain, full) =>
        plain
          ? setWord(next, layout.memory, location, value)
          : wasm.when(
              wasm.not(
                wasm.call(storing, next.address, codeOf(location), codeOf(first(cpu)), value),
              ),
              full,
            ),
      rmwBlocked: waits,
      fenceBlocked: (next, fence, cpu) => (isFull(fence) ? waits(next, cpu) : null),
      drains: (from, keep) =>
        Array.from({ length: cpus }, (_, cpu) =>
          drain(environment, buffers, words, cpu, from, keep),
        ),
    };
  };
}

/** (state, location, first word of the buffer) → the newest entry's value, else memory's. */
function defineLoad(
  { module, layout, packing }: Environment,
  buffers: number,
  words: number,
): number {
  const next = { address: wasm.get(0), packing };
  const [location, buffer] = [wasm.get(1), anyOf(wasm.get(2))];
  const looks = Array.from({ length: words / 2 }, (_, i) => words - 2 - 2 * i).map((entry) =>
    wasm.when(wasm.equal(wordAt(next, buffers + entry, buffer), wasm.add(location, wasm.i32(1))), [
      wordAt(next, buffers + entry + 1, buffer),
      wasm.RETURN,
    ]),
  );
  const index = module.declare(3, true);
  const memory = wordAt(next, layout.memory, anyOf(location));
  module.define(index, new wasm.Locals(3), [looks, memory]);
  return index;
}

/** (state, location, first word of the buffer, value) → 0 if it is full. */
function defineStore({ module, packing }: Environment, buffers: number, words: number): number {
  const next = { address: wasm.get(0), packing };
  const [location, buffer, value] = [wasm.get(1), anyOf(wasm.get(2)), wasm.get(3)];
  const tries = Array.from({ length: words / 2 }, (_, i) => 2 * i).map((entry) =>
    wasm.when(wasm.not(wordAt(next, buffers + entry, buffer)), [
      setWord(next, buffers + entry, buffer, wasm.add(location, wasm.i32(1))),
      setWord(next, buffers + entry + 1, buffer, value),
      wasm.i32(1),
      wasm.RETURN,
    ]),
  );
  const index = module.declare(4, true);
  module.define(index, new wasm.Locals(4), [tries, wasm.i32(0)]);
  return index;
}

/** The oldest entry of the CPU takes effect. */
function drain(
  { next: variable, layout, packing, record }: Environment,
  buffers: number,
  words: number,
  cpu: number,
  from: Code,
  keep: Code,
): Drain {
  const old = { address: from, packing };
  const next = { address: wasm.global(variable), packing };
  const first = buffers + cpu * words;
  const location = anyOf(wasm.subtract(wordAt(old, first, 0), wasm.i32(1)));
  const moved = Array.from({ length: words }, (_, i) =>
    setWord(next, first, i, i + 2 < words ? wordAt(old, first + 2, i) : wasm.i32(0)),
  );
  const step = [
    copyState(from, next.address, record),
    setWord(next, layout.memory, location, wordAt(old, first + 1, 0)),
    moved,
    keep,
  ];
  return { oldest: wordAt(old, first, 0), step };
}

export function copyState(from: Code, to: Code, bytes: number): Code {
  return Array.from({ length: bytes / 8 }, (_, i) =>
    wasm.store64(to, 8 * i, wasm.load64(from, 8 * i)),
  );
}

/** An index into memory, where a state stands as a whole. */
function anyOf(code: Code): Index {
  return { code, least: 0, most: Infinity };
}
