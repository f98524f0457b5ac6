/** Runs litmus tests one after the other; what is wrong with one does not stop the others. */
import { KcheckError } from '../errors.ts';
import { parseLitmus, toMachine } from '../litmus/index.ts';
import type { LitmusProgram } from '../litmus/index.ts';
import type { MemoryModel } from '../memory-models/memory-model.ts';
import type { LitmusRun } from '../report/litmus.ts';
import { errorText, internalErrorText } from './error-text.ts';
import { withInterrupt } from './interrupt.ts';
import type { ModelChoice } from './litmus-models.ts';
import { runLitmus } from './litmus-run.ts';
import { nameOfFile } from './litmus-tests.ts';
import type { LitmusInput } from './litmus-tests.ts';
import { createProgressLine } from './progress.ts';
import type { ProgressLine } from './progress.ts';
import type { Limits } from './session.ts';
import type { Terminal } from './terminal.ts';

export interface LitmusTask {
  readonly tests: readonly LitmusInput[];
  readonly models: ModelChoice;
  readonly limits: Limits;
  /** Called with each run as it ends. */
  readonly onRun: (run: LitmusRun) => void;
}

export interface LitmusSession {
  readonly runs: readonly LitmusRun[];
  /** Tests that kcheck refused. */
  readonly refused: number;
  /** Tests on which kcheck itself failed. */
  readonly defects: number;
  readonly interrupted: boolean;
}

export async function runLitmusTests(task: LitmusTask, terminal: Terminal): Promise<LitmusSession> {
  const session = new Session(task, terminal);
  const { interrupted } = await withInterrupt((signal) => session.run(signal));
  return { runs: session.runs, refused: session.refused, defects: session.defects, interrupted };
}

class Session {
  readonly runs: LitmusRun[] = [];
  refused = 0;
  defects = 0;
  readonly #task: LitmusTask;
  readonly #terminal: Terminal;
  readonly #progress: ProgressLine;

  constructor(task: LitmusTask, terminal: Terminal) {
    this.#task = task;
    this.#terminal = terminal;
    const runs = task.tests.flatMap(({ text }) => task.models.of(text));
    this.#progress = createProgressLine(terminal, runs.length);
  }

  async run(signal: AbortSignal): Promise<void> {
    for (const test of this.#task.tests) {
      if (signal.aborted) break;
      await this.#runTest(test, signal);
    }
    this.#progress.clear();
  }

  async #runTest(test: LitmusInput, signal: AbortSignal): Promise<void> {
    const models = this.#task.models.of(test.text);
    let program: LitmusProgram;
    try {
      program = toMachine(parseLitmus(test.text, test.label));
    } catch (error) {
      this.#failed(test, nameOfFile(test), namesOf(models), error);
      return;
    }
    const name = test.name ?? program.test.name;
    for (const model of models) {
      if (signal.aborted) break;
      try {
        await this.#runUnder(test, name, program, model, signal);
      } catch (error) {
        this.#failed(test, name, [model.name], error);
      }
    }
  }

  async #runUnder(
    test: LitmusInput,
    name: string,
    program: LitmusProgram,
    model: MemoryModel,
    signal: AbortSignal,
  ): Promise<void> {
    const onProgress = this.#progress.start({ version: name, configuration: '', model });
    const options = { ...this.#task.limits, onProgress, signal };
    const result = await runLitmus(program, model, options);
    const { file, expected } = test;
    this.#finish({ file, name, model: model.name, expected, ...result });
    if (result.error !== null) this.#say(`kcheck: ${name} under ${model.name}: ${result.error}\n`);
  }

  #failed(test: LitmusInput, name: string, models: readonly string[], error: unknown): void {
    const known = error instanceof KcheckError;
    if (known) this.refused++;
    else this.defects++;
    this.#say(known ? errorText(error) : internalErrorText(error));
    const { file, expected } = test;
    const words = known ? wordsOf(error) : `internal error: ${String(error)}`;
    const nothing = { outcome: null, explored: 0, seconds: 0, error: words };
    for (const model of models) this.#finish({ file, name, model, expected, ...nothing });
  }

  #finish(run: LitmusRun): void {
    this.runs.push(run);
    this.#progress.clear();
    this.#task.onRun(run);
  }

  #say(text: string): void {
    this.#progress.clear();
    this.#terminal.err(text);
  }
}

/** A text for which no model is meant is reported once all the same. */
function namesOf(models: readonly MemoryModel[]): readonly string[] {
  return models.length === 0 ? [''] : models.map(({ name }) => name);
}

/** The first line of what a user sees. */
function wordsOf({ place, code, message }: KcheckError): string {
  const head = place === null ? '' : `${place.file}:${place.line}:${place.column}: `;
  return `${head}${code}: ${message}`;
}
