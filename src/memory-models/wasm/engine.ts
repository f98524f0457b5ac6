/**
 * Explores a machine with the module of system.ts: gives it memory, hands it the states that wait, lets its
 * table grow, and passes on what it finds.
 */
import { at } from '../../machine/graph.ts';
import type { Machine } from '../../machine/machine.ts';
import { KINDS } from '../codegen/happens-before.ts';
import { RefutedAssumption } from '../memory-model.ts';
import type { Seen } from '../memory-model.ts';
import type { Spilling } from '../spilling.ts';
import { getJson, putJson } from '../sink.ts';
import type { Sink, Source } from '../sink.ts';
import type { ModuleExports } from './exports.ts';
import { compileModule } from './compile-module.ts';
import { moduleHash, variablesOf } from './snapshot.ts';
import { tellEvents } from './events.ts';
import type { BatchObserver } from './events.ts';
import { Rooms } from './rooms.ts';
import type { HeldRooms } from './rooms.ts';
import { Space } from './space.ts';
import type { HeldSpace } from './space.ts';
import type { TableKind } from './visited/sizes.ts';
import { BATCH } from './system.ts';
import type { CompiledSystem } from './system.ts';
import { CHUNK_BYTES } from './visited/slots.ts';

interface Exports extends ModuleExports {
  /** Where states have numbers. */
  find?(): number;
  /** Where the old table was, and what described it. */
  refill(slots: number, ...variables: readonly number[]): void;
}

/** What save() writes of itself. */
interface Held {
  readonly module: string;
  readonly variables: readonly (readonly [name: string, value: number])[];
  readonly space: HeldSpace;
  readonly rooms: HeldRooms;
  readonly growths: number;
  readonly chunks: number;
  readonly transitions: number;
  readonly counted: number;
}

/** Of the limit of a table: here it may happen that a place takes so many steps to find that the table grows before. */
const NEARLY = 0.96;
/** What a batch may need. */
const RESERVE_BYTES = 1 << 26;

export class Engine {
  readonly #compiled: CompiledSystem;
  readonly #machine: Machine;
  readonly #exports: Exports;
  readonly #space: Space;
  readonly #rooms: Rooms;
  /** How often the table has grown. */
  #growths = 0;
  readonly #state: Int32Array;
  #chunks = 0;
  #transitions = 0;
  #counted = 0;
  #observer: BatchObserver | null = null;

  constructor(machine: Machine, compiled: CompiledSystem, optimised: boolean) {
    this.#machine = machine;
    this.#compiled = compiled;
    this.#space = new Space(compiled.end);
    this.#rooms = new Rooms(this.#space, compiled.packing.bytes);
    this.#state = new Int32Array(compiled.packing.widths.length);
    const env = {
      memory: this.#space.memory,
      grow: () => this.#grow(),
      addChunk: () => this.#addChunk(),
      addRoom: () => this.#addRoom(),
      takeEdges: () => this.#takeEdges(),
      takeEvents: () => this.#takeEvents(),
      takeMet: () => this.#takeMet(),
      refute: () => {
        throw new RefutedAssumption(0);
      },
    };
    const instance = new WebAssembly.Instance(compileModule(compiled.bytes, optimised), { env });
    // The border to what the module exports.
    this.#exports = instance.exports as unknown as Exports;
    compiled.tables.write(this.#space.bytes);
    compiled.rows?.write(this.#space.bytes);
    compiled.ample?.write(this.#space.bytes, this.#space.words);
    this.#exports.event.value = compiled.events;
    this.#exports.edge.value = compiled.edges;
    this.#exports.met.value = compiled.met;
    this.#exports.next.value = compiled.states;
    this.#exports.slots.value = this.#space.allocate(this.#table.bytes);
    this.#describeTable();
  }

  get size(): number {
    return this.#exports.size.value;
  }

  get expanded(): number {
    return this.#rooms.read;
  }

  /** Failing steps are none. */
  get transitions(): number {
    return this.#transitions;
  }

  /** What the visited set takes. */
  get visitedBytes(): number {
    return this.#table.bytes + Math.ceil(this.size * this.#compiled.table.bytesByNumber);
  }

  /** What the states that wait take in memory. */
  get waitingBytes(): number {
    return this.#rooms.bytes;
  }

  /** What is needed next, the table grown or more of the rest, may exceed what a module can address. */
  get isFull(): boolean {
    const { left, mostSpare } = this.#space;
    if (left < RESERVE_BYTES) return true;
    if (this.size < NEARLY * this.#table.limit) return false;
    const spare = this.#compiled.table.growsInPlace ? 0 : mostSpare;
    return this.#bytesToGrow > Math.max(left - RESERVE_BYTES, spare);
  }

  /** Before the start: states that wait need not all stay in memory. */
  spillTo(spilling: Spilling): void {
    this.#rooms.spillTo(spilling);
  }

  close(): void {
    this.#rooms.close();
  }

  /** Writes down the whole search as it is between two batches. */
  save(sink: Sink): void {
    const held: Held = {
      module: moduleHash(this.#compiled.bytes),
      variables: [...variablesOf(this.#exports)].map(([name, { value }]) => [name, value]),
      space: this.#space.held,
      rooms: this.#rooms.held,
      growths: this.#growths,
      chunks: this.#chunks,
      transitions: this.#transitions,
      counted: this.#counted,
    };
    putJson(sink, held);
    this.#space.save(sink);
    this.#rooms.save(sink);
  }

  /** In place of start(): goes on where a search was saved. False: that was by another module. */
  restore(source: Source, observer: BatchObserver): boolean {
    const held = getJson(source) as Held;
    if (held.module !== moduleHash(this.#compiled.bytes)) return false;
    this.#observer = observer;
    this.#growths = held.growths;
    this.#chunks = held.chunks;
    this.#transitions = held.transitions;
    this.#counted = held.counted;
    this.#space.restore(held.space, source);
    const variables = variablesOf(this.#exports);
    for (const [name, value] of held.variables) {
      const variable = variables.get(name);
      if (variable !== undefined) variable.value = value;
    }
    this.#rooms.restore(held.rooms, source);
    return true;
  }

  start(initial: Int32Array, observer: BatchObserver): void {
    this.#put(initial, 0);
    this.#observer = observer;
    this.#exports.start();
    // It is no successor of any state.
    this.#exports.edge.value = this.#compiled.edges;
    this.#takeEvents();
  }

  /** Expands up to `most` states, and ends early when more than `mostStates` are known. */
  advance(most: number, mostStates: number): void {
    const next = this.#rooms.next();
    const count = Math.min(most, BATCH, next.most, this.size - this.expanded);
    const done = this.#exports.run(next.address, count, mostStates);
    this.#countTransitions();
    this.#observer?.onExpanded(this.#space.words, this.#compiled.edgesFrom >> 2, done);
    if (this.#exports.bounded.value !== 0) this.#observer?.onBounded();
    this.#takeEdges();
    this.#takeEvents();
    this.#rooms.leave(done);
  }

  /** The number of a state, or -1 when it was never found. */
  find(states: Int32Array, from: number): number {
    this.#put(states, from);
    const found = this.#exports.find?.();
    if (found === undefined) throw new Error('a search without edges gives states no numbers');
    return found < 0 ? -1 - found : -1;
  }

  /** Copies out which nodes were executed, and what else was seen. */
  copyCoverage(coverage: readonly Uint8Array[], seen: Seen): void {
    this.#copyNodes(coverage, this.#compiled.coverage);
    this.#copyNodes(seen.moves, this.#compiled.moves);
    const locations = this.#machine.locations.length;
    KINDS.forEach((_, kind) => {
      const from = (this.#compiled.made >> 2) + kind * locations;
      seen.accesses[kind]?.set(this.#space.words.subarray(from, from + locations));
    });
  }

  #copyNodes(to: readonly Uint8Array[], from: readonly number[]): void {
    to.forEach((nodes, context) => {
      const start = at(from, context);
      nodes.set(this.#space.bytes.subarray(start, start + nodes.length));
    });
  }

  #put(states: Int32Array, from: number): void {
    this.#compiled.packing.write(states, from, this.#space.bytes, this.#compiled.states);
  }

  #takeEdges(): void {
    const { edges, edgeElements } = this.#compiled;
    const count = (this.#exports.edge.value - edges) >> 2;
    this.#observer?.onEdges(this.#space.words, edges >> 2, count, edgeElements >> 2);
    this.#exports.edge.value = edges;
  }

  /** The module's own counter may wrap around. */
  #countTransitions(): void {
    const counted = this.#exports.edgeCount.value;
    this.#transitions += (counted - this.#counted) >>> 0;
    this.#counted = counted;
  }

  #takeMet(): void {
    const { met } = this.#compiled;
    const count = (this.#exports.met.value - met) >> 2;
    this.#observer?.onMet(this.#space.words, met >> 2, count);
    this.#exports.met.value = met;
  }

  #takeEvents(): void {
    this.#takeMet();
    const from = this.#compiled.events >> 2;
    const to = this.#exports.event.value >> 2;
    this.#exports.event.value = this.#compiled.events;
    if (this.#observer === null) return;
    tellEvents(this.#space.words, from, to, this.#observer, (number, address) =>
      this.#tellFound(number, address),
    );
  }

  #tellFound(number: number, address: number): void {
    this.#compiled.packing.read(this.#space.bytes, address, this.#state);
    this.#observer?.onFound(number, this.#state, 0);
  }

  #addRoom(): void {
    const { from, end } = this.#rooms.add();
    this.#exports.write.value = from;
    this.#exports.writeEnd.value = end;
  }

  #addChunk(): void {
    const address = this.#space.carve(CHUNK_BYTES);
    this.#space.words[(this.#compiled.chunks >> 2) + this.#chunks++] = address;
  }

  get #table(): ReturnType<TableKind['sized']> {
    return this.#compiled.table.sized(this.#growths);
  }

  /** Whether the table can grow where it stands: nothing stands behind it. */
  get #growsInPlace(): boolean {
    const end = (this.#exports.slots.value >>> 0) + this.#table.bytes;
    return this.#compiled.table.growsInPlace && end === this.#space.top;
  }

  get #bytesToGrow(): number {
    const { bytes } = this.#compiled.table.sized(this.#growths + 1);
    return this.#growsInPlace ? bytes - this.#table.bytes : bytes;
  }

  #grow(): void {
    const { bytes, variables } = this.#table;
    const { slots } = this.#exports;
    const old = slots.value >>> 0;
    const inPlace = this.#growsInPlace;
    const needed = this.#bytesToGrow;
    // What can grow where it stands is best at the end.
    const atEnd = this.#compiled.table.growsInPlace;
    const added = atEnd ? this.#space.allocate(needed) : this.#space.zeroed(needed);
    this.#growths++;
    if (!inPlace) slots.value = added;
    this.#describeTable();
    this.#exports.refill(old, ...Object.values(variables));
    if (!inPlace) this.#space.reuse(old, bytes);
  }

  #describeTable(): void {
    const { limit, variables } = this.#table;
    this.#exports.limit.value = limit;
    const all = variablesOf(this.#exports);
    for (const [name, value] of Object.entries(variables)) {
      const variable = all.get(name);
      if (variable !== undefined) variable.value = value;
    }
  }
}
