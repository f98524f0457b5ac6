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
import * as wasm from './code.ts';
import type { Code } from './code.ts';
import { Environment, increase, wordAt } from './environment.ts';
import type { Base } from './environment.ts';
import { conditionOf, doubleOf, valueOf } from './expression.ts';
import type { Reader } from './expression.ts';
import {
  EVENTS,
  EVENT_WORDS,
  MOST_EVENTS,
  ValidityTables,
  defineHelpers,
  defineTell,
} from './helpers.ts';
import type { MemoryCompiler } from './memory.ts';
import { ModuleBuilder } from './module.ts';
import { defineStep, readerOf } from './step.ts';
import type { StepTarget } from './step.ts';
import { defineVisited } from './visited.ts';

/** States that are expanded before the host looks at what was found. */
export const BATCH = 512;
/** Room for so many successors, which the host takes when it is full. */
export const MOST_EDGES: number = 1 << 14;
/** Chunks of the visited set: a billion states. */
export const MOST_CHUNKS: number = 1 << 14;

/** What the module is to find out. */
export interface Wanted {
  /** Contexts, as bits, that must be settled where nobody can step, or where a state is final. */
  readonly mustSettle: number;
  readonly mustFinish: number;
  /** The contexts whose settling is a goal, in the order of the goals' bits. */
  readonly goals: readonly number[];
  /** Whether successors are kept. */
  readonly edges: boolean;
  /** Which states the host has to look at: those in which `mustFinish` are settled are final. */
  readonly looks: 'every' | 'final' | 'none';
}

export interface CompiledSystem {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly tables: ValidityTables;
  /** Bytes of a state's record. */
  readonly record: number;
  /** Addresses. */
  readonly next: number;
  readonly edges: number;
  readonly edgesFrom: number;
  readonly met: number;
  readonly events: number;
  readonly chunks: number;
  readonly coverage: readonly number[];
  readonly made: number;
  readonly end: number;
}

export function compileToWasm(
  machine: Machine,
  layout: Layout,
  kinds: readonly (readonly StepKind[])[],
  memoryOf: MemoryCompiler,
  wanted: Wanted,
): CompiledSystem {
  const module = new ModuleBuilder();
  const grow = module.import('grow', 0, false);
  const addChunk = module.import('addChunk', 0, false);
  const addRoom = module.import('addRoom', 0, false);
  const takeEdges = module.import('takeEdges', 0, false);
  const takeEvents = module.import('takeEvents', 0, false);
  const takeMet = module.import('takeMet', 0, false);
  const environment = new Environment(module, layout);
  const places = {
    edges: environment.reserve(4 * MOST_EDGES),
    edgesFrom: environment.reserve(4 * BATCH),
    met: environment.reserve(4 * MOST_EDGES),
    events: environment.reserve(4 * EVENT_WORDS * MOST_EVENTS),
    made: environment.reserve(4 * KINDS.length * machine.locations.length),
    coverage: machine.contexts.map(({ nodes }) => environment.reserve(nodes.length)),
  };
  const visited = defineVisited(environment, grow, addChunk, MOST_CHUNKS);
  const variables = {
    number: module.global('number'),
    count: module.global(),
    race: module.global(),
    generation: module.global(),
    bounded: module.global('bounded'),
    event: module.global('event'),
    edge: module.global('edge'),
    edgeCount: module.global('edgeCount'),
    write: module.global('write'),
    writeEnd: module.global('writeEnd'),
    met: module.global('met'),
    from: module.global(),
    size: visited.size,
    made: places.made,
    eventsEnd: places.events + 4 * EVENT_WORDS * MOST_EVENTS,
  };
  const tell = defineTell(environment, variables, takeEvents);
  const helpers = defineHelpers(environment, machine, variables, tell);
  const tables = new ValidityTables(environment, machine);
  const settled = defineSettled(environment, machine);
  const calls = { locate: visited.locate, settled, tell, addRoom, takeMet, takeEdges };
  const add = defineAdd(environment, variables, wanted, calls, places);
  const keep = defineKeep(environment, variables, wanted, { ...calls, add }, places);
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
    bounded: variables.bounded,
    coverage: places.coverage,
  };
  const contexts = machine.contexts.map((_, index) => defineContext(target, index));
  defineRun(target, variables, wanted, { settled, tell, contexts }, places);
  return {
    ...places,
    bytes: module.bytes(),
    tables,
    record: environment.record,
    next: environment.next.offset,
    chunks: visited.chunks,
    end: environment.reserved,
  };
}

interface Variables {
  readonly number: number;
  readonly count: number;
  readonly race: number;
  readonly generation: number;
  readonly edge: number;
  readonly edgeCount: number;
  readonly write: number;
  readonly writeEnd: number;
  /** The state that is expanded. */
  readonly from: number;
  readonly met: number;
  readonly size: number;
}

/** (address of a state) → one bit for each context that is settled. */
function defineSettled({ module }: Environment, machine: Machine): number {
  const index = module.declare(1, true);
  const state = { address: wasm.get(0), offset: 0 };
  const bits = machine.contexts.map((context, c) => {
    const stands = [...settledNodes(context)]
      .map((node) => wasm.equal(wordAt(state, 0, c), wasm.i32(node)))
      .reduce(wasm.or, wasm.i32(0));
    return wasm.shiftLeft(stands, wasm.i32(c));
  });
  module.define(index, new wasm.Locals(1), bits.reduce(wasm.or));
  return index;
}

interface Calls {
  readonly locate: number;
  readonly settled: number;
  readonly tell: number;
  readonly addRoom: number;
  readonly takeMet: number;
  readonly takeEdges: number;
}

/** () → the number of the successor in the making, or -1 - its number; a new one waits to be expanded. */
function defineAdd(
  environment: Environment,
  variables: Variables,
  wanted: Wanted,
  calls: Calls,
  places: { readonly met: number },
): number {
  const { write, writeEnd } = variables;
  const { module, next, record } = environment;
  const index = module.declare(0, true);
  const locals = new wasm.Locals(0);
  const [found, settled] = [locals.add(), locals.add()];
  const place = wasm.global(write);
  const look = wasm.call(calls.tell, wasm.i32(EVENTS.found), wasm.get(found), place);
  const isFinal = includes(wasm.get(settled), wanted.mustFinish);
  const looking = {
    every: look,
    final: wasm.when(isFinal, look),
    none: wasm.NOTHING,
  };
  const asks = wanted.looks !== 'none' || wanted.goals.length > 0;
  module.define(index, locals, [
    wasm.set(found, wasm.call(calls.locate, wasm.i32(1))),
    wasm.when(wasm.less(wasm.get(found), wasm.i32(0)), [wasm.get(found), wasm.RETURN]),
    wasm.when(wasm.equal(place, wasm.global(writeEnd)), wasm.call(calls.addRoom)),
    Array.from({ length: record / 8 }, (_, i) =>
      wasm.store64(place, 8 * i, wasm.load64(next.address, next.offset + 8 * i)),
    ),
    asks ? wasm.set(settled, wasm.call(calls.settled, wasm.i32(next.offset))) : wasm.NOTHING,
    wanted.goals.length > 0 ? noteMet(variables, wasm.get(settled), wanted, calls, places) : [],
    looking[wanted.looks],
    increase(write, record),
    wasm.get(found),
  ]);
  module.export('add', index);
  return index;
}

function includes(bits: Code, all: number): Code {
  return wasm.equal(wasm.and(bits, wasm.i32(all)), wasm.i32(all));
}

/** Writes down which goals a new state meets by itself. */
function noteMet(
  { met }: Variables,
  settled: Code,
  { goals }: Wanted,
  { takeMet }: Calls,
  places: { readonly met: number },
): Code {
  const bits = goals.map((context, goal) => {
    const bit = wasm.and(wasm.shiftRightUnsigned(settled, wasm.i32(context)), wasm.i32(1));
    return wasm.shiftLeft(bit, wasm.i32(goal));
  });
  return [
    wasm.store(wasm.global(met), 0, bits.reduce(wasm.or)),
    increase(met, 4),
    wasm.when(
      wasm.equal(wasm.global(met), wasm.i32(places.met + 4 * MOST_EDGES)),
      wasm.call(takeMet),
    ),
  ];
}

/** A step that changes nothing leads back without a search for its state. */
function defineKeep(
  environment: Environment,
  { number, count, edge, edgeCount, from }: Variables,
  wanted: Wanted,
  { add, takeEdges }: Calls & { readonly add: number },
  { edges }: { readonly edges: number },
): number {
  const { module } = environment;
  const index = module.declare(0, false);
  const locals = new wasm.Locals(0);
  const to = locals.add();
  const other = wasm.subtract(wasm.i32(-1), wasm.get(to));
  const changes = differs(environment, wasm.global(from));
  const counted = [increase(count, 1), increase(edgeCount, 1)];
  const found = [
    wasm.set(to, wasm.call(add)),
    wasm.when(wasm.less(wasm.get(to), wasm.i32(0)), wasm.set(to, other)),
  ];
  const kept = [
    wasm.when(changes, found, wasm.set(to, wasm.global(number))),
    wasm.store(wasm.global(edge), 0, wasm.get(to)),
    increase(edge, 4),
    wasm.when(
      wasm.equal(wasm.global(edge), wasm.i32(edges + 4 * MOST_EDGES)),
      wasm.call(takeEdges),
    ),
  ];
  const body = wanted.edges ? kept : wasm.when(changes, wasm.drop(wasm.call(add)));
  module.define(index, locals, [counted, body]);
  return index;
}

/** Whether the successor in the making differs from a state: most do so in the first words. */
function differs({ next, record }: Environment, state: Code): Code {
  const difference = (i: number): Code =>
    wasm.long.xor(wasm.load64(next.address, next.offset + 8 * i), wasm.load64(state, 8 * i));
  const rest = Array.from({ length: record / 8 - 1 }, (_, i) => difference(i + 1));
  const first = wasm.long.unequal(difference(0), wasm.i64(0n));
  if (rest.length === 0) return first;
  const later = wasm.long.unequal(rest.reduce(wasm.long.or), wasm.i64(0n));
  return wasm.choice(first, 'i32', wasm.i32(1), later);
}

/** The steps of one context from a state, given its address. */
function defineContext(target: StepTarget, index: number): number {
  const { environment, source } = target;
  const { module } = environment;
  const context = at(source.machine.contexts, index);
  const kinds = at(source.kinds, index);
  const stops = context.nodes.flatMap((node, stop) =>
    node.kind !== 'done' && isStop(context, kinds, stop)
      ? [{ stop, label: new wasm.Label(), step: defineStep(target, index, stop) }]
      : [],
  );
  const elsewhere = new wasm.Label();
  const labels = context.nodes.map(
    (_, node) => stops.find(({ stop }) => stop === node)?.label ?? elsewhere,
  );
  const state: Base = { address: wasm.get(0), offset: 0 };
  const pc = wordAt(state, 0, index);
  const table = wasm.branchTable(pc, [...labels, elsewhere]);
  const switched = stops.reduce<Code>(
    (code, { label, step }) => [wasm.block(label, code), wasm.call(step, wasm.get(0)), wasm.RETURN],
    [maySteps(target, context, index, state), table],
  );
  const expand = module.declare(1, false);
  const locals = new wasm.Locals(1);
  locals.add();
  module.define(expand, locals, wasm.block(elsewhere, switched));
  return expand;
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
  calls: { readonly settled: number; readonly tell: number; readonly contexts: readonly number[] },
  places: { readonly edgesFrom: number },
): void {
  const { module, record } = environment;
  const locals = new wasm.Locals(3);
  const [state, count, most] = [wasm.get(0), wasm.get(1), wasm.get(2)];
  const done = locals.add();
  const { number, race, generation, edgeCount } = variables;
  const [each, end] = [new wasm.Label(), new wasm.Label()];
  const place = wasm.shiftLeft(wasm.get(done), wasm.i32(2));
  const stuck = wasm.call(calls.tell, wasm.i32(EVENTS.stuck), wasm.i32(0), wasm.i32(0));
  const isSettled = includes(wasm.call(calls.settled, state), wanted.mustSettle);
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
        calls.contexts.map((expand) => wasm.call(expand, state)),
        memory.internal(state, wasm.call(keep)),
        wasm.when(
          wasm.atLeast(wasm.global(race), wasm.i32(0)),
          wasm.call(calls.tell, wasm.i32(EVENTS.race), wasm.global(race), wasm.i32(0)),
        ),
        wasm.when(wasm.not(wasm.global(variables.count)), wasm.when(wasm.not(isSettled), stuck)),
        increase(number, 1),
        wasm.set(0, wasm.add(state, wasm.i32(record))),
        wasm.set(done, wasm.add(wasm.get(done), wasm.i32(1))),
        wasm.branchIf(wasm.atLeastUnsigned(wasm.global(variables.size), most), end),
        wasm.branch(each),
      ]),
    ),
    wasm.get(done),
  ]);
  module.export('run', index);
}
