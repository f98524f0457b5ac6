/** `--baseline`: an earlier `json` report to compare verdicts and state counts with. */
import { driftLines, driftOf, figuresOf } from '../report/drift.ts';
import type { Figures } from '../report/drift.ts';
import { JSON_SCHEMA_VERSION } from '../report/json.ts';
import type { Run } from '../report/run.ts';
import { causeOf, usageError } from './errors.ts';
import { readText } from './files.ts';
import { reportWidth } from './output.ts';
import type { Output } from './output.ts';
import type { Terminal } from './terminal.ts';

export interface Baseline {
  readonly file: string;
  readonly runs: readonly Figures[];
}

export function readBaseline(file: string): Baseline {
  const report = parsed(file, readText(file));
  const { schemaVersion, runs } = isRecord(report) ? report : {};
  if (schemaVersion !== JSON_SCHEMA_VERSION || !Array.isArray(runs) || !runs.every(isFigures)) {
    const words = `${file} is no report of this kcheck's json reporter`;
    throw usageError('KC0017', words, 'Write one with --reporter json=baseline.json.');
  }
  return { file, runs };
}

/** Prints the drift, beside a report that a script reads; true: a verdict is another. */
export function tellDrift(
  runs: readonly Run[],
  { file, runs: earlier }: Baseline,
  outputs: readonly Output[],
  terminal: Terminal,
): boolean {
  const drift = driftOf(runs.map(figuresOf), earlier);
  if (drift.compared === 0 && runs.length > 0) {
    const advice = 'Runs go by the names of spec file, version, configuration and model.';
    throw usageError('KC0018', `${file} has none of these runs`, advice);
  }
  const text = `${driftLines(drift, file, reportWidth(terminal)).join('\n')}\n`;
  const readable = outputs.some((output) => output.file === null && READABLE.includes(output.name));
  if (readable) terminal.out(`\n${text}`);
  else terminal.err(text);
  return drift.rows.some((row) => row.inVerdict);
}

/** Reporters after whose text a table may follow. */
const READABLE = ['text', 'github'];

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usageError('KC0017', `${file} is no JSON`, causeOf(error));
  }
}

const NAMES = ['spec', 'version', 'configuration', 'model', 'machine'];
const VERDICTS: readonly unknown[] = ['pass', 'fail', 'inconclusive'];

function isFigures(run: unknown): run is Figures {
  if (!isRecord(run)) return false;
  const { verdict, failures, states, limits } = run;
  return (
    NAMES.every((name) => typeof run[name] === 'string') &&
    VERDICTS.includes(verdict) &&
    typeof states === 'number' &&
    Array.isArray(limits) &&
    Array.isArray(failures) &&
    failures.every((each) => isRecord(each) && typeof each['property'] === 'string')
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
