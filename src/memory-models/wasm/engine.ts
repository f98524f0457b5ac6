/**
 * Explores a machine with the module of system.ts: gives it memory, hands it the states that wait, and
 * passes on what it finds. States wait in chunks; state n is the one at place n of their sequence.
 */
import { at } from '../../machine/graph.ts';
import type { Machine } from '../../machine/machine.ts';
import { KINDS } from '../codegen/happens-before.ts';
import { RefutedAssumption } from '../memory-model.ts';
import type { Seen } from '../memory-model.ts';
import { recordBytes } from '../spilling.ts';
import type { SpillFile, Spilling } from '../spilling.ts';
import { getJson, putJson } from '../sink.ts';
import type { Sink, Source } from '../sink.ts';
import { compileModule } from './compile-module.ts';
import { getMemory, moduleHash, putMemory, variablesOf } from './snapshot.ts';
import type { Variable } from './snapshot.ts';
import { tellEvents } from './events.ts';
import type { BatchObserver } from './events.ts';
import { MOST_PAGES } from './module.ts';
import type { TableKind } from './visited/sizes.ts';
import { BATCH } from './system.ts';
import type { CompiledSystem } from './system.ts';
import { CHUNK_BYTES } from './visited/slots.ts';

interface Exports {
  readonly slots: Variable;
  readonly limit: Variable;
  readonly size: Variable;
  readonly bounded: Variable;
  readonly event: Variable;
  readonly edge: Variable;
  readonly write: Variable;
  readonly writeEnd: Variable;
  readonly met: Variable;
  readonly next: Variable;
  readonly edgeCount: Variable;
  run(from: number, count: number, most: number): number;
  start(): void;
  /** Where states have numbers. */
  find?(): number;
  /** Where the old table was, and what described it. */
  refill(slots: number, ...variables: readonly number[]): void;
}

/** What save() writes of itself. */
interface Held {
  readonly module: string;
  readonly variables: readonly (readonly [name: string, value: number])[];
  readonly perRoom: number;
  /** From the one that is read on. */
  readonly rooms: readonly number[];
  readonly freeRooms: readonly number[];
  readonly spare: { readonly from: number; readonly to: number };
  readonly growths: number;
  readonly top: number;
  readonly chunks: number;
  readonly expanded: number;
  readonly transitions: number;
  readonly counted: number;
}

const PAGE = 1 << 16;
/** Of a small search all; what is not used takes no memory. */
const SPARE_PAGES = 8;
const ROOM_BYTES = 1 << 17;
/** Of the limit of a table: here it may happen that a place takes so many steps to find that the table grows before. */
const NEARLY = 0.96;
/** What a batch may need. */
const RESERVE_BYTES = 1 << 26;

export class Engine {
  readonly #compiled: CompiledSystem;
  readonly #machine: Machine;
  readonly #memory: WebAssembly.Memory;
  readonly #exports: Exports;
  #perRoom: number;
  /** Addresses; -1 - a place in the file of one that is there. */
  readonly #rooms: number[] = [];
  readonly #freeRooms: number[] = [];
  /** How often the table has grown. */
  #growths = 0;
  readonly #state: Int32Array;
  #words: Int32Array;
  #bytes: Uint8Array;
  #top: number;
  #chunks = 0;
  #spare = { from: 0, to: 0 };
  #expanded = 0;
  #transitions = 0;
  #counted = 0;
  #observer: BatchObserver | null = null;
  #spilling: Spilling | null = null;
  #file: SpillFile | null = null;
  #roomsInFile = 0;

  constructor(machine: Machine, compiled: CompiledSystem, optimised: boolean) {
    this.#machine = machine;
    this.#compiled = compiled;
    this.#top = compiled.end;
    this.#perRoom = this.#statesIn(ROOM_BYTES);
    const pages = Math.ceil(compiled.end / PAGE) + SPARE_PAGES;
    this.#memory = new WebAssembly.Memory({ initial: pages, maximum: MOST_PAGES });
    this.#words = new Int32Array(this.#memory.buffer);
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#state = new Int32Array(compiled.packing.widths.length);
    const env = {
      memory: this.#memory,
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
    compiled.tables.write(this.#bytes);
    compiled.rows?.write(this.#bytes);
    compiled.ample?.write(this.#bytes, this.#words);
    this.#exports.event.value = compiled.events;
    this.#exports.edge.value = compiled.edges;
    this.#exports.met.value = compiled.met;
    this.#exports.next.value = compiled.states;
    this.#exports.slots.value = this.#allocate(this.#table.bytes);
    this.#describeTable();
  }

  get size(): number {
    return this.#exports.size.value;
  }

  get expanded(): number {
    return this.#expanded;
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
    return (this.#rooms.length - this.#firstRoom - this.#roomsInFile) * this.#roomBytes;
  }

  /** What is needed next, the table grown or more of the rest, may exceed what a module can address. */
  get isFull(): boolean {
    const soonGrows = this.size >= NEARLY * this.#table.limit;
    return this.#top + (soonGrows ? this.#bytesToGrow : 0) + RESERVE_BYTES > MOST_PAGES * PAGE;
  }

  /** Before the start: states that wait need not all stay in memory. */
  spillTo(spilling: Spilling): void {
    this.#spilling = spilling;
    this.#perRoom = this.#statesIn(recordBytes(ROOM_BYTES, spilling));
  }

  close(): void {
    this.#file?.close();
    this.#file = null;
  }

  /** Writes down the whole search as it is between two batches. */
  save(sink: Sink): void {
    const inFile = this.#rooms.slice(this.#firstRoom).filter((room) => room < 0);
    const held: Held = {
      module: moduleHash(this.#compiled.bytes),
      variables: [...variablesOf(this.#exports)].map(([name, { value }]) => [name, value]),
      perRoom: this.#perRoom,
      rooms: this.#rooms.slice(this.#firstRoom),
      freeRooms: this.#freeRooms,
      spare: this.#spare,
      growths: this.#growths,
      top: this.#top,
      chunks: this.#chunks,
      expanded: this.#expanded,
      transitions: this.#transitions,
      counted: this.#counted,
    };
    putJson(sink, held);
    putMemory(sink, this.#bytes, this.#top);
    const record = new Uint8Array(this.#roomBytes);
    for (const room of inFile) {
      this.#file?.read(-1 - room, record);
      sink.put(record);
    }
  }

  /** In place of start(): goes on where a search was saved. False: that was by another module. */
  restore(source: Source, observer: BatchObserver): boolean {
    const held = getJson(source) as Held;
    if (held.module !== moduleHash(this.#compiled.bytes)) return false;
    this.#observer = observer;
    this.#perRoom = held.perRoom;
    this.#growths = held.growths;
    this.#spare = held.spare;
    this.#chunks = held.chunks;
    this.#expanded = held.expanded;
    this.#transitions = held.transitions;
    this.#counted = held.counted;
    this.#freeRooms.push(...held.freeRooms);
    this.#allocate(held.top - this.#top);
    this.#top = held.top;
    getMemory(source, this.#bytes, held.top);
    const variables = variablesOf(this.#exports);
    for (const [name, value] of held.variables) {
      const variable = variables.get(name);
      if (variable !== undefined) variable.value = value;
    }
    // States before these have been expanded, and where they stood is of no interest.
    this.#rooms.length = this.#firstRoom;
    this.#rooms.push(...held.rooms.map((room) => (room < 0 ? this.#refile(source) : room)));
    return true;
  }

  /** A room that stands in the file of this search from here on. */
  #refile(source: Source): number {
    const record = new Uint8Array(this.#roomBytes);
    source.get(record);
    if (this.#spilling === null) throw new Error('there is no file for the states that wait');
    this.#file ??= this.#spilling.open(this.#roomBytes);
    this.#roomsInFile++;
    return -1 - this.#file.write(record);
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
    const room = Math.floor(this.#expanded / this.#perRoom);
    const place = this.#expanded % this.#perRoom;
    const waiting = this.size - this.#expanded;
    const count = Math.min(most, BATCH, this.#perRoom - place, waiting);
    const from = this.#enterRoom(room) + place * this.#compiled.packing.bytes;
    const done = this.#exports.run(from, count, mostStates);
    this.#countTransitions();
    this.#observer?.onExpanded(this.#words, this.#compiled.edgesFrom >> 2, done);
    if (this.#exports.bounded.value !== 0) this.#observer?.onBounded();
    this.#takeEdges();
    this.#takeEvents();
    this.#expanded += done;
    if (place + done === this.#perRoom) this.#freeRooms.push(at(this.#rooms, room));
    this.#spill();
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
      seen.accesses[kind]?.set(this.#words.subarray(from, from + locations));
    });
  }

  #copyNodes(to: readonly Uint8Array[], from: readonly number[]): void {
    to.forEach((nodes, context) => {
      const start = at(from, context);
      nodes.set(this.#bytes.subarray(start, start + nodes.length));
    });
  }

  #put(states: Int32Array, from: number): void {
    this.#compiled.packing.write(states, from, this.#bytes, this.#compiled.states);
  }

  get #firstRoom(): number {
    return Math.floor(this.#expanded / this.#perRoom);
  }

  #takeEdges(): void {
    const { edges, edgeElements } = this.#compiled;
    const count = (this.#exports.edge.value - edges) >> 2;
    this.#observer?.onEdges(this.#words, edges >> 2, count, edgeElements >> 2);
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
    this.#observer?.onMet(this.#words, met >> 2, count);
    this.#exports.met.value = met;
  }

  #takeEvents(): void {
    this.#takeMet();
    const from = this.#compiled.events >> 2;
    const to = this.#exports.event.value >> 2;
    this.#exports.event.value = this.#compiled.events;
    if (this.#observer === null) return;
    tellEvents(this.#words, from, to, this.#observer, (number, address) =>
      this.#tellFound(number, address),
    );
  }

  #tellFound(number: number, address: number): void {
    this.#compiled.packing.read(this.#bytes, address, this.#state);
    this.#observer?.onFound(number, this.#state, 0);
  }

  get #roomBytes(): number {
    return this.#perRoom * this.#compiled.packing.bytes;
  }

  #statesIn(bytes: number): number {
    return Math.max(1, Math.floor(bytes / this.#compiled.packing.bytes));
  }

  /** The room's address; its states are in memory from here on. */
  #enterRoom(index: number): number {
    const room = at(this.#rooms, index);
    if (room >= 0) return room;
    const address = this.#freeRooms.pop() ?? this.#carve(this.#roomBytes);
    this.#file?.take(-1 - room, this.#contentsOf(address));
    this.#roomsInFile--;
    this.#rooms[index] = address;
    return address;
  }

  #contentsOf(room: number): Uint8Array {
    return this.#bytes.subarray(room, room + this.#roomBytes);
  }

  /** The rooms whose turn comes last go first; the one that is written to stays. */
  #spill(): void {
    if (this.#spilling === null || this.waitingBytes <= this.#spilling.mostBytes) return;
    this.#file ??= this.#spilling.open(this.#roomBytes);
    for (let index = this.#rooms.length - 2; index > this.#firstRoom; index--) {
      const room = at(this.#rooms, index);
      if (room < 0 || this.waitingBytes <= this.#spilling.mostBytes) return;
      this.#rooms[index] = -1 - this.#file.write(this.#contentsOf(room));
      this.#roomsInFile++;
      this.#freeRooms.push(room);
    }
  }

  #addRoom(): void {
    const bytes = this.#roomBytes;
    const room = this.#freeRooms.pop() ?? this.#carve(bytes);
    this.#rooms.push(room);
    this.#exports.write.value = room;
    this.#exports.writeEnd.value = room + bytes;
  }

  #addChunk(): void {
    const address = this.#carve(CHUNK_BYTES);
    this.#words[(this.#compiled.chunks >> 2) + this.#chunks++] = address;
  }

  get #table(): ReturnType<TableKind['sized']> {
    return this.#compiled.table.sized(this.#growths);
  }

  /** Whether the table can grow where it stands: nothing stands behind it. */
  get #growsInPlace(): boolean {
    const end = (this.#exports.slots.value >>> 0) + this.#table.bytes;
    return this.#compiled.table.growsInPlace && end === this.#top;
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
    const added = this.#allocate(this.#bytesToGrow);
    this.#growths++;
    if (!inPlace) slots.value = added;
    this.#describeTable();
    this.#exports.refill(old, ...Object.values(variables));
    if (!inPlace) this.#spare = { from: old, to: old + bytes };
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

  /** Memory that may have been used: of the table before, while that lasts. */
  #carve(bytes: number): number {
    const { from, to } = this.#spare;
    if (to - from < bytes) return this.#allocate(bytes);
    this.#spare = { from: from + bytes, to };
    return from;
  }

  /** Memory that is zero and was never used. */
  #allocate(bytes: number): number {
    const address = this.#top;
    this.#top += Math.ceil(bytes / 8) * 8;
    const missing = this.#top - this.#memory.buffer.byteLength;
    if (missing > 0) {
      const most = MOST_PAGES - this.#memory.buffer.byteLength / PAGE;
      const ample = Math.min(most, Math.ceil(this.#top / 4 / PAGE));
      this.#memory.grow(Math.max(Math.ceil(missing / PAGE), ample));
      this.#words = new Int32Array(this.#memory.buffer);
      this.#bytes = new Uint8Array(this.#memory.buffer);
    }
    return address;
  }
}
