/**
 * Writes verdicts into the source of a spec as what it expects, by the smallest change of its text: a
 * literal gets another verdict, or is split by the names of the runs that it spoke of, or a line is
 * added. What comes out is loaded and asked about every run before anyone gets it.
 */
import { isDeepStrictEqual } from 'node:util';
import { KcheckError } from '../errors.ts';
import { expectSource } from './expect-source.ts';
import type { ExpectSource, ObjectPiece, Piece } from './expect-source.ts';
import { nameSource, verdictSource } from './expect-text.ts';
import type { Expectation, LoadedSpec, RunName } from './loaded-spec.ts';

export interface StatedRun {
  readonly run: RunName;
  /** As the spec says now. */
  readonly now: Expectation | null;
  /** As it is to say; null: nothing. */
  readonly then: Expectation | null;
}

export interface Updated {
  readonly text: string;
  /** Runs that say in `text` what they are to say; the others are computed and stay as they are. */
  readonly runs: readonly RunName[];
}

/** Null where nothing can be changed. `runs` are all that the spec has; `load` gives the spec of a text. */
export function updateExpect(
  text: string,
  runs: readonly StatedRun[],
  load: (text: string) => LoadedSpec,
): Updated | null {
  const source = expectSource(text);
  if (source === null) return null;
  const spoken = new Map(runs.map(({ run }) => [run, winner(source, run)]));
  const reached = new Set(
    runs.filter((each) => isChanged(each) && (each.now === null || spoken.get(each.run) !== null)),
  );
  if (reached.size === 0) return null;
  const wanted = runs.map((each) =>
    isChanged(each) && !reached.has(each) ? { ...each, then: each.now } : each,
  );
  for (const whole of [true, false]) {
    const next = edited(text, editsOf(source, wanted, spoken, text, whole));
    if (says(next, wanted, load)) return { text: next, runs: [...reached].map(({ run }) => run) };
  }
  return null;
}

function isChanged({ now, then }: StatedRun): boolean {
  return !isDeepStrictEqual(now, then);
}

function says(
  text: string,
  wanted: readonly StatedRun[],
  load: (text: string) => LoadedSpec,
): boolean {
  try {
    const spec = load(text);
    return wanted.every(({ run, then }) => isDeepStrictEqual(spec.expectation(run), then));
  } catch (error) {
    if (error instanceof KcheckError) return false;
    throw error;
  }
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function edited(text: string, edits: readonly Edit[]): string {
  // From the end, so that places stay what they are; of two at one place the second goes in first.
  return edits
    .toReversed()
    .toSorted((a, b) => b.start - a.start)
    .reduce((now, { start, end, text: by }) => now.slice(0, start) + by + now.slice(end), text);
}

/** `spoken`: the literal that speaks of each run; `whole`: one verdict may stand for all runs under a name. */
function editsOf(
  source: ExpectSource,
  wanted: readonly StatedRun[],
  spoken: ReadonlyMap<RunName, Piece | null>,
  text: string,
  whole: boolean,
): Edit[] {
  const replaced = source.verdicts.flatMap((piece) => {
    const about = wanted.filter(({ run }) => spoken.get(run) === piece);
    if (!about.some((each) => each.now !== null && isChanged(each))) return [];
    return [{ start: piece.start, end: piece.end, text: treeText(about, piece.path, whole) }];
  });
  const unstated = wanted.filter(({ now, then }) => now === null && then !== null);
  return [...replaced, ...addedTo(source, unstated, text, whole)];
}

/** The literal that speaks of a run; null: none does. */
function winner({ verdicts }: ExpectSource, run: RunName): Piece | null {
  return deepest(verdicts, run);
}

function deepest<P extends Piece>(pieces: readonly P[], run: RunName): P | null {
  const names = namesOf(run);
  const about = pieces.filter(({ path }) => path.every((name) => names.includes(name)));
  const most = Math.max(...about.map(({ path }) => path.length));
  return about.find(({ path }) => path.length === most) ?? null;
}

function addedTo(
  source: ExpectSource,
  unstated: readonly StatedRun[],
  text: string,
  whole: boolean,
): Edit[] {
  if (unstated.length === 0) return [];
  if (!source.stated) {
    return addition(source.definition, [`expect: ${treeText(unstated, [], whole)}`], text);
  }
  return source.levels.flatMap((level) => {
    const here = unstated.filter(({ run }) => deepest(source.levels, run) === level);
    return here.length === 0
      ? []
      : addition(level, entriesOf(here, level.path, false, whole), text);
  });
}

/** Behind the last property, in its manner: on a line of its own, or in the line. */
function addition(object: ObjectPiece, entries: readonly string[], text: string): Edit[] {
  const last = object.properties.at(-1);
  if (last === undefined) {
    return [{ start: object.start, end: object.end, text: `{ ${entries.join(', ')} }` }];
  }
  const rest = text.slice(last.end, object.end - 1);
  const comma = {
    start: last.end,
    end: last.end,
    text: rest.trimStart().startsWith(',') ? '' : ',',
  };
  const lineEnd = last.end + rest.indexOf('\n');
  if (!rest.includes('\n')) {
    const end = last.end + rest.trimEnd().length;
    return [comma, { start: end, end, text: ` ${entries.join(', ')}` }];
  }
  const line = text.slice(text.lastIndexOf('\n', last.start) + 1, last.start);
  const indent = /^\s*/.exec(line)?.[0] ?? '';
  const lines = entries.map((entry) => `\n${indent}${entry},`).join('');
  return [comma, { start: lineEnd, end: lineEnd, text: lines }];
}

const DIMENSIONS = ['version', 'configuration', 'model'] as const;

/** `{ sc: 'pass', tso: { fails: 'S1' } }`; `whole`: one verdict for all, where they have one. */
function treeText(runs: readonly StatedRun[], path: readonly string[], whole: boolean): string {
  const [first] = runs;
  const uniform = runs.every(({ then }) => isDeepStrictEqual(then, first?.then));
  const entries = uniform && whole ? [] : entriesOf(runs, path, whole, whole);
  if (entries.length === 0) return verdictSource(first?.then ?? 'pass');
  return `{ ${entries.join(', ')} }`;
}

/** A property for each name of the first kind that is not said yet; `telling`: that tells runs apart. */
function entriesOf(
  runs: readonly StatedRun[],
  path: readonly string[],
  telling: boolean,
  whole: boolean,
): string[] {
  const open = DIMENSIONS.map((kind) => [kind, new Set(runs.map(({ run }) => run[kind]))] as const)
    .filter(([, names]) => [...names].every((name) => name !== '' && !path.includes(name)))
    .toSorted(([, a], [, b]) => (telling ? Number(b.size > 1) - Number(a.size > 1) : 0));
  const [kind, names] = open[0] ?? [];
  if (kind === undefined || names === undefined) return [];
  return [...names].map((name) => {
    const under = runs.filter(({ run }) => run[kind] === name);
    return `${nameSource(name)}: ${treeText(under, [...path, name], whole)}`;
  });
}

function namesOf({ version, configuration, model }: RunName): string[] {
  return [version, configuration, model];
}
