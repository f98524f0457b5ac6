/** The accesses of a memory model as WebAssembly: the same as its MemoryEmitter's. */
import type { Fence } from '../../machine/machine.ts';
import * as wasm from './code.ts';
import type { Code } from './code.ts';
import { codeOf, setWord, wordAt } from './environment.ts';
import type { Environment, Index } from './environment.ts';

export interface MemoryCode {
  load(location: Index, cpu: Index): Code;
  /** `full` is done, in place of the store, where there is no room for it. */
  store(location: Index, cpu: Index, value: Code, plain: boolean, full: Code): Code;
  /** Not 0 where an RMW, or the fence, has to wait; null: never. */
  rmwBlocked(cpu: Index): Code | null;
  fenceBlocked(fence: Fence, cpu: Index): Code | null;
  /** The steps that memory takes by itself from the state at address `from`; `keep` keeps a successor. */
  internal(from: Code, keep: Code): Code;
}

export type MemoryCompiler = (environment: Environment) => MemoryCode;

/** Every access takes effect at once. */
export const directMemory: MemoryCompiler = ({ next, layout }) => ({
  load: (location) => wordAt(next, layout.memory, location),
  store: (location, _cpu, value) => setWord(next, layout.memory, location, value),
  rmwBlocked: () => null,
  fenceBlocked: () => null,
  internal: () => wasm.NOTHING,
});

/** A store buffer of so many entries for each CPU, laid out as tso.ts says. */
export function bufferedMemory(
  cpus: number,
  locations: number,
  entries: number,
  isFull: (fence: Fence) => boolean,
): MemoryCompiler {
  return (environment) => {
    const { next, layout } = environment;
    const buffers = layout.memory + locations;
    const words = 2 * entries;
    const first = (cpu: Index): Index =>
      typeof cpu === 'number' ? cpu * words : { code: wasm.multiply(cpu.code, wasm.i32(words)) };
    const waits = (cpu: Index): Code => wordAt(next, buffers, first(cpu));
    const loading = defineLoad(environment, buffers, words);
    const storing = defineStore(environment, buffers, words);
    return {
      load: (location, cpu) => wasm.call(loading, codeOf(location), codeOf(first(cpu))),
      store: (location, cpu, value, plain, full) =>
        plain
          ? setWord(next, layout.memory, location, value)
          : wasm.when(
              wasm.not(wasm.call(storing, codeOf(location), codeOf(first(cpu)), value)),
              full,
            ),
      rmwBlocked: waits,
      fenceBlocked: (fence, cpu) => (isFull(fence) ? waits(cpu) : null),
      internal: (from, keep) =>
        Array.from({ length: cpus }, (_, cpu) =>
          drain(environment, buffers, words, cpu, from, keep),
        ),
    };
  };
}

/** (location, first word of the buffer) → the newest entry's value, else memory's. */
function defineLoad({ module, next, layout }: Environment, buffers: number, words: number): number {
  const [location, buffer] = [wasm.get(0), { code: wasm.get(1) }];
  const looks = Array.from({ length: words / 2 }, (_, i) => words - 2 - 2 * i).map((entry) =>
    wasm.when(wasm.equal(wordAt(next, buffers + entry, buffer), wasm.add(location, wasm.i32(1))), [
      wordAt(next, buffers + entry + 1, buffer),
      wasm.RETURN,
    ]),
  );
  const index = module.declare(2, true);
  const memory = wordAt(next, layout.memory, { code: location });
  module.define(index, new wasm.Locals(2), [looks, memory]);
  return index;
}

/** (location, first word of the buffer, value) → 0 if it is full. */
function defineStore({ module, next }: Environment, buffers: number, words: number): number {
  const [location, buffer, value] = [wasm.get(0), { code: wasm.get(1) }, wasm.get(2)];
  const tries = Array.from({ length: words / 2 }, (_, i) => 2 * i).map((entry) =>
    wasm.when(wasm.not(wordAt(next, buffers + entry, buffer)), [
      setWord(next, buffers + entry, buffer, wasm.add(location, wasm.i32(1))),
      setWord(next, buffers + entry + 1, buffer, value),
      wasm.i32(1),
      wasm.RETURN,
    ]),
  );
  const index = module.declare(3, true);
  module.define(index, new wasm.Locals(3), [tries, wasm.i32(0)]);
  return index;
}

/** The oldest entry of the CPU takes effect. */
function drain(
  { next, layout, record }: Environment,
  buffers: number,
  words: number,
  cpu: number,
  from: Code,
  keep: Code,
): Code {
  const old = { address: from, offset: 0 };
  const first = buffers + cpu * words;
  const location = { code: wasm.subtract(wordAt(old, first, 0), wasm.i32(1)) };
  const moved = Array.from({ length: words }, (_, i) =>
    setWord(next, first, i, i + 2 < words ? wordAt(old, first + 2, i) : wasm.i32(0)),
  );
  return wasm.when(wordAt(old, first, 0), [
    copyState(from, next, record),
    setWord(next, layout.memory, location, wordAt(old, first + 1, 0)),
    moved,
    keep,
  ]);
}

export function copyState(
  from: Code,
  to: { readonly address: Code; readonly offset: number },
  bytes: number,
): Code {
  return Array.from({ length: bytes / 8 }, (_, i) =>
    wasm.store64(to.address, to.offset + 8 * i, wasm.load64(from, 8 * i)),
  );
}
