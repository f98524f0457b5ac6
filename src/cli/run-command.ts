/** What `explore` and `check` share: options → session → reports → exit code. */
import { totalmem } from 'node:os';
import type { KcheckError } from '../errors.ts';
import type { Engine } from './engine.ts';
import { explained } from './explain.ts';
import { errorText } from './error-text.ts';
import { ExitCode } from './exit-code.ts';
import { parseOutputs, writeReports } from './output.ts';
import type { Selection } from './select.ts';
import { runSpecs } from './session.ts';
import type { Limits, Session } from './session.ts';
import type { Terminal } from './terminal.ts';
import { judge } from '../report/judgement.ts';
import type { ReportOptions } from '../report/run.ts';

export interface RunOptions {
  readonly reporter?: readonly string[];
  readonly maxStates?: number;
  readonly timeout?: number;
  readonly maxMemory?: number;
}

export async function runAndReport(
  files: readonly string[],
  selection: Selection,
  options: RunOptions,
  style: Pick<ReportOptions, 'traces' | 'gate'>,
  engine: Engine,
  terminal: Terminal,
): Promise<number> {
  const outputs = parseOutputs(options.reporter ?? []);
  const plan = { files, selection, limits: limitsOf(options), keepGoing: style.gate };
  const session = await runSpecs(plan, engine, terminal);
  const reports = { ...style, errors: session.errors };
  const told = session.interrupted
    ? session.runs
    : await explained(session.runs, style.traces, plan.limits, engine);
  const unwritten = writeReports(outputs, told, reports, terminal);
  for (const error of [...session.errors, ...unwritten]) terminal.err(errorText(error));
  if (session.interrupted) terminal.err('kcheck: interrupted; the figures are partial\n');
  return exitCodeOf(session, unwritten, style.gate);
}

/** `gate`: a run without expectation is an error of its own. */
function exitCodeOf(session: Session, unwritten: readonly KcheckError[], gate: boolean): number {
  if (session.interrupted) return ExitCode.interrupted;
  if (session.errors.length + unwritten.length > 0) return ExitCode.usage;
  const statuses = new Set(session.runs.map((run) => judge(run, gate).status));
  if (statuses.has('wrong')) return ExitCode.differs;
  return statuses.has('open') ? ExitCode.inconclusive : ExitCode.asExpected;
}

export function limitsOf(options: RunOptions): Limits {
  return {
    maxStates: options.maxStates ?? null,
    timeoutSeconds: options.timeout ?? null,
    maxBytes: options.maxMemory === undefined ? defaultMaxBytes() : options.maxMemory * 2 ** 20,
  };
}

/** Half of what the machine, or the container, has. */
function defaultMaxBytes(): number {
  const constrained = process.constrainedMemory();
  const total = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
  return Math.floor(total / 2);
}
