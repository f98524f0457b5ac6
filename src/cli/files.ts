/** Specs and litmus tests on disk: those that the user names, and those below a directory. */
import type { Dirent, Stats } from 'node:fs';
import { accessSync, constants, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { KcheckError } from '../errors.ts';
import { causeOf, usageError } from './errors.ts';
import { closest } from './suggest.ts';

/** Throws unless `path` is a file that can be read. */
export function requireFile(path: string): void {
  if (isDirectory(path)) {
    throw usageError('KC0002', `${path} is a directory, not a spec file`, specIn(path));
  }
  requireReadable(path);
}

/** The spec files that `paths` name or contain, in order, each once. */
export function findSpecs(paths: readonly string[]): string[] {
  const found = findFiles(paths, isSpecName);
  if (found.length > 0) return found;
  const advice = 'A spec is a file named spec.ts or *.kspec.ts.';
  throw usageError('KC0012', `no spec below ${paths.join(', ')}`, advice);
}

/** The same of litmus tests. A file that the user names is taken for one, whatever its name. */
export function findLitmusFiles(paths: readonly string[]): string[] {
  const found = findFiles(paths, isLitmusName);
  if (found.length > 0) return found;
  const advice = 'Litmus tests are in files named *.litmus or *.jsonl.';
  throw usageError('KC0015', `no litmus test below ${paths.join(', ')}`, advice);
}

/** Throws when the file cannot be read after all. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw missing(path);
    throw unreadable(path, error);
  }
}

function findFiles(paths: readonly string[], isWanted: (name: string) => boolean): string[] {
  const found = paths.flatMap((path) => {
    if (isDirectory(path)) return filesBelow(path, isWanted);
    requireReadable(path);
    return [path];
  });
  return [...new Set(found)];
}

/** Throws an error that says what is there instead when `path` does not exist. */
function isDirectory(path: string): boolean {
  const stat = statOf(path);
  if (stat === undefined) throw missing(path);
  return stat.isDirectory();
}

function missing(path: string): KcheckError {
  return usageError('KC0001', `no such file: ${path}`, nearby(path));
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw unreadable(path, error);
  }
}

function requireReadable(path: string): void {
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): KcheckError {
  return usageError('KC0003', `cannot read ${path}`, causeOf(error));
}

function filesBelow(directory: string, isWanted: (name: string) => boolean): string[] {
  return entriesOf(directory)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return isHidden(entry.name) ? [] : filesBelow(path, isWanted);
      return isWanted(entry.name) ? [path] : [];
    });
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    throw unreadable(directory, error);
  }
}

function isHidden(name: string): boolean {
  return name === 'node_modules' || name.startsWith('.');
}

function isSpecName(name: string): boolean {
  return name === 'spec.ts' || name.endsWith('.kspec.ts');
}

function isLitmusName(name: string): boolean {
  return name.endsWith('.litmus') || name.endsWith('.jsonl');
}

function specIn(directory: string): string {
  const [first] = filesBelow(directory, isSpecName);
  return first === undefined ? '' : `Did you mean ${first}, or \`kcheck check ${directory}\`?`;
}

/** The closest name in the first directory above `path` that exists. */
function nearby(path: string): string {
  const directory = dirname(path);
  const names = namesIn(directory);
  if (names !== null) {
    const close = closest(basename(path), names);
    return close === null ? '' : `Did you mean ${join(directory, close)}?`;
  }
  return directory === path ? '' : nearby(directory);
}

function namesIn(directory: string): string[] | null {
  try {
    return readdirSync(directory);
  } catch {
    return null;
  }
}
