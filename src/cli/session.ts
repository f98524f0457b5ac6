/** Runs what was planned, one run after the other, and keeps what came of it. */
import type { CheckOptions } from '../checker/options.ts';
import { KcheckError } from '../errors.ts';
import type { Machine } from '../machine/machine.ts';
import type { Run } from '../report/run.ts';
import type { Engine } from './engine.ts';
import { withInterrupt } from './interrupt.ts';
import { createProgressLine } from './progress.ts';
import type { ProgressLine } from './progress.ts';
import { planRuns } from './select.ts';
import type { PlannedRun, Selection } from './select.ts';
import type { Terminal } from './terminal.ts';

export interface Session {
  readonly runs: readonly Run[];
  /** Specs that could not be loaded or staged; the others were run nevertheless. */
  readonly errors: readonly KcheckError[];
  readonly interrupted: boolean;
}

export type Limits = Pick<CheckOptions, 'maxStates' | 'timeoutSeconds' | 'maxBytes'>;

export interface Task {
  readonly files: readonly string[];
  readonly selection: Selection;
  readonly limits: Limits;
  /** Run the other specs when one cannot be loaded or has nothing that was selected. */
  readonly keepGoing: boolean;
}

/** Plans every spec before it runs any, so that a misspelt name is told at once. */
export async function runSpecs(
  { files, selection, limits, keepGoing }: Task,
  engine: Engine,
  terminal: Terminal,
): Promise<Session> {
  const models = await engine.memoryModels();
  const errors: KcheckError[] = [];
  const plans: PlannedRun[][] = [];
  for (const file of files) {
    await collecting(errors, async () => {
      plans.push(planRuns(await engine.loadSpec(file), selection, models));
    });
  }
  const runs: Run[] = [];
  if (errors.length > 0 && !keepGoing) return { runs, errors, interrupted: false };
  const progress = createProgressLine(terminal, plans.flat().length);
  let interrupted = false;
  for (const plan of plans) {
    if (interrupted) break;
    await collecting(errors, async () => {
      interrupted = await runPlan(plan, limits, engine, progress, runs);
    });
  }
  progress.clear();
  return { runs, errors, interrupted };
}

/** Runs one spec's runs into `runs`; the answer is whether the user interrupted them. */
async function runPlan(
  plan: readonly PlannedRun[],
  limits: Limits,
  engine: Engine,
  progress: ProgressLine,
  runs: Run[],
): Promise<boolean> {
  let machine: Machine | null = null;
  for (const [index, planned] of plan.entries()) {
    if (machine === null || !sameMachine(planned, plan[index - 1])) {
      machine = planned.spec.machine(planned.params);
    }
    const staged = machine;
    progress.start(planned);
    const { value: result, interrupted } = await withInterrupt((signal) =>
      engine.check(staged, planned.model, {
        ...limits,
        fairness: planned.fairness,
        onProgress: progress.update,
        signal,
      }),
    );
    runs.push(runOf(planned, staged, result));
    if (interrupted) return true;
  }
  return false;
}

/** Runs that differ in their memory model alone share a machine. */
function sameMachine(run: PlannedRun, before: PlannedRun | undefined): boolean {
  return run.version === before?.version && run.configuration === before.configuration;
}

function runOf(planned: PlannedRun, machine: Machine, result: Run['result']): Run {
  return {
    spec: planned.spec.file,
    title: planned.spec.title,
    table: planned.spec.table,
    version: planned.version,
    configuration: planned.configuration,
    model: planned.model.name,
    params: planned.params,
    expected: planned.expected,
    acceptedUnreached: planned.acceptedUnreached,
    machine,
    result,
  };
}

/** Does `work`; a user's error is kept, anything else is ours and rises. */
async function collecting(errors: KcheckError[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof KcheckError)) throw error;
    errors.push(error);
  }
}
