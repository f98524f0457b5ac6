/**
 * Sequential consistency: one memory, every access takes effect at once and in program order
 * (Lamport 1979). Fences order nothing that is not ordered already.
 */
import { compileForRaces, compileMachine } from './codegen/system.ts';
import { word } from './codegen/word.ts';
import type { MemoryEmitter } from './codegen/memory-emitter.ts';
import { directMemory } from './wasm/memory.ts';
import type { MemoryModel } from './memory-model.ts';

const emitter: MemoryEmitter = {
  steps: { fences: 'local' },
  initial: (machine) => machine.locations.map(({ initial }) => initial),
  prelude: () => '',
  load: (array, base, memory, index) => word(array, base, memory, index),
  store: (memory, index, _cpu, value) => `${word('N', 'o', memory, index)} = ${value};`,
  rmwBlocked: () => null,
  rmwLoad: word,
  rmwStore: (memory, index, value) => `${word('N', 'o', memory, index)} = ${value};`,
  fenceBlocked: () => null,
  latest: word,
  quiet: () => 'true',
  internal: () => '',
  buffers: null,
  bufferViews: () => 0,
  viewRead: (index) => `hb_message[${index}]`,
  newestView: (index) => `hb_message[${index}]`,
  wasm: () => directMemory,
  images: () => new Map(),
  decodePending: () => () => '',
};

export const sc: MemoryModel = {
  name: 'sc',
  reducible: true,
  compile: (machine, refuted) => compileMachine(machine, emitter, (refuted?.size ?? 0) === 0),
  compileForRaces: (machine, seen, dependencies) =>
    compileForRaces(machine, emitter, seen, dependencies),
};
