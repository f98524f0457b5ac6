/**
 * One thread's part of exploring a machine together with others. Each thread has an instance of one module,
 * with room of its own at a base of its own; the visited set and the states that wait are everybody's.
 *
 * Numbers are not those of a thread that explores alone. A thread takes them in blocks; the states of a block
 * stand in its room, so a state's number says where it stands. States of one level that have successive
 * numbers are a segment, the work that a thread takes at a time.
 */
import { at } from '../../../machine/graph.ts';
import { RefutedAssumption } from '../../memory-model.ts';
import type { Seen } from '../../memory-model.ts';
import type { ModuleExports } from '../exports.ts';
import type { Variable } from '../snapshot.ts';
import { tellEvents } from '../events.ts';
import { Packing } from '../packing.ts';
import type { Control, TableWords } from './control.ts';
import { SEGMENT_WORDS } from './parts.ts';
import type { SharedObserver, SharedParts } from './parts.ts';
import { BLOCK } from './space.ts';
import type { SharedSpace } from './space.ts';

interface Exports extends ModuleExports {
  readonly base: Variable;
  readonly count: Variable;
  readonly shift: Variable;
  readonly number: Variable;
  readonly pending: Variable;
  find(): number;
  refill(
    slots: number,
    count: number,
    shift: number,
    from: number,
    end: number,
    ownFrom: number,
    ownEnd: number,
  ): void;
}

/** Places of the old table that a thread moves to the new one at a time. */
const PLACES_MOVED = 1 << 14;
/** Of tables that are filled together; a part in a thousand is usual. */
export const MOST_PUT_OFF: number = 1 << 20;
const NO_LIMIT = -1;

export class SharedEngine {
  readonly #parts: SharedParts;
  readonly #thread: number;
  readonly #control: Control;
  readonly #space: SharedSpace;
  readonly #exports: Exports;
  readonly #packing: Packing;
  readonly #state: Int32Array;
  readonly #base: number;
  /** The block in use: its first number, and the first of the segment that is open. */
  #block = 0;
  #open = 0;
  #foundBefore = 0;
  #expanded = 0;
  #transitions = 0;
  #counted = 0;
  observer: SharedObserver | null = null;

  /** `onGrow`: called in the midst of a state; returns when the table has grown. */
  constructor(
    parts: SharedParts,
    thread: number,
    control: Control,
    space: SharedSpace,
    onGrow: () => void,
  ) {
    this.#parts = parts;
    this.#thread = thread;
    this.#control = control;
    this.#space = space;
    this.#base = at(parts.bases, thread);
    this.#packing = new Packing(parts.widths);
    this.#state = new Int32Array(parts.widths.length);
    const env = {
      memory: parts.memory,
      grow: onGrow,
      addChunk: () => {},
      addRoom: () => this.#takeBlock(),
      putOff: (place: number) => this.#putOff(place),
      takeEdges: () => this.#takeEdges(),
      takeEvents: () => this.#takeEvents(),
      takeMet: () => this.#takeMet(),
      refute: () => {
        throw new RefutedAssumption(0);
      },
    };
    const instance = new WebAssembly.Instance(parts.module, { env });
    // The border to what the module exports.
    this.#exports = instance.exports as unknown as Exports;
    const { base, event, edge, met, next, pending } = this.#exports;
    base.value = this.#base;
    event.value = this.#own(parts.places.events);
    edge.value = this.#own(parts.places.edges);
    met.value = this.#own(parts.places.met);
    next.value = this.#own(parts.places.states);
    pending.value = this.#base;
  }

  /** Edges so far, as the words of onExpanded() count them. */
  get edgeCount(): number {
    return this.#exports.edgeCount.value;
  }

  start(initial: Int32Array): void {
    this.#put(initial, 0);
    this.useTable();
    this.#exports.start();
    // It is no successor of any state.
    this.#exports.edge.value = this.#own(this.#parts.places.edges);
    this.#takeEvents();
    this.#tally();
  }

  /** Takes the table as it is now. */
  useTable(): void {
    const { slots, count, shift } = this.#control.table('table');
    this.#exports.slots.value = slots;
    this.#exports.count.value = count;
    this.#exports.shift.value = shift;
    this.#exports.limit.value = this.#control.get('limit');
  }

  /**
   * This thread's part of filling the table from the one before. As homes keep their order, a part of the old
   * table has almost all of its homes in the same part of the new one.
   */
  fillTable(): void {
    this.useTable();
    const old = this.#control.table('oldTable');
    const { count } = this.#control.table('table');
    const spread = (place: number): number => Math.floor((place * count) / old.count);
    for (;;) {
      const from = this.#control.add('moved', PLACES_MOVED);
      if (from >= old.count) return;
      const end = Math.min(from + PLACES_MOVED, old.count);
      this.#move(old, from, end, spread(from), spread(end));
    }
  }

  /** What was put off; the others rest. */
  completeTable(): void {
    const old = this.#control.table('oldTable');
    const { count } = this.#control.table('table');
    const first = this.#parts.putOff >> 2;
    for (let i = this.#control.get('putOff') - 1; i >= 0; i--) {
      const place = this.#space.words[first + i] as number;
      this.#move(old, place, place + 1, 0, count);
    }
  }

  /** All of it, by this thread alone. */
  refillTable(): void {
    this.useTable();
    const old = this.#control.table('oldTable');
    this.#move(old, 0, old.count, 0, this.#control.table('table').count);
  }

  #move(old: TableWords, from: number, end: number, ownFrom: number, ownEnd: number): void {
    const { slots, count, shift } = old;
    this.#exports.refill(slots, count, shift, from, end, ownFrom, ownEnd);
  }

  #putOff(place: number): void {
    const index = this.#control.add('putOff', 1);
    if (index >= MOST_PUT_OFF) throw new Error('the table of states is filled unevenly');
    this.#space.words[(this.#parts.putOff >> 2) + index] = place;
  }

  /** Expands a segment of the level; false: all are taken. */
  expandNext(): boolean {
    const index = this.#control.add('claimed', 1);
    if (index >= this.#control.get('segments')) return false;
    const segments = at(this.#parts.segments, this.#control.get('current'));
    const place = (segments >> 2) + SEGMENT_WORDS * index;
    const words = this.#space.words;
    const [number, count] = [words[place] as number, words[place + 1] as number];
    this.#expand(number, count, words[place + 2] as number);
    return true;
  }

  /** What was found until now is for the next level, and what is found now behind that. */
  closeSegment(): void {
    const { size, write } = this.#exports;
    const count = size.value - this.#open;
    if (count === 0) return;
    const segments = at(this.#parts.segments, 1 - this.#control.get('current'));
    const place = (segments >> 2) + SEGMENT_WORDS * this.#control.add('found', 1);
    const words = this.#space.words;
    words[place] = this.#open;
    words[place + 1] = count;
    words[place + 2] = write.value - count * this.#packing.bytes;
    this.#open = size.value;
  }

  /** Leaves the rest of the block: what is found from now on has numbers of another one. */
  leaveBlock(): void {
    this.closeSegment();
    const { write, writeEnd } = this.#exports;
    writeEnd.value = write.value;
  }

  /** The number of a state, or -1 when it was never found. */
  find(states: Int32Array, from: number): number {
    this.#put(states, from);
    const found = this.#exports.find();
    return found < 0 ? -1 - found : -1;
  }

  /** Adds which nodes some thread has executed, and what else was seen. */
  addCoverage(coverage: readonly Uint8Array[], seen: Seen): void {
    const { places, bases } = this.#parts;
    for (const base of bases) {
      this.#addBytes(coverage, places.coverage, base);
      this.#addBytes(seen.moves, places.moves, base);
      seen.accesses.forEach((accesses, kind) => {
        const from = (base + places.made) >> 2;
        for (let location = 0; location < accesses.length; location++) {
          const made = this.#space.words[from + kind * accesses.length + location] as number;
          accesses[location] = (accesses[location] as number) | made;
        }
      });
    }
  }

  #addBytes(to: readonly Uint8Array[], places: readonly number[], base: number): void {
    to.forEach((nodes, context) => {
      const from = base + at(places, context);
      for (let node = 0; node < nodes.length; node++) {
        nodes[node] = (nodes[node] as number) | (this.#space.bytes[from + node] as number);
      }
    });
  }

  #expand(number: number, count: number, address: number): void {
    this.#exports.number.value = number;
    this.observer?.onSegment?.(number, count);
    this.#exports.run(address, count, NO_LIMIT);
    const from = this.#own(this.#parts.places.edgesFrom) >>> 2;
    this.observer?.onExpanded(this.#space.words, from, count);
    if (this.#exports.bounded.value !== 0) this.observer?.onBounded();
    this.#takeEdges();
    this.#takeEvents();
    this.#expanded += count;
    this.#tally();
  }

  #takeBlock(): void {
    const { size, write, writeEnd } = this.#exports;
    this.closeSegment();
    this.#foundBefore += size.value - this.#block;
    const { number, room } = this.#space.takeBlock();
    this.#block = number;
    this.#open = number;
    size.value = number;
    write.value = room;
    writeEnd.value = room + BLOCK * this.#packing.bytes;
    this.observer?.onBlock?.(number);
  }

  /** The module's own counter may wrap around. */
  #tally(): void {
    const counted = this.#exports.edgeCount.value;
    this.#transitions += (counted - this.#counted) >>> 0;
    this.#counted = counted;
    this.#control.tell(this.#thread, {
      found: this.#foundBefore + this.#exports.size.value - this.#block,
      expanded: this.#expanded,
      transitions: this.#transitions,
      bytes: this.observer?.bytes ?? 0,
    });
  }

  #own(place: number): number {
    return this.#base + place;
  }

  #put(states: Int32Array, from: number): void {
    const to = this.#own(this.#parts.places.states);
    this.#packing.write(states, from, this.#space.bytes, to);
  }

  #takeEdges(): void {
    const edges = this.#own(this.#parts.places.edges);
    const count = ((this.#exports.edge.value >>> 0) - edges) >>> 2;
    this.observer?.onEdges(this.#space.words, edges >>> 2, count, 0);
    this.#exports.edge.value = edges;
  }

  #takeMet(): void {
    const met = this.#own(this.#parts.places.met);
    const count = ((this.#exports.met.value >>> 0) - met) >>> 2;
    if (count > 0) this.observer?.onMet(this.#space.words, met >>> 2, count);
    this.#exports.met.value = met;
  }

  #takeEvents(): void {
    this.#takeMet();
    const from = this.#own(this.#parts.places.events);
    const to = this.#exports.event.value >>> 0;
    this.#exports.event.value = from;
    const { observer } = this;
    if (observer === null) return;
    tellEvents(this.#space.words, from >>> 2, to >>> 2, observer, (number, address) => {
      this.#packing.read(this.#space.bytes, address, this.#state);
      observer.onFound(number, this.#state, 0);
    });
  }
}
