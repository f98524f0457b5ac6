/**
 * Where staging is: the stack of rewritten calls and constructs that are being run. It is popped on
 * the normal way out only: after an error its top is the place to blame, and whoever catches
 * (an arm, a stage) cuts it back.
 */
import type { Place } from '../../errors.ts';

export interface SourceFile {
  /** As the user named it. */
  readonly name: string;
  readonly text: string;
}

/** A rewritten construct. Its text runs from `start` to `end` in the file. */
export interface StaticSite {
  readonly file: SourceFile;
  readonly line: number;
  readonly column: number;
  readonly start: number;
  readonly end: number;
  readonly functionName: string;
}

export const callStack: StaticSite[] = [];

/**
 * Runs code inside a construct, or a closure that was given to a primitive. A reader does not see the
 * construct or the primitive call it, so their site is off the stack meanwhile.
 */
export function outside<T>(run: () => T): T {
  const site = callStack.pop();
  const result = run();
  if (site !== undefined) callStack.push(site);
  return result;
}

export function here(): Place | null {
  const site = callStack[callStack.length - 1];
  return site ? placeOf(site) : null;
}

export function placeOf(site: StaticSite): Place {
  return placeAt(site.file, site.line, site.column);
}

export function placeAt(file: SourceFile, line: number, column: number): Place {
  return { file: file.name, line, column, source: file.text.split(/\r?\n/)[line - 1] ?? '' };
}

/** The construct's source text, white space folded. */
export function textOf(site: StaticSite): string {
  return site.file.text.slice(site.start, site.end).replace(/\s+/g, ' ').trim();
}
