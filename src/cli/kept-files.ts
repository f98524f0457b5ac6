/**
 * Files of a cache: each holds a text and its checksum, so that one which is not what was written counts
 * as absent. Sessions at the same time do no harm: a file is written under a name of its own, then
 * renamed. Where nothing can be written, on a full disk say, that is told once and the session goes on.
 *
 * What nobody has read for a month goes, and the oldest beyond a size. Who reads a file says so by its
 * date, at most once a day.
 */
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { contentHash } from '../machine/hash.ts';
import { causeOf } from './errors.ts';
import { replaceFile } from './write-file.ts';

const DAY = 24 * 60 * 60 * 1000;
const KEPT_FOR = 30 * DAY;
const KEPT_BYTES = 256 * 2 ** 20;

export class KeptFiles {
  readonly #directory: string;
  readonly #warn: (words: string) => void;
  #ready = false;
  #broken = false;

  /** `warn` is told, once, where nothing can be written. */
  constructor(directory: string, warn: (words: string) => void) {
    this.#directory = directory;
    this.#warn = warn;
  }

  /** Null where there is none, or it is not what was written. */
  async read(name: string): Promise<unknown> {
    const text = contentOf(join(this.#directory, name));
    if (text === null) return null;
    const [checksum = '', json = ''] = text.split('\n');
    return checksum === (await contentHash(json)) ? JSON.parse(json) : null;
  }

  /** Whether it is there now. */
  async write(name: string, value: unknown): Promise<boolean> {
    if (this.#broken) return false;
    const json = JSON.stringify(value);
    const text = `${await contentHash(json)}\n${json}\n`;
    try {
      this.#prepare();
      writeAtomically(join(this.#directory, name), text);
      return true;
    } catch (error) {
      this.#broken = true;
      this.#warn(`nothing can be kept in ${this.#directory}: ${causeOf(error)}`);
      return false;
    }
  }

  /** The directory tells version control to leave it alone. */
  #prepare(): void {
    if (this.#ready) return;
    mkdirSync(this.#directory, { recursive: true });
    const ignore = join(this.#directory, '.gitignore');
    if (dateOf(ignore) === null) writeAtomically(ignore, '*\n');
    prune(this.#directory, Date.now());
    this.#ready = true;
  }
}

interface OldFile {
  readonly path: string;
  readonly bytes: number;
  readonly read: number;
}

/** Looks through the directory once a day, for that takes longer than what it is asked for. */
export function prune(directory: string, now: number, bytes: number = KEPT_BYTES): void {
  const mark = join(directory, '.pruned');
  if (now - (dateOf(mark) ?? 0) < DAY) return;
  writeFileSync(mark, '');
  let left = bytes;
  for (const { path, bytes: size, read } of keptBelow(directory)) {
    left -= size;
    if (now - read > KEPT_FOR || left < 0) rmSync(path, { force: true });
  }
}

/** The directory may be one that the user has other files in: those of a cache are known by their names. */
const FINGERPRINT = /^[\da-f]{16}$/;
const KEPT = /^[\da-f]{16}(-\w+-\w+)?(\.\d+\.\d+\.tmp)?$/;

/** Last read first. */
function keptBelow(directory: string): OldFile[] {
  return namesIn(directory, FINGERPRINT)
    .flatMap((part) =>
      namesIn(join(directory, part), KEPT).map((name) => join(directory, part, name)),
    )
    .flatMap((path) => {
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat?.isFile() === true ? [{ path, bytes: stat.size, read: stat.mtimeMs }] : [];
    })
    .toSorted((a, b) => b.read - a.read);
}

/** Another session may be doing the same. */
function namesIn(directory: string, pattern: RegExp): string[] {
  try {
    return readdirSync(directory).filter((name) => pattern.test(name));
  } catch {
    return [];
  }
}

function contentOf(file: string): string | null {
  try {
    const text = readFileSync(file, 'utf8');
    noteRead(file);
    return text;
  } catch {
    return null;
  }
}

/** Not being allowed to is no reason not to use the file. */
function noteRead(file: string): void {
  const now = Date.now();
  if (now - (dateOf(file) ?? now) < DAY) return;
  try {
    utimesSync(file, now / 1000, now / 1000);
  } catch {}
}

function dateOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null;
}

function writeAtomically(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  replaceFile(file, text);
}
