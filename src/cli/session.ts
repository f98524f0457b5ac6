/** Plans the runs that the user asked for, and has them explored. */
import type { KcheckError } from '../errors.ts';
import type { Run } from '../report/run.ts';
import type { Checker } from './checker.ts';
import type { Engine } from './engine.ts';
import { Execution } from './execution.ts';
import type { Limits } from './execution.ts';
import { withInterrupt } from './interrupt.ts';
import { planSession } from './plan.ts';
import type { Plan, PlanRequest } from './plan.ts';
import { createProgressLine } from './progress.ts';
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
}

export interface Task extends PlanRequest {
  /** Of each run, when so many are explored at a time. */
  readonly limits: (atATime: number) => Limits;
  /** How many runs are explored at a time. */
  readonly workers: number;
  /** Where verdicts are kept; null: nowhere. */
  readonly cache: string | null;
  /** Whether a run, or a spec that cannot be loaded, is the last one to be heard of; null: none is. */
  readonly isLast: ((run: Run) => boolean) | null;
}

/** Plans every spec before it runs any, so that a misspelt name is told at once. */
export async function runSpecs(task: Task, engine: Engine, terminal: Terminal): Promise<Session> {
  const plan = await planSession(task, engine);
  const stops = plan.errors.length > 0 && (!task.gate || task.isLast !== null);
  const done = stops ? nothingOf(plan, task) : await execute(plan, task, engine, terminal);
  return { ...done, errors: [...plan.errors, ...done.errors], leftOut: plan.leftOut };
}

type Done = Omit<Session, 'leftOut'>;

function nothingOf({ runs }: Plan, { isLast }: Task): Done {
  const cutOff = isLast === null ? 0 : runs.length;
  return { runs: [], errors: [], interrupted: false, cutOff };
}

async function execute(
  { runs: plan }: Plan,
  { limits, workers, cache, isLast }: Task,
  engine: Engine,
  terminal: Terminal,
): Promise<Done> {
  const progress = createProgressLine(terminal, plan.length);
  const kept = await openCache(cache, engine, (words) => {
    progress.clear();
    terminal.err(`kcheck: warning: ${words}\n`);
  });
  const checker = await checkerFor(Math.min(workers, plan.length), engine);
  try {
    const work = { plan, limits: limits(checker.width), checker, cache: kept, isLast, progress };
    const { value, interrupted } = await withInterrupt((signal, unheard) =>
      new Execution(work, signal, unheard).run(),
    );
    return { ...value, interrupted };
  } finally {
    progress.clear();
    await checker.close();
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

async function openCache(
  directory: string | null,
  engine: Engine,
  warn: (words: string) => void,
): Promise<VerdictCache | null> {
  const fingerprint = directory === null ? null : await engine.fingerprint();
  return directory === null || fingerprint === null
    ? null
    : new VerdictCache(directory, fingerprint, warn);
}
