/**
 * States that wait, in a temporary file. The file has no name any more once it is open, where the system
 * allows that: so it is gone whatever becomes of the process.
 */
import { closeSync, openSync, readSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KcheckError } from '../../errors.ts';
import type { SpillFile } from '../../memory-models/spilling.ts';
import { causeOf, usageError } from '../errors.ts';

/** `directory`: null is the system's for temporary files. @throws KC0051 */
export function openSpillFile(directory: string | null, recordBytes: number): SpillFile {
  return new TemporaryFile(directory ?? tmpdir(), recordBytes);
}

let opened = 0;

class TemporaryFile implements SpillFile {
  readonly #directory: string;
  readonly #recordBytes: number;
  readonly #file: number;
  /** Null once it has no name any more. */
  readonly #path: string | null;
  readonly #free: number[] = [];
  #places = 0;

  constructor(directory: string, recordBytes: number) {
    this.#directory = directory;
    this.#recordBytes = recordBytes;
    const name = `kcheck-${process.pid}-${process.hrtime.bigint()}-${opened++}.states`;
    const path = join(directory, name);
    this.#file = this.#try(() => openSync(path, 'wx+', 0o600));
    this.#path = isUnlinked(path) ? null : path;
  }

  write(record: Uint8Array): number {
    const place = this.#free.pop() ?? this.#places++;
    const from = place * this.#recordBytes;
    this.#try(() => {
      for (let done = 0; done < record.length;) {
        done += writeSync(this.#file, record, done, record.length - done, from + done);
      }
    });
    return place;
  }

  take(place: number, record: Uint8Array): void {
    this.read(place, record);
    this.#free.push(place);
  }

  read(place: number, record: Uint8Array): void {
    const from = place * this.#recordBytes;
    this.#try(() => {
      for (let done = 0; done < record.length;) {
        const read = readSync(this.#file, record, done, record.length - done, from + done);
        if (read === 0) throw new Error('the file is shorter than what was written');
        done += read;
      }
    });
  }

  close(): void {
    closeSync(this.#file);
    if (this.#path !== null) rmSync(this.#path, { force: true });
  }

  #try<Value>(work: () => Value): Value {
    try {
      return work();
    } catch (error) {
      throw spillError(this.#directory, error);
    }
  }
}

function isUnlinked(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}

function spillError(directory: string, error: unknown): KcheckError {
  const message = `states that wait cannot be kept in ${directory}: ${causeOf(error)}`;
  const advice = 'Name a folder with more room (--spill-dir), or allow more memory (--max-memory).';
  return usageError('KC0051', message, advice);
}
