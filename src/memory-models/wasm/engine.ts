/**
 * Explores a machine with the module of system.ts: gives it memory, hands it the states that wait, and
 * passes on what it finds. States wait in chunks; state n is the one at place n of their sequence.
 */
import { at } from '../../machine/graph.ts';
import type { Machine } from '../../machine/machine.ts';
import { KINDS } from '../codegen/happens-before.ts';
import { RefutedAssumption } from '../memory-model.ts';
import type { Seen } from '../memory-model.ts';
import { tellEvents } from './events.ts';
import type { BatchObserver } from './events.ts';
import { MOST_PAGES } from './module.ts';
import { BATCH } from './system.ts';
import type { CompiledSystem } from './system.ts';
import { CHUNK_BYTES, CHUNK_NUMBERS } from './table.ts';

interface Exports {
  readonly slots: Variable;
  readonly count: Variable;
  readonly mask: Variable;
  readonly quarter: Variable;
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
  find(): number;
  rehash(slots: number, count: number, mask: number, quarter: number): void;
}

interface Variable {
  value: number;
}

const PAGE = 1 << 16;
/** Of a small search all; what is not used takes no memory. */
const SPARE_PAGES = 8;
const ROOM_BYTES = 1 << 17;
/** A table of less than 2^18 slots is doubled: it takes no memory to speak of. */
const FIRST_BITS = 12;
const DOUBLED_BITS = 18;
/** Beyond this, places take many steps to find. */
const FULL = 0.86;

export class Engine {
  readonly #compiled: CompiledSystem;
  readonly #machine: Machine;
  readonly #memory: WebAssembly.Memory;
  readonly #exports: Exports;
  readonly #perRoom: number;
  readonly #rooms: number[] = [];
  readonly #freeRooms: number[] = [];
  #tableBytes = 0;
  readonly #state: Int32Array;
  #words: Int32Array;
  #bytes: Uint8Array;
  #top: number;
  #bits = FIRST_BITS;
  #chunks = 0;
  #spare = { from: 0, to: 0 };
  #expanded = 0;
  #transitions = 0;
  #counted = 0;
  #observer: BatchObserver | null = null;

  constructor(machine: Machine, compiled: CompiledSystem) {
    this.#machine = machine;
    this.#compiled = compiled;
    this.#top = compiled.end;
    this.#perRoom = Math.max(1, Math.floor(ROOM_BYTES / compiled.packing.bytes));
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
    const instance = new WebAssembly.Instance(new WebAssembly.Module(compiled.bytes), { env });
    // The border to what the module exports.
    this.#exports = instance.exports as unknown as Exports;
    compiled.tables.write(this.#bytes);
    this.#exports.event.value = compiled.events;
    this.#exports.edge.value = compiled.edges;
    this.#exports.met.value = compiled.met;
    this.#exports.next.value = compiled.states;
    this.#useTable(this.#allocate(4 << FIRST_BITS), 4 << FIRST_BITS, false);
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
    return this.#tableBytes + Math.ceil((this.size * CHUNK_BYTES) / CHUNK_NUMBERS);
  }

  /** What the states that wait take. */
  get waitingBytes(): number {
    return (this.#rooms.length - this.#firstRoom) * this.#perRoom * this.#compiled.packing.bytes;
  }

  /** Another growth may need more than a module can address. */
  get isFull(): boolean {
    return this.#top + 2 * this.#tableBytes + (1 << 26) > MOST_PAGES * PAGE;
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
    const from = at(this.#rooms, room) + place * this.#compiled.packing.bytes;
    const done = this.#exports.run(from, count, mostStates);
    this.#countTransitions();
    this.#observer?.onExpanded(this.#words, this.#compiled.edgesFrom >> 2, done);
    if (this.#exports.bounded.value !== 0) this.#observer?.onBounded();
    this.#takeEdges();
    this.#takeEvents();
    this.#expanded += done;
    if (place + done === this.#perRoom) this.#freeRooms.push(at(this.#rooms, room));
  }

  /** The number of a state, or -1 when it was never found. */
  find(states: Int32Array, from: number): number {
    this.#put(states, from);
    const found = this.#exports.find();
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
    const { edges } = this.#compiled;
    const count = (this.#exports.edge.value - edges) >> 2;
    this.#observer?.onEdges(this.#words, edges >> 2, count);
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

  #addRoom(): void {
    const bytes = this.#perRoom * this.#compiled.packing.bytes;
    const room = this.#freeRooms.pop() ?? this.#carve(bytes);
    this.#rooms.push(room);
    this.#exports.write.value = room;
    this.#exports.writeEnd.value = room + bytes;
  }

  #addChunk(): void {
    const address = this.#carve(CHUNK_BYTES);
    this.#words[(this.#compiled.chunks >> 2) + this.#chunks++] = address;
  }

  /** To three quarters of twice as many slots, or from these to all; while it is small, at once. */
  #grow(): void {
    const { slots, count, mask, quarter } = this.#exports;
    const old = [slots.value >>> 0, count.value, mask.value, quarter.value] as const;
    const threeQuarters = quarter.value === 0 && this.#bits >= DOUBLED_BITS;
    if (this.#bits < DOUBLED_BITS) this.#bits++;
    if (threeQuarters) this.#bits++;
    const bytes = (threeQuarters ? 3 : 4) * 2 ** this.#bits;
    this.#useTable(this.#allocate(bytes), bytes, threeQuarters);
    this.#exports.rehash(...old);
    this.#spare = { from: old[0], to: old[0] + 4 * old[1] };
  }

  #useTable(address: number, bytes: number, threeQuarters: boolean): void {
    this.#exports.slots.value = address;
    this.#exports.count.value = bytes / 4;
    this.#exports.mask.value = 2 ** this.#bits - 1;
    this.#exports.quarter.value = threeQuarters ? -1 : 0;
    this.#exports.limit.value = Math.floor((bytes / 4) * FULL);
    this.#tableBytes = bytes;
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
      this.#memory.grow(Math.ceil(Math.max(missing, this.#top / 4) / PAGE));
      this.#words = new Int32Array(this.#memory.buffer);
      this.#bytes = new Uint8Array(this.#memory.buffer);
    }
    return address;
  }
}
