/** Where states that wait go when there are too many of them for memory. */
export interface Spilling {
  /** Waiting states that take more than this are written to a file, and read when their turn comes. */
  readonly mostBytes: number;
  /** Called when there is something to write; records are of one size. */
  open(recordBytes: number): SpillFile;
}

export interface SpillFile {
  /** Keeps a record; its place. */
  write(record: Uint8Array): number;
  /** Reads what was written to a place, which may be written again from then on. */
  take(place: number, record: Uint8Array): void;
  /** The same, but the record stays. */
  read(place: number, record: Uint8Array): void;
  close(): void;
}

/** Bytes of a record: of what may stay in memory several have to fit. */
export function recordBytes(most: number, spilling: Spilling | null): number {
  return spilling === null ? most : Math.min(most, Math.floor(spilling.mostBytes / 4));
}
