/** Verdicts and state counts against those of an earlier report. */
import type { Verdict } from '../checker/result.ts';
import { groupBy } from './group.ts';
import { failingWords } from './outcome.ts';
import type { Run } from './run.ts';
import { count, thousands, wrap } from './words.ts';

/** What is compared of a run; the `json` report has it of earlier ones. */
export interface Figures {
  readonly spec: string;
  readonly version: string;
  readonly configuration: string;
  readonly model: string;
  /** Its content hash. */
  readonly machine: string;
  readonly verdict: Verdict;
  readonly failures: readonly { readonly property: string; readonly context?: string | null }[];
  readonly states: number;
  /** Empty: every state was seen. */
  readonly limits: readonly string[];
}

export interface Drift {
  /** Runs that are in both. */
  readonly compared: number;
  readonly missing: number;
  readonly rows: readonly DriftRow[];
}

interface DriftRow {
  readonly before: Figures;
  readonly now: Figures;
  /** One of the two must be wrong if the machine is the same. */
  readonly inVerdict: boolean;
}

export function figuresOf(run: Run): Figures {
  const { spec, version, configuration, model, result } = run;
  const { machineHash: machine, verdict, failures, states, limits } = result;
  return { spec, version, configuration, model, machine, verdict, failures, states, limits };
}

export function driftOf(now: readonly Figures[], earlier: readonly Figures[]): Drift {
  const before = new Map(earlier.map((each) => [nameOf(each), each]));
  const pairs = now.flatMap((each) => {
    const known = before.get(nameOf(each));
    return known === undefined ? [] : [{ before: known, now: each }];
  });
  const rows = pairs
    .map((pair) => ({ ...pair, inVerdict: contradict(pair.before, pair.now) }))
    .filter((row) => row.inVerdict || differ(row.before, row.now));
  return { compared: pairs.length, missing: now.length - pairs.length, rows };
}

/** The table, and what it comes to. */
export function driftLines(
  { compared, missing, rows }: Drift,
  file: string,
  width: number,
): string[] {
  const inVerdict = rows.filter((row) => row.inVerdict).length;
  const found =
    rows.length === 0
      ? `no drift from ${file} in ${count(compared, 'run')}`
      : `${rows.length} of ${count(compared, 'run')} drift from ${file}, ${inVerdict} in the verdict`;
  const absent = missing === 0 ? '' : `; ${count(missing, 'run')} not in it`;
  return [...table(rows, width), ...wrap(`${found}${absent}`, width)];
}

function nameOf({ spec, version, configuration, model }: Figures): string {
  return [spec, version, configuration, model].join('\n');
}

/** A failure that was found stands, whatever the search left out; no failure stands if it left nothing out. */
function contradict(a: Figures, b: Figures): boolean {
  if (a.verdict === 'inconclusive' || b.verdict === 'inconclusive') return false;
  if (a.verdict !== b.verdict) return true;
  return isComplete(a) && isComplete(b) && verdictWords(a) !== verdictWords(b);
}

function differ(a: Figures, b: Figures): boolean {
  const comparable = isComplete(a) && isComplete(b);
  return verdictWords(a) !== verdictWords(b) || (comparable && a.states !== b.states);
}

function isComplete({ limits }: Figures): boolean {
  return limits.length === 0;
}

/** The order of failures is that of their traces, and says nothing of the verdict. */
function verdictWords({ verdict, failures }: Figures): string {
  return verdict === 'fail' ? `fails ${failingWords(failures).toSorted().join(', ')}` : verdict;
}

const GAP = 2;
const LEAST_VERDICT = 16;

function table(rows: readonly DriftRow[], width: number): string[] {
  if (rows.length === 0) return [];
  const cells = rows.map((row) => ({ ...row, words: wordsOf(row) }));
  const column = (key: 'run' | 'states' | 'machine'): number =>
    Math.max(key.length, ...cells.map(({ words }) => words[key].length)) + GAP;
  const widths = { run: column('run'), states: column('states'), machine: 'changed'.length };
  const left = width - GAP - widths.run - widths.states - widths.machine;
  const longest = Math.max('verdict'.length, ...cells.map(({ words }) => words.verdict.length));
  const verdict = Math.min(longest + GAP, Math.max(left, LEAST_VERDICT));
  const line = (words: Words): string[] => rowLines(words, { ...widths, verdict });
  return [...groupBy(cells, ({ now }) => now.spec)].flatMap(([spec, ofSpec]) => [
    spec,
    '',
    ...line({ run: '', verdict: 'verdict', states: 'states', machine: 'machine' }),
    ...ofSpec.flatMap(({ words }) => line(words)),
    '',
  ]);
}

interface Words {
  readonly run: string;
  readonly verdict: string;
  readonly states: string;
  readonly machine: string;
}

function wordsOf({ before, now }: DriftRow): Words {
  const names = [now.version, now.configuration, now.model].filter((name) => name !== '');
  return {
    run: names.join('  '),
    verdict: change(verdictWords(before), verdictWords(now)),
    states: change(thousands(before.states), thousands(now.states)),
    machine: before.machine === now.machine ? 'same' : 'changed',
  };
}

function change(before: string, now: string): string {
  return before === now ? now : `${before} -> ${now}`;
}

/** A verdict that is too long for its column goes on below. */
function rowLines(words: Words, widths: Readonly<Record<keyof Words, number>>): string[] {
  const [first = '', ...more] = wrap(words.verdict, widths.verdict - GAP, 0);
  const indent = ' '.repeat(GAP);
  const run = words.run.padEnd(widths.run);
  const rest = words.states.padEnd(widths.states) + words.machine;
  return [
    `${indent}${run}${first.padEnd(widths.verdict)}${rest}`.trimEnd(),
    ...more.map((line) => indent + ' '.repeat(widths.run) + line),
  ];
}
