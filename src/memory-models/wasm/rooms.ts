/**
 * The states that wait, in rooms of a fixed size: state n is the one at place n of their sequence. Rooms that
 * are read are free; where there are too many, those whose turn comes last go to a file.
 */
import { at } from '../../machine/graph.ts';
import type { Sink, Source } from '../sink.ts';
import { recordBytes } from '../spilling.ts';
import type { SpillFile, Spilling } from '../spilling.ts';
import type { Space } from './space.ts';

const ROOM_BYTES = 1 << 17;

/** What a checkpoint has of them besides what stands in the file. */
export interface HeldRooms {
  readonly perRoom: number;
  readonly read: number;
  /** From the one that is read on. */
  readonly rooms: readonly number[];
  readonly free: readonly number[];
}

export class Rooms {
  readonly #space: Space;
  readonly #stateBytes: number;
  #perRoom: number;
  /** How many states have been read. */
  #read = 0;
  /** Addresses; -1 - a place in the file of one that is there. */
  readonly #rooms: number[] = [];
  readonly #free: number[] = [];
  #spilling: Spilling | null = null;
  #file: SpillFile | null = null;
  #inFile = 0;

  constructor(space: Space, stateBytes: number) {
    this.#space = space;
    this.#stateBytes = stateBytes;
    this.#perRoom = this.#statesIn(ROOM_BYTES);
  }

  get read(): number {
    return this.#read;
  }

  /** What they take in memory. */
  get bytes(): number {
    return (this.#rooms.length - this.#first - this.#inFile) * this.#roomBytes;
  }

  /** Before there are any. */
  spillTo(spilling: Spilling): void {
    this.#spilling = spilling;
    this.#perRoom = this.#statesIn(recordBytes(ROOM_BYTES, spilling));
  }

  close(): void {
    this.#file?.close();
    this.#file = null;
  }

  /** A room for the states that are found next: where it begins and ends. */
  add(): { readonly from: number; readonly end: number } {
    const from = this.#free.pop() ?? this.#space.carve(this.#roomBytes);
    this.#rooms.push(from);
    return { from, end: from + this.#roomBytes };
  }

  /** The address of the state that is read next; behind it stand others, `most` with it at most. */
  next(): { readonly address: number; readonly most: number } {
    const place = this.#read % this.#perRoom;
    const address = this.#enter(this.#first) + place * this.#stateBytes;
    return { address, most: this.#perRoom - place };
  }

  /** So many have been read, as next() gave them. */
  leave(count: number): void {
    const room = this.#first;
    this.#read += count;
    if (this.#first > room) this.#free.push(at(this.#rooms, room));
    this.#spill();
  }

  get held(): HeldRooms {
    const rooms = this.#rooms.slice(this.#first);
    return { perRoom: this.#perRoom, read: this.#read, rooms, free: this.#free };
  }

  /** What stands in the file. */
  save(sink: Sink): void {
    const record = new Uint8Array(this.#roomBytes);
    for (const room of this.#rooms.slice(this.#first)) {
      if (room >= 0) continue;
      this.#file?.read(-1 - room, record);
      sink.put(record);
    }
  }

  restore({ perRoom, read, rooms, free }: HeldRooms, source: Source): void {
    this.#perRoom = perRoom;
    this.#read = read;
    this.#free.push(...free);
    // States before these have been read, and where they stood is of no interest.
    this.#rooms.length = this.#first;
    this.#rooms.push(...rooms.map((room) => (room < 0 ? this.#refile(source) : room)));
  }

  /** A room that stands in the file of this search from here on. */
  #refile(source: Source): number {
    const record = new Uint8Array(this.#roomBytes);
    source.get(record);
    if (this.#spilling === null) throw new Error('there is no file for the states that wait');
    return this.#write(this.#spilling, record);
  }

  /** The room's address; its states are in memory from here on. */
  #enter(index: number): number {
    const room = at(this.#rooms, index);
    if (room >= 0) return room;
    const address = this.#free.pop() ?? this.#space.carve(this.#roomBytes);
    this.#file?.take(-1 - room, this.#contentsOf(address));
    this.#inFile--;
    this.#rooms[index] = address;
    return address;
  }

  /** The rooms whose turn comes last go first; the one that is written to stays. */
  #spill(): void {
    if (this.#spilling === null) return;
    for (let index = this.#rooms.length - 2; index > this.#first; index--) {
      const room = at(this.#rooms, index);
      if (room < 0 || this.bytes <= this.#spilling.mostBytes) return;
      this.#rooms[index] = this.#write(this.#spilling, this.#contentsOf(room));
      this.#free.push(room);
    }
  }

  #write(spilling: Spilling, record: Uint8Array): number {
    this.#file ??= spilling.open(this.#roomBytes);
    this.#inFile++;
    return -1 - this.#file.write(record);
  }

  #contentsOf(room: number): Uint8Array {
    return this.#space.bytes.subarray(room, room + this.#roomBytes);
  }

  /** The one that is read. */
  get #first(): number {
    return Math.floor(this.#read / this.#perRoom);
  }

  get #roomBytes(): number {
    return this.#perRoom * this.#stateBytes;
  }

  #statesIn(bytes: number): number {
    return Math.max(1, Math.floor(bytes / this.#stateBytes));
  }
}
