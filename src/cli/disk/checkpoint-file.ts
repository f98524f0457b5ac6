/**
 * A checkpoint in a file: a line that says what it is, the data, and a hash of both. It is written beside
 * its place and renamed once it is on the disk; so whatever happens, a whole one is there, the last or the
 * one before.
 */
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, rmSync } from 'node:fs';
import { writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { StoredCheckpoint } from '../../checker/storage.ts';
import type { KcheckError } from '../../errors.ts';
import type { Sink } from '../../memory-models/sink.ts';
import { causeOf, usageError, writeAdvice } from '../errors.ts';

const HEAD = Buffer.from('kcheck checkpoint 1\n');
const HASH_BYTES = 32;
/** What is hashed and copied at a time. */
const PIECE_BYTES = 1 << 22;

/** @throws KC0052 where the file cannot be written; what was there before stays. */
export function writeCheckpoint(path: string, write: (sink: Sink) => void): void {
  const fill = (file: number): void => {
    writeAll(file, write);
    fsyncSync(file);
  };
  besides(path, fill, (own) => {
    renameSync(own, path);
    syncFolder(dirname(path));
  });
}

/** Nobody wants to hear of it after hours. @throws KC0052 */
export function requireWritable(path: string): void {
  besides(path, () => {}, rmSync);
}

/** Fills a file beside the path, which is gone if that fails. */
function besides(path: string, fill: (file: number) => void, settle: (own: string) => void): void {
  const own = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(own, 'w', 0o600);
    try {
      fill(file);
    } finally {
      closeSync(file);
    }
    settle(own);
  } catch (error) {
    rmSync(own, { force: true });
    const message = `the checkpoint ${path} cannot be written: ${causeOf(error).replace(own, path)}`;
    throw usageError('KC0052', message, writeAdvice(error, path));
  }
}

function writeAll(file: number, write: (sink: Sink) => void): void {
  const hash = createHash('sha256');
  const put = (data: Uint8Array): void => {
    hash.update(data);
    append(file, data);
  };
  put(HEAD);
  write({
    put: (data) => {
      for (let from = 0; from < data.length; from += PIECE_BYTES) {
        put(data.subarray(from, from + PIECE_BYTES));
      }
    },
  });
  append(file, hash.digest());
}

function append(file: number, data: Uint8Array): void {
  for (let done = 0; done < data.length;) {
    done += writeSync(file, data, done, data.length - done);
  }
}

/** So that the new name is on the disk too; where folders cannot be opened, it is left to the system. */
function syncFolder(path: string): void {
  try {
    const folder = openSync(path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // The rename has been made all the same.
  }
}

/** The data, once it is known to be whole. @throws KC0053 */
export function openCheckpoint(path: string): StoredCheckpoint {
  let file: number | null = null;
  try {
    file = openSync(path, 'r');
    const end = fstatSync(file).size - HASH_BYTES;
    requireWhole(file, path, end);
    return new Stored(file, path, end);
  } catch (error) {
    if (file !== null) closeSync(file);
    if (error instanceof Error && 'place' in error) throw error;
    throw unusable(`${path} cannot be read: ${causeOf(error)}`);
  }
}

function requireWhole(file: number, path: string, end: number): void {
  const head = Buffer.alloc(HEAD.length);
  if (end < HEAD.length || readAt(file, 0, head) < HEAD.length || !head.equals(HEAD)) {
    throw unusable(`${path} is no checkpoint`);
  }
  const kept = Buffer.alloc(HASH_BYTES);
  readAt(file, end, kept);
  if (!kept.equals(hashOf(file, end).digest())) {
    throw unusable(`the checkpoint ${path} is damaged, or has lost its end`);
  }
}

function hashOf(file: number, end: number): Hash {
  const hash = createHash('sha256');
  const piece = Buffer.alloc(PIECE_BYTES);
  for (let from = 0; from < end;) {
    const part = piece.subarray(0, Math.min(PIECE_BYTES, end - from));
    const read = readAt(file, from, part);
    if (read === 0) break;
    hash.update(part.subarray(0, read));
    from += read;
  }
  return hash;
}

/** How many bytes there were. */
function readAt(file: number, from: number, data: Uint8Array): number {
  let done = 0;
  while (done < data.length) {
    const most = Math.min(data.length - done, PIECE_BYTES);
    const read = readSync(file, data, done, most, from + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}

class Stored implements StoredCheckpoint {
  readonly #file: number;
  readonly #path: string;
  readonly #end: number;
  #at = HEAD.length;

  constructor(file: number, path: string, end: number) {
    this.#file = file;
    this.#path = path;
    this.#end = end;
  }

  get(data: Uint8Array): void {
    const fits = this.#at + data.length <= this.#end;
    if (!fits || readAt(this.#file, this.#at, data) < data.length) {
      throw unusable(`the checkpoint ${this.#path} has changed, or holds less than it should`);
    }
    this.#at += data.length;
  }

  close(): void {
    closeSync(this.#file);
  }
}

function unusable(message: string): KcheckError {
  return usageError('KC0053', message, 'Name a file that --checkpoint has written.');
}
