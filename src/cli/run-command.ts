/** What `explore` and `check` share: options → session → reports → exit code. */
import { availableParallelism, totalmem } from 'node:os';
import type { Baseline } from './baseline.ts';
import { tellDrift } from './baseline.ts';
import type { Engine } from './engine.ts';
import { explained } from './explain.ts';
import { errorText } from './error-text.ts';
import { ExitCode } from './exit-code.ts';
import { parseOutputs, reportWidth, writeReports } from './output.ts';
import type { Output } from './output.ts';
import { searchModeOf } from './search-mode.ts';
import type { ModeOptions } from './search-mode.ts';
import type { Selection } from './select.ts';
import { runSpecs } from './session.ts';
import type { Limits, Session } from './session.ts';
import { staleNames } from './stale.ts';
import type { Shard } from './shard.ts';
import type { Since } from './since.ts';
import { templateText } from './templates.ts';
import type { Terminal } from './terminal.ts';
import { updateSpecs } from './update.ts';
import { MODEL_BOUND } from '../checker/result.ts';
import { judge } from '../report/judgement.ts';
import type { ReportOptions, Run } from '../report/run.ts';
import { shownRuns } from '../report/selection.ts';
import { count } from '../report/words.ts';
import type { Reduction } from '../checker/reductions.ts';

export interface RunOptions {
  readonly reporter?: readonly string[];
  readonly maxStates?: number;
  readonly timeout?: number;
  readonly maxMemory?: number;
  readonly spillDir?: string;
}

/** What the gate has besides. */
export interface GateRunOptions {
  readonly shard: Shard | null;
  readonly since: Since | null;
  readonly bail: boolean;
  /** Null: no verdict is kept or looked up. */
  readonly cache: string | null;
  readonly baseline: Baseline | null;
  /** Whether the specs are to expect what is found. */
  readonly update: boolean;
  /** Is told of the files of every spec, loaded or known from an earlier session. */
  readonly onFile: ((path: string) => void) | null;
}

export interface ParallelOptions extends RunOptions, ModeOptions {
  readonly workers?: number;
  readonly reduce?: readonly Reduction[];
}

export async function runAndReport(
  files: readonly string[],
  selection: Selection,
  options: ParallelOptions,
  style: Pick<ReportOptions, 'traces' | 'gate'>,
  engine: Engine,
  terminal: Terminal,
  gate: GateRunOptions = NO_GATE,
): Promise<number> {
  const outputs = parseOutputs(options.reporter ?? []);
  const workers = options.workers ?? availableParallelism();
  const { shard, since, cache, baseline, onFile } = gate;
  const isLast = gate.bail ? (run: Run): boolean => isWrong(run, style.gate) : null;
  const limits = (atATime: number): Limits => limitsOf(options, atATime);
  const reductions = options.reduce ?? [];
  const mode = searchModeOf(options);
  const how = { limits, mode, workers, reductions, cache, isLast, onFile };
  const task = { files, selection, gate: style.gate, shard, since, ...how };
  const found = await runSpecs(task, engine, terminal);
  const session = gate.update ? await updated(found, engine, terminal) : found;
  await stageWhatIsTold(session, outputs, style);
  const told = session.interrupted
    ? session.runs
    : await explained(session.runs, style.traces, limits(1), engine);
  const sources = sourcesOf(session);
  const reports = { ...style, errors: session.errors, sources, template: templateText };
  const unwritten = writeReports(outputs, told, reports, terminal);
  const drifted = baseline !== null && tellDrift(session.runs, baseline, outputs, terminal);
  const unchanged = since !== null && session.runs.length + session.errors.length === 0;
  if (unchanged) terminal.err(`kcheck: no spec has changed since ${since.ref}\n`);
  if (options.checkpoint !== undefined && session.runs.some(isStopped)) {
    terminal.err(`kcheck: --resume ${options.checkpoint} goes on with the search\n`);
  }
  for (const line of remarks(session)) terminal.err(`kcheck: ${line}\n`);
  for (const error of [...session.errors, ...unwritten]) terminal.err(errorText(error));
  if (session.interrupted) terminal.err('kcheck: interrupted; the figures are partial\n');
  if (unwritten.length > 0 && !session.interrupted) return ExitCode.usage;
  return exitCodeOf(session, style.gate, drifted);
}

/** The files of specs, by the names that places have. */
function sourcesOf({ specs }: Session): ReadonlyMap<string, string> {
  const files = [...specs.values()].flatMap((spec) => spec.files);
  return new Map(files.map(({ name, text }) => [name, text]));
}

/** The session as it is once the specs expect what was found. */
async function updated(session: Session, engine: Engine, terminal: Terminal): Promise<Session> {
  if (session.interrupted) return session;
  const width = reportWidth(terminal);
  const { runs, lines, errors } = await updateSpecs(session.runs, session.specs, engine, width);
  // Entries of `expect` are there to be copied.
  for (const line of lines) terminal.err(`${line.startsWith(' ') ? '' : 'kcheck: '}${line}\n`);
  return { ...session, runs, errors: [...session.errors, ...errors] };
}

/** Of a run in order most reports tell no more than its outline; these tell everything. */
const TELLING_ALL = ['json', 'sarif', 'html'];

async function stageWhatIsTold(
  { runs, stageable }: Session,
  outputs: readonly Output[],
  { traces, gate }: Pick<ReportOptions, 'traces' | 'gate'>,
): Promise<void> {
  const all = outputs.some(({ name }) => TELLING_ALL.includes(name));
  const shown = new Set(shownRuns(runs, traces));
  for (const run of runs) {
    if (all || shown.has(run) || judge(run, gate).status !== 'ok') await stageable(run);
  }
}

const NO_GATE: GateRunOptions = {
  shard: null,
  since: null,
  bail: false,
  cache: null,
  baseline: null,
  update: false,
  onFile: null,
};

/** What a reader of the verdicts should know was not looked at. */
function remarks({ runs, leftOut, cutOff, interrupted }: Session): string[] {
  const whole = leftOut === 0 && cutOff === 0 && !interrupted;
  return [
    ...(whole ? staleNames(runs) : []),
    leftOut === 0 ? '' : `${count(leftOut, 'run')} left out by what was selected`,
    cutOff === 0 ? '' : `stopped by --bail; ${count(cutOff, 'run')} not looked at`,
  ].filter((line) => line !== '');
}

/** `gate`: a run without expectation is an error of its own. */
export function exitCodeOf(session: Session, gate: boolean, drifted: boolean): number {
  if (session.interrupted) return ExitCode.interrupted;
  if (session.errors.length > 0) return ExitCode.usage;
  if (drifted || session.runs.some((run) => isWrong(run, gate))) return ExitCode.differs;
  const open = session.runs.some((run) => judge(run, gate).status === 'open');
  return open ? ExitCode.inconclusive : ExitCode.asExpected;
}

/** A search that a limit has stopped, not a bound of the memory model. */
function isStopped({ result }: Run): boolean {
  return result.limits.some((limit) => limit !== MODEL_BOUND);
}

function isWrong(run: Run, gate: boolean): boolean {
  return judge(run, gate).status === 'wrong';
}

/** The memory that a run may hold by default is its share among those that run at the same time. */
export function limitsOf(options: RunOptions, atATime = 1): Limits {
  return {
    maxStates: options.maxStates ?? null,
    timeoutSeconds: options.timeout ?? null,
    maxBytes:
      options.maxMemory === undefined
        ? Math.floor(defaultMaxBytes() / atATime)
        : options.maxMemory * 2 ** 20,
    spillDirectory: options.spillDir ?? null,
  };
}

/** Half of what the machine, or the container, has. */
function defaultMaxBytes(): number {
  const constrained = process.constrainedMemory();
  const total = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
  return Math.floor(total / 2);
}
