/**
 * The thread that leads the others: it lets the table grow, ends a level when all of its states are
 * expanded, and says whether the next one is for all or for it alone.
 */
import type { Seen } from '../../memory-model.ts';
import { compileModule } from '../compile-module.ts';
import { MOST_PAGES, PAGE_BYTES } from '../module.ts';
import type { CompiledSystem } from '../system.ts';
import { NUMBERED } from '../visited/numbered.ts';
import { numberedSize } from '../visited/sizes.ts';
import type { NumberedSize } from '../visited/sizes.ts';
import { Control, ThreadGone } from './control.ts';
import type { Tally } from './control.ts';
import { MOST_PUT_OFF, SharedEngine } from './engine.ts';
import { SEGMENT_WORDS } from './parts.ts';
import type { SharedObserver, SharedParts } from './parts.ts';
import { BLOCK, SharedSpace } from './space.ts';

const SPARE_PAGES = 8;
/** What is not used takes no memory. */
const MOST_SEGMENTS = 1 << 19;

export class Leader {
  readonly parts: SharedParts;
  readonly #threads: number;
  readonly #control: Control;
  readonly #space: SharedSpace;
  readonly #engine: SharedEngine;
  readonly #record: number;
  /** How often the table has grown. */
  #growths = 0;
  /** Threads that expand the level besides this one. */
  #followers = 0;
  #levelEnd = 1;

  constructor(compiled: CompiledSystem, threads: number, optimised: boolean) {
    const { bytes, tables, table: _, packing, ...places } = compiled;
    const pages = Math.ceil(places.end / PAGE_BYTES) + SPARE_PAGES;
    const memory = new WebAssembly.Memory({ initial: pages, maximum: MOST_PAGES, shared: true });
    this.#threads = threads;
    this.#record = packing.bytes;
    this.#control = new Control(memory.buffer, places.control);
    this.#space = new SharedSpace(memory, this.#control, places.chunks, packing.bytes);
    tables.write(this.#space.bytes);
    this.#control.set('top', Math.ceil(places.end / PAGE_BYTES) * PAGE_BYTES);
    const others = Array.from({ length: threads - 1 }, () =>
      this.#space.allocate(ownBytes(places)),
    );
    const segments = [0, 1].map(() => this.#space.allocate(4 * SEGMENT_WORDS * MOST_SEGMENTS));
    this.parts = {
      module: compileModule(bytes, optimised),
      memory,
      places,
      widths: packing.widths,
      bases: [0, ...others],
      segments,
      putOff: this.#space.allocate(4 * MOST_PUT_OFF),
    };
    this.#engine = new SharedEngine(this.parts, 0, this.#control, this.#space, () => {
      this.#control.set('growing', 1);
      this.#grow();
    });
    this.#useTable();
  }

  set observer(observer: SharedObserver | null) {
    this.#engine.observer = observer;
  }

  get edgeCount(): number {
    return this.#engine.edgeCount;
  }

  /** What all have done; exact between levels. */
  get tally(): Tally {
    return this.#control.tally(this.#threads);
  }

  /** Numbers that were taken; some stand for no state. */
  get numbers(): number {
    return this.#control.get('numbers');
  }

  /** How many states are known before any of the next level is expanded, if none is found any more. */
  get levelEnd(): number {
    return this.#levelEnd;
  }

  get visitedBytes(): number {
    return this.#table.bytes + Math.ceil(this.tally.found * NUMBERED.bytesByNumber);
  }

  get waitingBytes(): number {
    return this.#control.get('rooms') * BLOCK * this.#record;
  }

  /** Another growth may need more than a module can address. */
  get isFull(): boolean {
    const top = this.#control.get('top') >>> 0;
    const next = numberedSize(this.#growths + 1).bytes;
    return top + next + (1 << 26) > MOST_PAGES * PAGE_BYTES;
  }

  /** Whether every other thread can begin. */
  get isReady(): boolean {
    return this.#control.get('ready') === this.#threads - 1;
  }

  get isBroken(): boolean {
    return this.#control.failure !== null;
  }

  get isRefuted(): boolean {
    return this.#control.failure === 'refuted';
  }

  start(initial: Int32Array): void {
    this.#engine.start(initial);
    this.endLevel();
  }

  /** Expands some states of the level, or waits a while for those who do. True: it is at its end. */
  advance(patienceMs: number): boolean {
    if (this.#engine.expandNext()) return false;
    if (!this.#control.arrived(patienceMs) || this.isBroken) return false;
    if (this.#control.get('growing') === 0) return true;
    this.#grow();
    return false;
  }

  /** Makes the next level, if it has any states, the one that is expanded; by this thread alone. */
  endLevel(): void {
    this.#engine.closeSegment();
    this.#freeRooms();
    this.#followers = 0;
    this.#control.set('current', 1 - this.#control.get('current'));
    this.#control.set('segments', this.#control.get('found'));
    this.#control.set('found', 0);
    this.#control.set('claimed', 0);
    this.#levelEnd = this.tally.found;
  }

  /** All threads expand the level, the how many-th it is. */
  share(level: number): void {
    this.#control.set('level', level);
    this.#followers = this.#threads - 1;
    this.#control.begin('expand', this.#followers);
  }

  /** What is found from now on has numbers in blocks of its own. */
  leaveBlock(): void {
    this.#engine.leaveBlock();
  }

  /** Nothing more of the level is begun; all come to rest. */
  stop(): void {
    this.#control.set('segments', 0);
    for (;;) {
      this.#control.awaitAll();
      if (this.#control.get('growing') === 0 || this.isBroken) return;
      this.#grow();
    }
  }

  /** The others end, and tell what they have. */
  dismiss(): void {
    this.#control.begin('leave', 0);
  }

  find(states: Int32Array, from: number): number {
    return this.#engine.find(states, from);
  }

  addCoverage(coverage: readonly Uint8Array[], seen: Seen): void {
    this.#engine.addCoverage(coverage, seen);
  }

  /** Those of blocks of which no state waits any more. */
  #freeRooms(): void {
    const words = this.#space.words;
    const segments = this.parts.segments[this.#control.get('current')] ?? 0;
    for (let segment = 0; segment < this.#control.get('segments'); segment++) {
      const place = (segments >> 2) + SEGMENT_WORDS * segment;
      const end = (words[place] as number) + (words[place + 1] as number);
      if (end % BLOCK !== 0) continue;
      const address =
        ((words[place + 2] as number) >>> 0) + (words[place + 1] as number) * this.#record;
      this.#space.freeRoom(address - BLOCK * this.#record);
    }
  }

  /** All pause, fill a larger table together, and go on. */
  #grow(): void {
    this.#control.awaitAll();
    if (this.isBroken) throw new ThreadGone();
    const old = this.#control.table('table');
    this.#control.setTable('oldTable', old);
    this.#growths++;
    this.#useTable();
    if (this.#followers > 0) this.#fillTogether();
    else this.#engine.refillTable();
    this.#space.reuse(old.slots, numberedSize(this.#growths - 1).bytes);
    this.#control.set('growing', 0);
    if (this.#followers > 0) this.#control.begin('expand', this.#followers);
  }

  #fillTogether(): void {
    this.#control.set('moved', 0);
    this.#control.set('putOff', 0);
    this.#control.begin('refill', this.#followers);
    this.#engine.fillTable();
    this.#control.awaitAll();
    if (this.isBroken) throw new ThreadGone();
    this.#engine.completeTable();
  }

  get #table(): NumberedSize {
    return numberedSize(this.#growths);
  }

  /** Numbers below the limit fit a slot. */
  #useTable(): void {
    const { bytes, count, shift, limit } = this.#table;
    const slots = this.#space.allocate(bytes);
    this.#space.touch(slots, bytes);
    this.#control.setTable('table', { slots, count, shift });
    this.#control.set('limit', limit);
  }
}

/** What a thread has of its own; its first page is not shared with another's. */
function ownBytes({ end }: { readonly end: number }): number {
  return Math.ceil(end / PAGE_BYTES) * PAGE_BYTES;
}
