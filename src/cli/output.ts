/** Which reporter writes where: `--reporter text --reporter json=result.json`. */
import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { KcheckError } from '../errors.ts';
import { jobSummaries, reporters } from '../report/index.ts';
import { createPaint } from '../report/paint.ts';
import type { ReportOptions, Reporter, Run } from '../report/run.ts';
import { causeOf, usageError, writeAdvice } from './errors.ts';
import { suggestion } from './suggest.ts';
import type { Terminal } from './terminal.ts';
import { replaceFile } from './write-file.ts';

export interface Output<Kind = Reporter> {
  readonly name: string;
  readonly reporter: Kind;
  /** Null: standard output. */
  readonly file: string | null;
}

/** A mail keeps lines of 75 columns. */
const WIDTH = 75;
const LEAST_WIDTH = 40;

/** Standard output belongs to one reporter: the text one, unless another is sent there. */
export function parseOutputs(words: readonly string[]): Output[] {
  return parseOutputsOf(words, reporters);
}

/** The same of other reporters; one of them is named `text`. */
export function parseOutputsOf<Kind>(
  words: readonly string[],
  known: ReadonlyMap<string, Kind>,
): Output<Kind>[] {
  const outputs = words.map((word) => parseOutput(word, known));
  const toStandardOutput = outputs.filter((output) => output.file === null).length;
  if (toStandardOutput > 1) {
    const advice = 'Send one of them to a file: --reporter json=result.json';
    throw usageError('KC0010', 'two reporters for standard output', advice);
  }
  requireOwnFiles(outputs);
  return toStandardOutput === 1 ? outputs : [parseOutput('text', known), ...outputs];
}

/** Of two reports in one file the second would be all that is left. */
function requireOwnFiles<Kind>(outputs: readonly Output<Kind>[]): void {
  const taken = new Set<string>();
  for (const { file, name } of outputs) {
    if (file === null) continue;
    const path = resolve(file);
    if (taken.has(path)) {
      const advice = `Name another: --reporter ${name}=kcheck-${name}`;
      throw usageError('KC0010', `two reporters for ${file}`, advice);
    }
    taken.add(path);
  }
}

/**
 * Standard output first, so that no file keeps the verdicts from their reader; the answer is what
 * could not be written.
 */
export function writeReports(
  outputs: readonly Output[],
  runs: readonly Run[],
  options: Omit<ReportOptions, 'width' | 'paint'>,
  terminal: Terminal,
): KcheckError[] {
  const plain = { ...options, width: WIDTH, paint: createPaint(false) };
  const failed: KcheckError[] = [];
  for (const { reporter, file } of outputs.toSorted(standardOutputFirst)) {
    if (file === null)
      writeOut(reporter, runs, { ...options, ...terminalStyle(terminal) }, terminal);
    else collectError(failed, () => writeReport(file, reporter(runs, plain)));
    const summary = jobSummaries.get(reporter);
    const page = terminal.jobSummaryFile ?? '';
    if (summary !== undefined && page !== '') {
      collectError(failed, () => appendReport(page, summary(runs, plain)));
    }
  }
  return failed;
}

/** A text of no runs would say nothing; the errors that kept them from running follow by themselves. */
function writeOut(
  reporter: Reporter,
  runs: readonly Run[],
  options: ReportOptions,
  terminal: Terminal,
): void {
  const isText = reporter === reporters.get('text');
  if (isText && runs.length === 0 && options.errors.length > 0) return;
  terminal.out(reporter(runs, options));
}

function standardOutputFirst(a: Output, b: Output): number {
  return Number(a.file !== null) - Number(b.file !== null);
}

function collectError(errors: KcheckError[], work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof KcheckError)) throw error;
    errors.push(error);
  }
}

function terminalStyle({ colour, columns }: Terminal): Pick<ReportOptions, 'width' | 'paint'> {
  return { width: reportWidth({ columns }), paint: createPaint(colour) };
}

/** As many columns as there are, and no more than a mail keeps. */
export function reportWidth({ columns }: Pick<Terminal, 'columns'>): number {
  return Math.max(LEAST_WIDTH, Math.min(WIDTH, columns ?? WIDTH));
}

function parseOutput<Kind>(word: string, known: ReadonlyMap<string, Kind>): Output<Kind> {
  const cut = word.indexOf('=');
  const name = cut < 0 ? word : word.slice(0, cut);
  const reporter = known.get(name);
  if (reporter === undefined) {
    const advice = suggestion(name, [...known.keys()]);
    throw usageError('KC0009', `no reporter is named ${name}`, advice);
  }
  return { name, reporter, file: cut < 0 ? null : word.slice(cut + 1) };
}

export function writeReport(file: string, text: string): void {
  reporting(file, () => replaceFile(file, text));
}

function appendReport(file: string, text: string): void {
  reporting(file, () => appendFileSync(file, text));
}

function reporting(file: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const advice = `${causeOf(error)}. ${writeAdvice(error, file)}`;
    throw usageError('KC0013', `cannot write the report to ${file}`, advice);
  }
}
