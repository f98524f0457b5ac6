/** What a search keeps outside of memory. The checker knows no files; who calls it opens them. */
import type { Sink, Source } from '../memory-models/sink.ts';
import type { SpillFile, Spilling } from '../memory-models/spilling.ts';
import type { CheckOptions } from './options.ts';

export interface Storage {
  /** The version of kcheck, which understands only its own checkpoints. */
  readonly kcheck: string;
  /** A temporary file of records of one size; null: in the system's folder for such files. */
  openSpill(directory: string | null, recordBytes: number): SpillFile;
  /** Finds out whether a checkpoint can be written there. */
  requireWritable(path: string): void;
  /** Replaces the checkpoint at a path once the new one is whole. */
  writeCheckpoint(path: string, write: (sink: Sink) => void): void;
  /** One that is known to be whole. */
  openCheckpoint(path: string): StoredCheckpoint;
}

export interface StoredCheckpoint extends Source {
  close(): void;
}

/** A module addresses 4 GB, which the visited set needs more than states that wait. */
const MOST_WAITING = 2 ** 29;

/** States that wait take a quarter of the memory, and then a file. */
export function spillingOf(options: CheckOptions): Spilling | null {
  const { storage, spillDirectory = null, spillBytes, maxBytes } = options;
  if (storage === undefined || storage === null) return null;
  return {
    mostBytes: spillBytes ?? Math.min(maxBytes / 4, MOST_WAITING),
    open: (recordBytes) => storage.openSpill(spillDirectory, recordBytes),
  };
}
