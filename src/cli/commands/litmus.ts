/** `kcheck litmus`: the outcomes of litmus tests, as herd7 prints them. */
import { litmusDifference, litmusSummary } from '../../report/litmus-summary.ts';
import { litmusReporters } from '../../report/litmus.ts';
import type { LitmusReporter, LitmusRun } from '../../report/litmus.ts';
import type { Engine } from '../engine.ts';
import { ExitCode } from '../exit-code.ts';
import { chooseModels } from '../litmus-models.ts';
import { runLitmusTests } from '../litmus-session.ts';
import type { LitmusSession } from '../litmus-session.ts';
import { readLitmusTests } from '../litmus-tests.ts';
import { parseOutputsOf, writeReport } from '../output.ts';
import type { Output } from '../output.ts';
import { limitsOf } from '../run-command.ts';
import type { RunOptions } from '../run-command.ts';
import type { Terminal } from '../terminal.ts';

export interface LitmusOptions extends RunOptions {
  readonly model?: readonly string[];
}

export async function litmus(
  paths: readonly string[],
  options: LitmusOptions,
  engine: Engine,
  terminal: Terminal,
): Promise<number> {
  const outputs = parseOutputsOf(options.reporter ?? [], litmusReporters);
  const tests = readLitmusTests(paths);
  const models = chooseModels(options.model ?? [], tests, await engine.memoryModels());
  const report = new Report(outputs, models.several, terminal);
  const onRun = (run: LitmusRun): void => report.add(run);
  const task = { tests, models, limits: limitsOf(options), onRun };
  const session = await runLitmusTests(task, terminal);
  report.end(session.runs);
  if (session.interrupted) terminal.err('kcheck: interrupted; the results are partial\n');
  return exitCodeOf(session);
}

/** Standard output is written to as tests end, a file when all have. */
class Report {
  readonly #severalModels: boolean;
  readonly #terminal: Terminal;
  readonly #sinks: readonly Sink[];

  constructor(
    outputs: readonly Output<LitmusReporter>[],
    severalModels: boolean,
    terminal: Terminal,
  ) {
    this.#severalModels = severalModels;
    this.#terminal = terminal;
    this.#sinks = outputs.map(({ reporter, file }) => ({ reporter, file, text: '' }));
  }

  add(run: LitmusRun): void {
    const options = { severalModels: this.#severalModels };
    for (const sink of this.#sinks) this.#write(sink, sink.reporter.each(run, options));
  }

  /** A reader of `json` on standard output is told the summary beside it. */
  end(runs: readonly LitmusRun[]): void {
    for (const sink of this.#sinks) {
      this.#write(sink, sink.reporter.end(runs));
      if (sink.file !== null) writeReport(sink.file, sink.text);
    }
    const told = this.#sinks.some(({ reporter, file }) => reporter.summarises && file === null);
    if (!told) this.#terminal.err(litmusSummary(runs));
  }

  #write(sink: Sink, text: string): void {
    if (sink.file === null) this.#terminal.out(text);
    else sink.text += text;
  }
}

interface Sink {
  readonly reporter: LitmusReporter;
  readonly file: string | null;
  text: string;
}

function exitCodeOf(session: LitmusSession): number {
  if (session.interrupted) return ExitCode.interrupted;
  if (session.defects > 0) return ExitCode.internal;
  if (session.refused > 0) return ExitCode.usage;
  if (session.runs.some((run) => litmusDifference(run) !== '')) return ExitCode.differs;
  const open = session.runs.some((run) => run.error !== null);
  return open ? ExitCode.inconclusive : ExitCode.asExpected;
}
