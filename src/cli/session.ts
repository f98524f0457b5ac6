/** Plans the runs that the user asked for, and has them explored. */
import type { Reduction } from '../checker/reductions.ts';
import type { KcheckError } from '../errors.ts';
import type { LoadedSpec } from '../language/loaded-spec.ts';
import type { Run } from '../report/run.ts';
import type { Checker } from './checker.ts';
import type { Engine } from './engine.ts';
import { Execution } from './execution.ts';
import type { Limits } from './execution.ts';
import { withInterrupt } from './interrupt.ts';
import { KeptFiles } from './kept-files.ts';
import { planSession } from './plan.ts';
import type { Plan, PlanRequest } from './plan.ts';
import { createProgressLine } from './progress.ts';
import type { ProgressLine } from './progress.ts';
import { SpecRecords } from './spec-records.ts';
import { requireOneRun } from './search-mode.ts';
import type { SearchMode } from './search-mode.ts';
import type { Terminal } from './terminal.ts';
import { VerdictCache } from './verdict-cache.ts';

export type { Limits };

export interface Session {
  readonly runs: readonly Run[];
  /** Specs that could not be loaded or staged; the others were run nevertheless. */
  readonly errors: readonly KcheckError[];
  readonly interrupted: boolean;
  /** How many runs of the specs the selection leaves out, and how many `isLast` has cut off. */
  readonly leftOut: number;
  readonly cutOff: number;
  readonly specs: ReadonlyMap<string, LoadedSpec>;
  /** Has the machine of a run staged when it is read; a run that was explored has it already. */
  readonly stageable: (run: Run) => Promise<void>;
}

export interface Task extends PlanRequest {
  /** Of each run, when so many are explored at a time. */
  readonly limits: (atATime: number) => Limits;
  readonly mode: SearchMode;
  /** How many runs are explored at a time. */
  readonly workers: number;
  /** What each search leaves out; the explanations of traces leave nothing out. */
  readonly reductions: readonly Reduction[];
  /** Where verdicts are kept; null: nowhere. */
  readonly cache: string | null;
  /** Whether a run, or a spec that cannot be loaded, is the last one to be heard of; null: none is. */
  readonly isLast: ((run: Run) => boolean) | null;
  /** Is told of the files of every spec, also where nothing had to be loaded. */
  readonly onFile?: ((path: string) => void) | null;
}

/** Plans every spec before it runs any, so that a misspelt name is told at once. */
export async function runSpecs(task: Task, engine: Engine, terminal: Terminal): Promise<Session> {
  const warnings = new Warnings(terminal);
  const caches = await openCaches(task.cache, engine, (words) => warnings.tell(words));
  const { records } = caches;
  const plan = await planSession(task, engine, records && opening(records, task));
  requireOneRun(task.mode, plan.runs.length);
  const stops = plan.errors.length > 0 && (!task.gate || task.isLast !== null);
  const done = stops
    ? nothingOf(plan, task)
    : await execute(plan, task, caches, engine, terminal, warnings);
  const specs = new Map(plan.runs.map(({ spec }) => [spec.file, spec]));
  const stageable = async (run: Run): Promise<void> => {
    const spec = specs.get(run.spec);
    if (spec !== undefined) await records?.load(spec);
  };
  const errors = [...plan.errors, ...done.errors];
  return { ...done, errors, leftOut: plan.leftOut, specs, stageable };
}

function opening(records: SpecRecords, { onFile }: Task): (file: string) => Promise<LoadedSpec> {
  return async (file) => {
    const spec = await records.open(file);
    for (const { path } of spec.files) onFile?.(path);
    return spec;
  };
}

type Done = Omit<Session, 'leftOut' | 'specs' | 'stageable'>;

function nothingOf({ runs }: Plan, { isLast }: Task): Done {
  const cutOff = isLast === null ? 0 : runs.length;
  return { runs: [], errors: [], interrupted: false, cutOff };
}

async function execute(
  { runs: plan }: Plan,
  { limits, mode, workers, reductions, isLast }: Task,
  { cache, records }: Caches,
  engine: Engine,
  terminal: Terminal,
  warnings: Warnings,
): Promise<Done> {
  const progress = createProgressLine(terminal, plan.length);
  warnings.above(progress);
  const checker = await checkerFor(Math.min(workers, plan.length), engine);
  try {
    // Threads that are left over help each search.
    const threads = Math.max(1, Math.floor(workers / checker.width));
    const shares = { ...limits(checker.width), workers: threads };
    const searching = { limits: shares, mode, reductions, checker };
    const work = { plan, cache, records, ...searching, isLast, progress };
    const { value, interrupted } = await withInterrupt((signal, unheard) =>
      new Execution(work, signal, unheard).run(),
    );
    return { ...value, interrupted };
  } finally {
    progress.clear();
    await checker.close();
    await records?.keep();
  }
}

/** Told above the line that shows the progress, once there is one. */
class Warnings {
  readonly #terminal: Terminal;
  #progress: ProgressLine | null = null;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  above(progress: ProgressLine): void {
    this.#progress = progress;
  }

  tell(words: string): void {
    this.#progress?.clear();
    this.#terminal.err(`kcheck: warning: ${words}\n`);
  }
}

async function checkerFor(width: number, engine: Engine): Promise<Checker> {
  const threads = width > 1 ? await engine.threads(width) : null;
  return threads ?? inThisThread(engine);
}

function inThisThread(engine: Engine): Checker {
  return {
    width: 1,
    check: (machine, model, options) => engine.check(machine, model, options),
    close: async () => {},
  };
}

interface Caches {
  readonly cache: VerdictCache | null;
  readonly records: SpecRecords | null;
}

const NO_CACHES: Caches = { cache: null, records: null };

async function openCaches(
  directory: string | null,
  engine: Engine,
  warn: (words: string) => void,
): Promise<Caches> {
  const fingerprint = directory === null ? null : await engine.fingerprint();
  if (directory === null || fingerprint === null) return NO_CACHES;
  const files = new KeptFiles(directory, warn);
  const staging = await engine.stagingFingerprint();
  const records = staging === null ? null : new SpecRecords(files, staging, engine);
  return { cache: new VerdictCache(files, fingerprint), records };
}
