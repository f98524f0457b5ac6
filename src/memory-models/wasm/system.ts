/**
 * A machine under a memory model as one WebAssembly module that explores it: successor functions, one for
 * each context and stop, the visited set, and the loop over waiting states. The host, engine.ts, gives it
 * memory and takes what it finds.
 */
import { plainLocations, plainlyStoredLocations } from '../../machine/footprint.ts';
import { at } from '../../machine/graph.ts';
import type { Context, Expr, Machine } from '../../machine/machine.ts';
import { settledNodes } from '../../machine/settled.ts';
import { isStop } from '../../machine/steps.ts';
import type { StepKind } from '../../machine/steps.ts';
import { mayFault, mayOverflow } from '../codegen/expression.ts';
import { KINDS } from '../codegen/happens-before.ts';
import type { Layout } from '../codegen/layout.ts';
import { defineCanonical } from '../symmetry/canonical.ts';
import type { Rows } from '../symmetry/rows.ts';
import type { AmpleTables } from '../reduction/ample.ts';
import * as wasm from './code.ts';
import type { Code } from './code.ts';
import { Environment, increase, wordAt } from './environment.ts';
import type { Base } from './environment.ts';
import { conditionOf, doubleOf, valueOf } from './expression.ts';
import type { Reader } from './expression.ts';
import {
  EVENTS,
  EVENT_WORDS,
  KIND_BITS,
  MOST_EVENTS,
  ValidityTables,
  defineHelpers,
  defineTell,
} from './helpers.ts';
import {
  MOST_EDGES,
  MOST_PENDING,
  PENDING_BYTES,
  defineFind,
  defineKeep,
  defineResolve,
  defineStart,
  includes,
} from './lookup.ts';
import type { Variables, Wanted } from './lookup.ts';
import { AmpleCode } from './ample.ts';
import type { MemoryCompiler } from './memory.ts';
import { ModuleBuilder } from './module.ts';
import type { Packing } from './packing.ts';
import { defineStep, readerOf } from './step.ts';
import type { StepTarget } from './step.ts';
import { defineNumbered } from './visited/numbered.ts';
import { defineOrdered } from './visited/ordered.ts';
import type { TableKind } from './visited/sizes.ts';

/** States that are expanded before the host looks at what was found. */
export const BATCH = 512;
/** Chunks of the visited set: a billion states. */
export const MOST_CHUNKS: number = 1 << 14;

export interface CompiledSystem {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly tables: ValidityTables;
  readonly ample: AmpleCode | null;
  readonly packing: Packing;
  /** Addresses. */
  readonly states: number;
  readonly edges: number;
  /** By which element each edge leads to a least image; the same as `edges` where there are none. */
  readonly edgeElements: number;
  readonly edgesFrom: number;
  readonly met: number;
  /** Tables of images. */
  readonly rows: Rows | null;
  readonly events: number;
  readonly table: TableKind;
  readonly chunks: number;
  /** 0 where threads do not share the memory. */
  readonly control: number;
  readonly coverage: readonly number[];
  readonly made: number;
  readonly moves: readonly number[];
  readonly end: number;
}

export function compileToWasm(
  machine: Machine,
  layout: Layout,
  kinds: readonly (readonly StepKind[])[],
  packing: Packing,
  memoryOf: MemoryCompiler,
  wanted: Wanted,
  reduction: AmpleTables | null,
  shared = false,
): CompiledSystem {
  const module = new ModuleBuilder();
  const grow = module.import('grow', 0, false);
  const addChunk = module.import('addChunk', 0, false);
  const addRoom = module.import('addRoom', 0, false);
  const takeEdges = module.import('takeEdges', 0, false);
  const takeEvents = module.import('takeEvents', 0, false);
  const takeMet = module.import('takeMet', 0, false);
  const refute = module.import('refute', 0, false);
  const environment = new Environment(module, layout, packing, shared);
  const images = wanted.images ?? null;
  const edges = environment.reserve(4 * MOST_EDGES);
  const places = {
    edges,
    edgeElements: images === null ? edges : environment.reserve(4 * MOST_EDGES),
    pendingElements: images === null ? 0 : environment.reserve(4 * MOST_PENDING),
    identity: images?.identity ?? 0,
    edgesFrom: environment.reserve(4 * BATCH),
    met: environment.reserve(4 * MOST_EDGES),
    pending: environment.reserve(PENDING_BYTES * MOST_PENDING),
    states: environment.reserve(environment.record * (MOST_PENDING + 1)),
    events: environment.reserve(4 * EVENT_WORDS * MOST_EVENTS),
    made: environment.reserve(4 * KINDS.length * machine.locations.length),
    coverage: machine.contexts.map(({ nodes }) => environment.reserve(nodes.length)),
    moves: machine.contexts.map(({ nodes }) => environment.reserve(nodes.length)),
  };
  const putOff = shared ? module.import('putOff', 1, false) : 0;
  const block = {
    write: module.global('write'),
    writeEnd: module.global('writeEnd'),
    addRoom,
    putOff,
  };
  // Threads tell each other of states by number.
  const visited =
    wanted.edges || shared
      ? defineNumbered(environment, grow, addChunk, MOST_CHUNKS, block)
      : defineOrdered(module, grow);
  const variables = {
    number: module.global('number'),
    count: module.global(),
    race: module.global(),
    generation: module.global(),
    bounded: module.global('bounded'),
    event: module.global('event'),
    edge: module.global('edge'),
    edgeCount: module.global('edgeCount'),
    ...block,
    met: module.global('met'),
    from: module.global(),
    pending: module.global('pending'),
    warm: module.global(),
    size: visited.size,
    made: places.made,
    eventsEnd: environment.own(wasm.i32(places.events + 4 * EVENT_WORDS * MOST_EVENTS)),
  };
  const tell = defineTell(environment, variables, takeEvents);
  const resolving = module.declare(0, false);
  const report = defineReport(environment, variables, tell, resolving);
  const helpers = defineHelpers(environment, machine, variables, report);
  const tables = new ValidityTables(environment, machine);
  const settled = defineSettled(environment, machine);
  const calls = { visited, settled, tell, addRoom, takeMet, takeEdges };
  defineResolve(resolving, environment, variables, wanted, calls, places);
  const canonical = images === null ? null : defineCanonical(environment, images);
  const canonicalise = canonical?.canonicalise ?? null;
  const keep = defineKeep(environment, variables, wanted, resolving, canonicalise, places);
  const memory = memoryOf(environment);
  const target: StepTarget = {
    environment,
    source: {
      machine,
      kinds,
      racing: plainLocations(machine),
      plainlyStored: plainlyStoredLocations(machine),
    },
    memory,
    helpers,
    tables,
    keep,
    refute,
    bounded: variables.bounded,
    coverage: places.coverage,
    moves: places.moves,
  };
  const contexts = machine.contexts.map((_, index) => defineContext(target, index));
  const ample = reduction === null ? null : new AmpleCode(environment, reduction);
  defineRun(target, variables, wanted, { settled, report, resolving, contexts, ample }, places);
  defineFind(environment, visited);
  defineStart(environment, variables, resolving, canonicalise, places);
  return {
    ...places,
    bytes: module.bytes(shared),
    rows: canonical?.rows ?? null,
    tables,
    ample,
    packing,
    table: visited.kind,
    chunks: visited.chunks,
    control: environment.control,
    end: environment.reserved,
  };
}

/** (address of a state) → one bit for each context that is settled. */
function defineSettled({ module, packing }: Environment, machine: Machine): number {
  const index = module.declare(1, true);
  const state = { address: wasm.get(0), packing };
  const bits = machine.contexts.map((context, c) => {
    const stands = [...settledNodes(context)]
      .map((node) => wasm.equal(wordAt(state, 0, c), wasm.i32(node)))
      .reduce(wasm.or, wasm.i32(0));
    return wasm.shiftLeft(stands, wasm.i32(c));
  });
  module.define(index, new wasm.Locals(1), bits.reduce(wasm.or));
  return index;
}

/** (kind of event, two words of its own): of the state that is expanded; what was found before is told before. */
function defineReport(
  { module }: Environment,
  { number, edgeCount }: Pick<Variables, 'number' | 'edgeCount'>,
  tell: number,
  resolving: number,
): number {
  const index = module.declare(3, false);
  const what = wasm.or(wasm.get(0), wasm.shiftLeft(wasm.global(edgeCount), wasm.i32(KIND_BITS)));
  module.define(index, new wasm.Locals(3), [
    wasm.call(resolving),
    wasm.call(tell, what, wasm.global(number), wasm.get(1), wasm.get(2)),
  ]);
  return index;
}

/** Stops whose steps one function chooses among: blocks nest in each other. */
const MOST_STOPS = 64;

/** The steps of one context from a state, given its address. */
function defineContext(target: StepTarget, index: number): number {
  const { environment, source } = target;
  const { module, packing } = environment;
  const context = at(source.machine.contexts, index);
  const kinds = at(source.kinds, index);
  const stops = context.nodes.flatMap((node, stop) =>
    node.kind !== 'done' && isStop(context, kinds, stop) ? [stop] : [],
  );
  const state: Base = { address: wasm.get(0), packing };
  const pc = wordAt(state, 0, index);
  const groups = Array.from({ length: Math.ceil(stops.length / MOST_STOPS) }, (_, group) => {
    const members = stops.slice(group * MOST_STOPS, (group + 1) * MOST_STOPS);
    const last = members.at(-1) ?? 0;
    const steps = wasm.call(defineChoice(target, index, members), wasm.get(0));
    return wasm.when(wasm.atMost(pc, wasm.i32(last)), [steps, wasm.RETURN]);
  });
  const expand = module.declare(1, false);
  const locals = new wasm.Locals(1);
  locals.add();
  module.define(expand, locals, [maySteps(target, context, index, state), groups]);
  return expand;
}

/** (address of a state) : the step of the context from the one of the stops, ascending, where it stands. */
function defineChoice(target: StepTarget, index: number, stops: readonly number[]): number {
  const { module, packing } = target.environment;
  const first = stops[0] ?? 0;
  const elsewhere = wasm.label();
  const cases = stops.map((stop) => ({
    stop,
    label: wasm.label(),
    step: defineStep(target, index, stop),
  }));
  const labels = new Map(cases.map(({ stop, label }) => [stop - first, label]));
  const span = (stops.at(-1) ?? first) - first + 1;
  const pc = wordAt({ address: wasm.get(0), packing }, 0, index);
  const targets = Array.from({ length: span }, (_, i) => labels.get(i) ?? elsewhere);
  const table = wasm.branchTable(wasm.subtract(pc, wasm.i32(first)), [...targets, elsewhere]);
  const switched = cases.reduce<Code>(
    (code, { label, step }) => [wasm.block(label, code), wasm.call(step, wasm.get(0)), wasm.RETURN],
    table,
  );
  const choose = module.declare(1, false);
  module.define(choose, new wasm.Locals(1), wasm.block(elsewhere, switched));
  return choose;
}

/** The guard, and the binding to a CPU: a fault in either fails the step where the context stands. */
function maySteps(target: StepTarget, context: Context, index: number, state: Base): Code {
  const { guard, cpu } = context;
  const { helpers, source } = target;
  const reader = readerOf(target, state);
  const pc = wordAt(state, 0, index);
  const isDone = context.nodes
    .flatMap(({ kind }, node) => (kind === 'done' ? [wasm.equal(pc, wasm.i32(node))] : []))
    .reduce<Code>(wasm.or, wasm.i32(0));
  const stop = wasm.when(isDone, wasm.RETURN);
  const may = guard === null ? wasm.i32(1) : conditionOf(guard, reader);
  const refuse = guard === null ? wasm.NOTHING : wasm.when(wasm.not(may), wasm.RETURN);
  const fails = [wasm.call(helpers.fail, wasm.i32(index), pc), wasm.RETURN];
  const fault = wasm.when(wasm.call(helpers.fault), fails);
  const guarded =
    guard !== null && mayFault(guard)
      ? [wasm.set(1, may), fault, wasm.when(wasm.not(wasm.get(1)), wasm.RETURN)]
      : refuse;
  if (cpu.op === 'const') return [stop, guarded];
  const bound = wasm.when(outside(cpu, reader, source.machine.cpus.length), [
    wasm.drop(wasm.call(helpers.fault)),
    fails,
  ]);
  return [stop, guarded, bound, fault];
}

function outside(cpu: Expr, reader: Reader, count: number): Code {
  if (!mayOverflow(cpu)) return wasm.atLeastUnsigned(valueOf(cpu, reader), wasm.i32(count));
  const value = doubleOf(cpu, reader);
  const inside = wasm.and(
    wasm.double.atLeast(value, wasm.f64(0)),
    wasm.double.less(value, wasm.f64(count)),
  );
  return wasm.not(inside);
}

/** (address of the first state, how many, most states in the visited set) → how many were expanded. */
function defineRun(
  { environment, memory, keep }: StepTarget,
  variables: Variables,
  wanted: Wanted,
  calls: {
    readonly settled: number;
    readonly report: number;
    readonly resolving: number;
    readonly contexts: readonly number[];
    readonly ample: AmpleCode | null;
  },
  places: { readonly edgesFrom: number },
): void {
  const { module, record } = environment;
  const locals = new wasm.Locals(3);
  const [state, count, most] = [wasm.get(0), wasm.get(1), wasm.get(2)];
  const done = locals.add();
  const { number, race, generation, edgeCount } = variables;
  const [each, end] = [wasm.label(), wasm.label()];
  const place = environment.own(wasm.shiftLeft(wasm.get(done), wasm.i32(2)));
  const stuck = wasm.call(calls.report, wasm.i32(EVENTS.stuck), wasm.i32(0), wasm.i32(0));
  const isSettled = includes(wasm.call(calls.settled, state), wanted.mustSettle);
  // Nothing of what is pending may be known.
  const waiting = wasm.divideUnsigned(wasm.global(variables.pending), wasm.i32(PENDING_BYTES));
  const known = wasm.add(wasm.global(variables.size), waiting);
  const drains = memory.drains(state, wasm.call(keep));
  const counters = { edgeCount, count: variables.count };
  const expanding = { contexts: calls.contexts, drains, ...counters, before: locals.add() };
  const everything = [
    calls.contexts.map((expand) => wasm.call(expand, state)),
    drains.map(({ oldest, step }) => wasm.when(oldest, step)),
  ];
  const index = module.declare(3, true);
  module.define(index, locals, [
    wasm.block(
      end,
      wasm.loop(each, [
        wasm.branchIf(wasm.equal(wasm.get(done), count), end),
        wanted.edges ? wasm.store(place, places.edgesFrom, wasm.global(edgeCount)) : wasm.NOTHING,
        wasm.setGlobal(variables.from, state),
        wasm.setGlobal(variables.count, wasm.i32(0)),
        wasm.setGlobal(race, wasm.i32(-1)),
        increase(generation, 1),
        calls.ample === null ? everything : calls.ample.expand(state, expanding, everything),
        wasm.when(
          wasm.atLeast(wasm.global(race), wasm.i32(0)),
          wasm.call(calls.report, wasm.i32(EVENTS.race), wasm.global(race), wasm.i32(0)),
        ),
        wasm.when(wasm.not(wasm.global(variables.count)), wasm.when(wasm.not(isSettled), stuck)),
        increase(number, 1),
        wasm.set(0, wasm.add(state, wasm.i32(record))),
        wasm.set(done, wasm.add(wasm.get(done), wasm.i32(1))),
        wasm.when(wasm.atLeastUnsigned(known, most), [
          wasm.call(calls.resolving),
          wasm.branchIf(wasm.atLeastUnsigned(wasm.global(variables.size), most), end),
        ]),
        wasm.branch(each),
      ]),
    ),
    wasm.call(calls.resolving),
    wasm.get(done),
  ]);
  module.export('run', index);
}
