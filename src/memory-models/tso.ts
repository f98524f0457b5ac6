/**
 * x86-TSO (Owens, Sarkar, Sewell: "A better x86 memory model: x86-TSO", TPHOLs 2009): one memory and a
 * FIFO store buffer a CPU. A load takes the newest entry of its own buffer for the location, else
 * memory. smp_mb() and every RMW, also one that fails, and so every lock, wait for an empty buffer of
 * their CPU; a drain is a step of its own. smp_wmb(), smp_rmb(), acquire and release are barrier().
 *
 * Deviation: the buffer is bounded. A CPU whose contexts hold no loop never needs more than it has
 * stores; beyond `MOST` entries a store waits for a drain, and the run says that the bound was reached.
 *
 * Deviation: a location that is only stored to plainly holds one value, its latest, and is not
 * buffered. Its accesses are race-free or a failure, so nobody can tell the difference.
 *
 * In a state, after memory: for each CPU its entries, oldest first, each a location + 1 and a value;
 * 0 marks an entry that is free.
 */
import { at, cycles } from '../machine/graph.ts';
import type { Fence, Machine } from '../machine/machine.ts';
import { compileForRaces, compileMachine } from './codegen/system.ts';
import type { HappensBefore } from './codegen/happens-before.ts';
import type { MemoryEmitter } from './codegen/memory-emitter.ts';
import { word } from './codegen/word.ts';
import { nameValues } from '../machine/symmetry/automorphism.ts';
import type { Automorphism } from '../machine/symmetry/automorphism.ts';
import { renamed, renamedBy } from './symmetry/word-images.ts';
import type { WordImage } from './symmetry/word-images.ts';
import { bufferedMemory } from './wasm/memory.ts';
import type { MemoryModel } from './memory-model.ts';

/** Entries of a buffer where loops may fill it without end. */
const MOST = 8;

/** arch/x86 has barrier() for all other fences, and needs no more: its RMWs are full barriers. */
const FULL_BARRIERS: ReadonlySet<Fence> = new Set<Fence>(['mb', 'mfence', 'sync']);

const emitter: MemoryEmitter = {
  steps: { fences: (fence) => (FULL_BARRIERS.has(fence) ? 'visible' : 'local') },
  initial: (machine) => [
    ...machine.locations.map(({ initial }) => initial),
    ...Array.from({ length: machine.cpus.length * capacity(machine) * 2 }, () => 0),
  ],
  prelude: (machine, memory, order) =>
    prelude(machine, memory, order !== null) + (order === null ? '' : orderPrelude(machine, order)),
  load: (array, base, _memory, index, cpu) => `tso_load(${array}, ${base}, ${index}, ${cpu})`,
  store: (memory, index, cpu, value, plain) =>
    plain
      ? `${word('N', 'o', memory, index)} = ${value};`
      : `if (!tso_store(N, o, ${index}, ${value}, ${cpu})) { out.bounded = true; break run; }`,
  rmwBlocked: (cpu) => `N[o + tso_buffer(${cpu})] !== 0`,
  rmwLoad: word,
  rmwStore: (memory, index, value) => `${word('N', 'o', memory, index)} = ${value};`,
  fenceBlocked: (fence, cpu) =>
    FULL_BARRIERS.has(fence) ? `N[o + tso_buffer(${cpu})] !== 0` : null,
  latest: word,
  quiet: (array, base) => `tso_quiet(${array}, ${base})`,
  internal: () => 'tso_drain(S, at, out);',
  buffers: {
    waits: (fence) => FULL_BARRIERS.has(fence),
    oldest: (array, base, cpu) => `${array}[${base} + tso_buffer(${cpu})]`,
    drain: (cpu) => `tso_drainOne(S, at, out, ${cpu});`,
  },
  bufferViews: (machine) => machine.cpus.length * capacity(machine),
  viewRead: (index, cpu) => `tso_viewRead(N, o, ${index}, ${cpu})`,
  newestView: (_index, cpu) => `tso_newestView(N, o, ${cpu})`,
  wasm: (machine) =>
    bufferedMemory(machine.cpus.length, machine.locations.length, capacity(machine), (fence) =>
      FULL_BARRIERS.has(fence),
    ),
  images: bufferImages,
  decodePending: (machine, memory) => speller(machine, memory),
};

export const tso: MemoryModel = {
  name: 'tso',
  reducible: true,
  compile: (machine, refuted) => compileMachine(machine, emitter, (refuted?.size ?? 0) === 0),
  compileForRaces: (machine, seen, dependencies) =>
    compileForRaces(machine, emitter, seen, dependencies),
};

/** Entries that one CPU's buffer has room for. */
function capacity(machine: Machine): number {
  const loops = machine.contexts.some((context) => cycles(context, () => true).length > 0);
  if (loops) return MOST;
  const stores = machine.contexts.map(
    ({ nodes }) => nodes.filter(({ kind }) => kind === 'store').length,
  );
  const bound = machine.contexts.every(({ cpu }) => cpu.op === 'const');
  const most = bound ? storesOfBusiestCpu(machine, stores) : stores.reduce((a, b) => a + b, 0);
  return Math.max(1, Math.min(most, MOST));
}

function storesOfBusiestCpu(machine: Machine, stores: readonly number[]): number {
  const byCpu = machine.cpus.map((_, cpu) =>
    machine.contexts.reduce(
      (sum, context, index) =>
        context.cpu.op === 'const' && context.cpu.value === cpu ? sum + at(stores, index) : sum,
      0,
    ),
  );
  return Math.max(0, ...byCpu);
}

/** HOT CODE: one call an access. */
function prelude(machine: Machine, memory: number, ordered: boolean): string {
  const entries = capacity(machine);
  const buffers = memory + machine.locations.length;
  return `
function tso_buffer(cpu) { return ${buffers} + cpu * ${2 * entries}; }
function tso_load(A, b, l, cpu) {
  const first = b + tso_buffer(cpu);
  for (let e = first + ${2 * entries - 2}; e >= first; e -= 2) if (A[e] === l + 1) return A[e + 1];
  return A[b + ${memory} + l];
}
function tso_store(N, o, l, value, cpu) {
  const first = o + tso_buffer(cpu), end = first + ${2 * entries};
  let e = first; while (e < end && N[e] !== 0) e += 2;
  if (e === end) return false;
  N[e] = l + 1; N[e + 1] = value;
  return true;
}
function tso_quiet(A, b) {
  for (let cpu = 0; cpu < ${machine.cpus.length}; cpu++) if (A[b + tso_buffer(cpu)] !== 0) return false;
  return true;
}
function tso_drain(S, at, out) {
  for (let cpu = 0; cpu < ${machine.cpus.length}; cpu++) {
    if (S[at + tso_buffer(cpu)] !== 0) tso_drainOne(S, at, out, cpu);
  }
}
function tso_drainOne(S, at, out, cpu) {
  const first = tso_buffer(cpu);
  const k = out.count; if ((k + 1) * W > out.states.length) grow(out);
  const N = out.states, o = k * W; for (let i = 0; i < W; i++) N[o + i] = S[at + i];
  N[o + ${memory} + S[at + first] - 1] = S[at + first + 1];
  const last = o + first + ${2 * entries - 2};
  for (let e = o + first; e < last; e += 2) { N[e] = N[e + 2]; N[e + 1] = N[e + 3]; }
  N[last] = 0; N[last + 1] = 0;
  ${ordered ? 'tso_drainView(N, o, S[at + first] - 1, cpu);' : ''}
  out.context[k] = -1 - cpu; out.failedAt[k] = 0; out.count = k + 1;
}
`;
}

/** The views of entries, which stand in the order of the entries. */
function orderPrelude(machine: Machine, { buffers, words }: HappensBefore): string {
  const entries = capacity(machine);
  return `
function tso_viewRead(N, o, l, cpu) {
  const first = o + tso_buffer(cpu);
  for (let e = ${entries - 1}; e >= 0; e--) if (N[first + 2 * e] === l + 1) return ${buffers} + cpu * ${entries} + e;
  return hb_message[l];
}
function tso_newestView(N, o, cpu) {
  const first = o + tso_buffer(cpu);
  let e = 0; while (e < ${entries} && N[first + 2 * e] !== 0) e++;
  return ${buffers} + cpu * ${entries} + e - 1;
}
function tso_drainView(N, o, l, cpu) {
  const first = hb_view(o, ${buffers} + cpu * ${entries}), end = first + ${(entries - 1) * words};
  if (hb_message[l] >= 0) N.copyWithin(hb_view(o, hb_message[l]), first, first + ${words});
  N.copyWithin(first, first + ${words}, end + ${words});
  N.fill(0, end, end + ${words});
}
`;
}

/** The buffers of CPUs are exchanged; an entry names a location, and its value is one of that location. */
function bufferImages(
  machine: Machine,
  memory: number,
  { cpus, locations, locationValues }: Automorphism,
): ReadonlyMap<number, WordImage> {
  const words = 2 * capacity(machine);
  const first = memory + machine.locations.length;
  const names = nameValues(locations);
  const values = locationValues.map((each, location) => [location + 1, each] as const);
  const images = new Map<number, WordImage>();
  cpus.forEach((to, cpu) => {
    for (let entry = 0; entry < words; entry += 2) {
      const [from, image] = [first + cpu * words + entry, first + to * words + entry];
      images.set(image, renamed(from, names));
      images.set(image + 1, renamedBy(from + 1, from, values));
    }
  });
  return images;
}

/** Spells the buffers of a state: by CPU, oldest entry first, each as `location=value`. */
function speller(machine: Machine, memory: number): (states: Int32Array, from: number) => string {
  const entries = capacity(machine);
  const first = memory + machine.locations.length;
  const spellBuffer = (states: Int32Array, buffer: number): string => {
    const written: string[] = [];
    for (let entry = buffer; entry < buffer + 2 * entries; entry += 2) {
      const location = states[entry] ?? 0;
      if (location !== 0) written.push(`${location - 1}=${states[entry + 1] ?? 0}`);
    }
    return written.join(',');
  };
  return (states, from) =>
    machine.cpus.map((_, cpu) => spellBuffer(states, from + first + 2 * cpu * entries)).join('|');
}
