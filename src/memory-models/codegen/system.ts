/**
 * A machine and a memory model's emitter as a transition system: the source of its successor
 * functions, one for each context and stop, is put together here and compiled.
 *
 * HOT CODE. What is emitted runs once a transition: plain loops over typed arrays, no allocation, no
 * closures per step. `npm run bench` measures it.
 */
import { contendedLocations } from '../../machine/contended.ts';
import { plainLocations, plainlyStoredLocations } from '../../machine/footprint.ts';
import { at } from '../../machine/graph.ts';
import type { Context, Machine } from '../../machine/machine.ts';
import { settledNodes } from '../../machine/settled.ts';
import { isStop, stepKinds } from '../../machine/steps.ts';
import type { OrderedSystem, Seen, Successors, TransitionSystem } from '../memory-model.ts';
import { decode } from './decode.ts';
import { emitCondition, emitValue, mayFault } from './expression.ts';
import type { Names } from './expression.ts';
import { KINDS, happensBefore, isContended } from './happens-before.ts';
import type { HappensBefore } from './happens-before.ts';
import { emitAmple } from './ample.ts';
import { layoutOf } from './layout.ts';
import type { Layout } from './layout.ts';
import type { MemoryEmitter } from './memory-emitter.ts';
import { emitProperty } from './property.ts';
import { TOUCH_LATE, emitStep } from './step.ts';
import type { StepSource } from './step.ts';
import { ampleTables } from '../reduction/ample.ts';
import type { AmpleTables } from '../reduction/ample.ts';
import { Engine } from '../wasm/engine.ts';
import { packingOf } from '../wasm/packing.ts';
import { Unsupported } from '../wasm/expression.ts';
import { compileToWasm } from '../wasm/system.ts';
import type { CompiledSystem } from '../wasm/system.ts';
import { Leader } from '../wasm/shared/leader.ts';
import type { Wanted } from '../wasm/lookup.ts';
import { validityTables } from './validity.ts';
import { word } from './word.ts';
import type { Automorphism } from '../../machine/symmetry/automorphism.ts';
import { Images } from '../symmetry/images.ts';
import { keepsAmple, wordImages } from '../symmetry/word-images.ts';

/** What the generated source returns; the cast to it is one of the borders with untyped data. */
interface Generated {
  expand(states: Int32Array, at: number, out: Successors): void;
  expandReduced(states: Int32Array, at: number, out: Successors): void;
  readonly properties: readonly ((states: Int32Array, at: number) => number)[];
  settled(states: Int32Array, at: number): number;
  quiet(states: Int32Array, at: number): boolean;
  latest(states: Int32Array, at: number, location: number): number;
}

/** `narrow`: the engine may assume that words are narrower than their types say. */
export function compileMachine(
  machine: Machine,
  emitter: MemoryEmitter,
  narrow: boolean,
): TransitionSystem {
  return compileSystem(machine, emitter, null, narrow);
}

/**
 * The same system with happens-before at the end of its states; null: the text of the machine shows
 * that only accesses that could both be next can race.
 */
export function compileForRaces(
  machine: Machine,
  emitter: MemoryEmitter,
  seen: Seen,
  dependencies: boolean,
): OrderedSystem | null {
  const contended = [...contendedLocations(machine, seen.moves)];
  const locations = new Set(contended.filter((l) => isContended(machine, seen.accesses, l)));
  if (locations.size === 0) return null;
  const { accesses } = seen;
  const bufferViews = emitter.bufferViews(machine);
  const order = happensBefore(machine, { locations, accesses, dependencies, bufferViews });
  return { ...compileSystem(machine, emitter, order), width: order.words };
}

function compileSystem(
  machine: Machine,
  emitter: MemoryEmitter,
  order: HappensBefore | null,
  narrow = false,
): TransitionSystem {
  const kinds = stepKinds(machine, emitter.steps);
  const memory = emitter.initial(machine);
  const layout = layoutOf(machine, kinds, memory.length);
  const coverage = machine.contexts.map(({ nodes }) => new Uint8Array(nodes.length));
  const words = layout.words + (order?.initial.length ?? 0);
  const seen: Seen = {
    accesses: KINDS.map(() => new Int32Array(machine.locations.length)),
    moves: machine.contexts.map(({ nodes }) => new Uint8Array(nodes.length)),
  };
  const ample = once(() => ampleTables(machine, kinds, emitter.buffers?.waits ?? null));
  const generated = (withSteps: boolean, reduction: AmpleTables | null): Generated => {
    const tables: Uint8Array[] = [];
    const source = sourceOf(machine, emitter, layout, kinds, tables, order, withSteps, reduction);
    const generate = new Function('W', 'coverage', 'tables', 'made', 'moves', 'ample', source) as (
      stateWords: number,
      covered: readonly Uint8Array[],
      valid: readonly Uint8Array[],
      accesses: readonly Int32Array[],
      moves: readonly Uint8Array[],
      reducing: AmpleTables | null,
    ) => Generated;
    return generate(words, coverage, tables, seen.accesses, seen.moves, reduction);
  };
  // Where an engine explores, steps are needed for traces at most.
  const inspecting = once(() => generated(false, null));
  const stepping = once(() => generated(true, null));
  const reducing = once(() => generated(true, ample()));
  const pending = emitter.decodePending(machine, layout.memory);
  const moduleFor = (wanted: Wanted, shared: boolean): CompiledSystem => {
    const packing = packingOf(machine, layout, initialState(machine, layout, memory, []), narrow);
    const accesses = emitter.wasm(machine);
    const reduction = wanted.reduces ? ample() : null;
    return compileToWasm(machine, layout, kinds, packing, accesses, wanted, reduction, shared);
  };
  return {
    words,
    coverage,
    seen,
    initial: () => initialState(machine, layout, memory, order?.initial ?? []),
    expand: (states, from, out) => stepping().expand(states, from, out),
    expandReduced: (states, from, out) => reducing().expandReduced(states, from, out),
    evaluate: (property, states, from) => at(inspecting().properties, property)(states, from),
    settled: (states, from) => inspecting().settled(states, from),
    quiet: (states, from) => inspecting().quiet(states, from),
    engine: (wanted) =>
      unlessBeyond(() => {
        if (order !== null) return null;
        return new Engine(machine, moduleFor(wanted, false), wanted.optimised);
      }),
    leader: (wanted, threads) =>
      unlessBeyond(() => {
        if (order !== null) return null;
        return new Leader(moduleFor(wanted, true), threads, wanted.optimised);
      }),
    images: (elements, reduces) => {
      if (reduces && !elements.every((element) => keepsAmple(ample(), element))) return null;
      return imagesOf(machine, layout, kinds, emitter, elements);
    },
    decode: (states, from) => ({
      ...decode(machine, layout, (l) => inspecting().latest(states, from, l), states, from),
      pending: pending(states, from),
    }),
  };
}

function imagesOf(
  machine: Machine,
  layout: Layout,
  kinds: StepSource['kinds'],
  emitter: MemoryEmitter,
  elements: readonly Automorphism[],
): Images | null {
  const states = elements.map((element) =>
    wordImages(machine, layout, kinds, element, emitter.images),
  );
  const all = states.filter((images) => images !== null);
  return all.length < states.length ? null : new Images(elements, all);
}

function once<T>(make: () => T): () => T {
  let made: T | null = null;
  return () => (made ??= make());
}

/** Null where an engine cannot do it. */
function unlessBeyond<T>(make: () => T | null): T | null {
  try {
    return make();
  } catch (error) {
    if (isBeyondEngine(error)) return null;
    throw error;
  }
}

/** What it does not know, code that nests too deeply, or no room for its memory. */
function isBeyondEngine(error: unknown): boolean {
  if (error instanceof Unsupported) return true;
  return error instanceof RangeError && /call stack|allocate memory/.test(error.message);
}

function initialState(
  machine: Machine,
  layout: Layout,
  memory: readonly number[],
  order: readonly number[],
): Int32Array {
  const state = new Int32Array(layout.words + order.length);
  state.set(order, layout.words);
  machine.contexts.forEach(({ entry }, context) => (state[context] = entry));
  state.set(memory, layout.memory);
  state.set(
    machine.ghosts.map(({ initial }) => initial),
    layout.ghosts,
  );
  return state;
}

/** Helpers of the emitted code: growth of the output, choices, and the race check of one state. */
const PRELUDE = `
function grow(out) {
  const size = out.context.length * 2;
  const states = new Int32Array(size * W); states.set(out.states); out.states = states;
  const context = new Int32Array(size); context.set(out.context); out.context = context;
  const failedAt = new Int32Array(size); failedAt.set(out.failedAt); out.failedAt = failedAt;
}
const odometer = [];
function turn() {
  while (odometer.length > 0) {
    const last = odometer.length - 2;
    if (++odometer[last] < odometer[last + 1]) return true;
    odometer.length = last;
  }
  return false;
}
let faulty = false;
function checked(valid, index) {
  if (valid[index] === 1) return index;
  faulty = true;
  return 0;
}
function fault() {
  const was = faulty;
  faulty = false;
  return was;
}
function failAt(out, context, node) {
  if ((out.count + 1) * W > out.states.length) grow(out);
  out.context[out.count] = context; out.failedAt[out.count] = node + 1; out.count++;
}
`;

/**
 * For each location that can race, one bit a context for each kind of access that its next step makes
 * to it. A plain access races with a write of another context, a plain write with any access. `made`
 * collects over all states which CPUs make such accesses at all, by kind as in KINDS.
 */
function racePrelude(locations: number): string {
  return `
let generation = 0;
const stamp = new Int32Array(${locations});
const reads = new Int32Array(${locations}), plainReads = new Int32Array(${locations});
const writes = new Int32Array(${locations}), plainWrites = new Int32Array(${locations});
function fresh(l) {
  if (stamp[l] === generation) return;
  stamp[l] = generation; reads[l] = 0; plainReads[l] = 0; writes[l] = 0; plainWrites[l] = 0;
}
function touch_read(out, l, bit, cpu) {
  made[2][l] |= 1 << cpu; fresh(l); if (plainWrites[l] & ~bit) out.race = l; reads[l] |= bit;
}
function touch_write(out, l, bit, cpu) {
  made[3][l] |= 1 << cpu; fresh(l); if ((plainWrites[l] | plainReads[l]) & ~bit) out.race = l; writes[l] |= bit;
}
function touch_plainRead(out, l, bit, cpu) {
  made[0][l] |= 1 << cpu; fresh(l); if ((plainWrites[l] | writes[l]) & ~bit) out.race = l; plainReads[l] |= bit;
}
function touch_plainWrite(out, l, bit, cpu) {
  made[1][l] |= 1 << cpu; fresh(l); if ((plainWrites[l] | writes[l] | plainReads[l] | reads[l]) & ~bit) out.race = l;
  plainWrites[l] |= bit;
}
`;
}

function sourceOf(
  machine: Machine,
  emitter: MemoryEmitter,
  layout: Layout,
  kinds: StepSource['kinds'],
  tables: Uint8Array[],
  order: HappensBefore | null,
  withSteps: boolean,
  reduction: AmpleTables | null,
): string {
  const validity = validityTables(machine, tables);
  const source: StepSource = {
    machine,
    layout,
    emitter,
    kinds,
    racing: order?.locations ?? plainLocations(machine),
    happensBefore: order,
    plainlyStored: plainlyStoredLocations(machine),
    validity,
  };
  const names: Names = {
    register: () => '0',
    ghost: (index) => word('S', 'at', layout.ghosts, index),
    validity,
  };
  const properties = machine.properties.map((property, index) =>
    emitProperty(property, `property_${index}`, layout, emitter, validity),
  );
  const contexts = withSteps ? machine.contexts.map((_, c) => emitContext(source, c, names)) : [];
  return [
    '"use strict";',
    ...tables.map((_, i) => `const valid_${i} = tables[${i}];`),
    PRELUDE,
    racePrelude(machine.locations.length),
    TOUCH_LATE,
    order?.prelude(layout.words) ?? '',
    emitter.prelude(machine, layout.memory, order),
    machine.contexts
      .map((_, c) => `const seen_${c} = coverage[${c}], moves_${c} = moves[${c}];`)
      .join(' '),
    ...contexts,
    ...properties,
    'function expand(S, at, out) { out.count = 0; out.race = -1; out.bounded = false; generation++;',
    ...contexts.map((_, c) => `expand_${c}(S, at, out);`),
    `${emitter.internal()} }`,
    reduction === null ? 'const expandReduced = expand;' : emitAmple(machine, reduction, emitter),
    emitSettled(machine),
    `return { expand, expandReduced, settled, properties: [${machine.properties.map((_, i) => `property_${i}`).join(', ')}],`,
    `quiet: (S, at) => ${emitter.quiet('S', 'at')},`,
    `latest: (S, at, l) => ${emitter.latest('S', 'at', layout.memory, 'l')} };`,
  ].join('\n');
}

/** The steps of one context from each of its stops, and the choice among them. */
function emitContext(source: StepSource, index: number, names: Names): string {
  const context = at(source.machine.contexts, index);
  const stops = context.nodes.flatMap((node, stop) =>
    node.kind !== 'done' && isStop(context, at(source.kinds, index), stop) ? [stop] : [],
  );
  return [
    ...stops.map((stop) => emitStep(source, index, stop)),
    `function expand_${index}(S, at, out) {`,
    `if (${
      doneNodes(context)
        .map((node) => `S[at + ${index}] === ${node}`)
        .join(' || ') || 'false'
    }) return;`,
    emitMayStep(source.machine, context, index, names),
    `switch (S[at + ${index}]) {`,
    ...stops.map((stop) => `case ${stop}: return step_${index}_${stop}(S, at, out);`),
    '} }',
  ].join('\n');
}

/** The guard, and the binding to a CPU: a fault in either fails the step where the context stands. */
function emitMayStep(machine: Machine, context: Context, index: number, names: Names): string {
  const { guard, cpu } = context;
  const may = guard === null ? 'true' : emitCondition(guard, names);
  const bound =
    cpu.op === 'const'
      ? 'false'
      : `!((cpu = ${emitValue(cpu, names)}) >= 0 && cpu < ${machine.cpus.length})`;
  if (bound === 'false' && (guard === null || !mayFault(guard))) return `if (!(${may})) return;`;
  return `let cpu = 0; const may = ${may}; if (fault() || (may && (${bound} || fault()))) return failAt(out, ${index}, S[at + ${index}]); if (!may) return;`;
}

function emitSettled(machine: Machine): string {
  const bits = machine.contexts.map((context, index) => {
    const nodes = [...settledNodes(context)];
    if (nodes.length === 0) return '0';
    return `(${nodes.map((node) => `S[at + ${index}] === ${node}`).join(' || ')} ? ${1 << index} : 0)`;
  });
  return `function settled(S, at) { return ${['0', ...bits].join(' | ')}; }`;
}

function doneNodes({ nodes }: Context): readonly number[] {
  return nodes.flatMap(({ kind }, index) => (kind === 'done' ? [index] : []));
}
