/**
 * Runs what was planned, several runs at a time, and keeps what came of it in the order of the plan:
 * whatever ends first, the answer is the one that runs one after the other would give.
 *
 * Runs are taken in order. So when run k could not be staged, or is the first with which the user wants
 * to stop, all before it have been taken; they are waited for, and what came of later ones is dropped.
 */
import type { KcheckError } from '../errors.ts';
import type { CheckOptions } from '../checker/options.ts';
import type { Reduction } from '../checker/reductions.ts';
import { machineHash } from '../machine/hash.ts';
import type { Machine } from '../machine/machine.ts';
import type { Run } from '../report/run.ts';
import type { Checker } from './checker.ts';
import { collecting } from './collecting.ts';
import type { Unheard } from './interrupt.ts';
import type { ProgressLine } from './progress.ts';
import type { PlannedRun } from './select.ts';
import type { SearchMode } from './search-mode.ts';
import type { SpecRecords } from './spec-records.ts';
import type { VerdictCache, VerdictKey } from './verdict-cache.ts';

export type Limits = Pick<
  CheckOptions,
  'maxStates' | 'timeoutSeconds' | 'maxBytes' | 'spillDirectory' | 'workers'
>;

export interface Work {
  readonly plan: readonly PlannedRun[];
  readonly limits: Limits;
  readonly mode: SearchMode;
  readonly reductions: readonly Reduction[];
  readonly checker: Checker;
  /** Null: every run is explored. */
  readonly cache: VerdictCache | null;
  /** Null: every machine is staged. */
  readonly records: SpecRecords | null;
  /** Whether a run is the last one that the user wants to hear of; null: none is. */
  readonly isLast: ((run: Run) => boolean) | null;
  readonly progress: ProgressLine;
}

export interface Executed {
  readonly runs: readonly Run[];
  readonly errors: readonly KcheckError[];
  /** How many runs come behind the last one that the user wanted to hear of. */
  readonly cutOff: number;
}

export class Execution {
  readonly #work: Work;
  readonly #signal: AbortSignal;
  readonly #unheard: Unheard;
  readonly #runs: Run[] = [];
  /** By the run that met it; the later runs of its spec do not count. */
  readonly #errors = new Map<number, KcheckError>();
  readonly #searching = new Map<number, AbortController>();
  #staged: { readonly run: PlannedRun; readonly machine: Machine } | null = null;
  readonly #hashes = new WeakMap<Machine, string>();
  #next = 0;
  /** Runs behind this one are not wanted. */
  #last = Infinity;

  constructor(work: Work, signal: AbortSignal, unheard: Unheard) {
    this.#work = work;
    this.#signal = signal;
    this.#unheard = unheard;
  }

  async run(): Promise<Executed> {
    const abort = (): void => this.#abortBehind(-1);
    this.#signal.addEventListener('abort', abort);
    try {
      // One more than can be checked at a time, so that a machine is staged when it is wanted.
      const { width } = this.#work.checker;
      const lanes = Array.from({ length: width === 1 ? 1 : width + 1 }, () => this.#lane());
      await Promise.all(lanes);
    } finally {
      this.#signal.removeEventListener('abort', abort);
    }
    return this.#outcome();
  }

  async #lane(): Promise<void> {
    const { plan } = this.#work;
    while (this.#next < plan.length && this.#last === Infinity && !this.#signal.aborted) {
      const index = this.#next++;
      const planned = plan[index];
      if (planned === undefined || this.#errorBefore(index, planned)) continue;
      await this.#runOne(index, planned);
    }
  }

  async #runOne(index: number, planned: PlannedRun): Promise<void> {
    const errors: KcheckError[] = [];
    try {
      await collecting(errors, async () => {
        const run = await this.#explore(index, planned);
        this.#runs[index] = run;
        if (this.#work.isLast?.(run) === true) this.#stopAt(index);
      });
    } catch (error) {
      // A defect of ours: the other lanes need not go on.
      this.#stopAt(-1);
      throw error;
    }
    for (const error of errors) {
      this.#errors.set(index, error);
      if (this.#work.isLast !== null) this.#stopAt(index);
    }
  }

  async #explore(index: number, planned: PlannedRun): Promise<Run> {
    const { cache, limits, mode, plan, reductions, progress, checker, records } = this.#work;
    const onProgress = progress.start(planned);
    const recorded = await this.#recorded(planned);
    if (recorded !== null) return recorded;
    await records?.load(planned.spec);
    const machine = this.#machineOf(planned);
    const { model, fairness } = planned;
    const key = cache === null ? null : await this.#keyOf(planned, machine);
    const known = key === null ? null : await cache?.find(key, limits);
    if (known !== null && known !== undefined) {
      return { ...runOf(planned), machine, result: known.result, cached: known.earlier };
    }
    const controller = new AbortController();
    this.#searching.set(index, controller);
    if (this.#signal.aborted || index > this.#last) controller.abort();
    const { signal } = controller;
    const optimises = plan.length === 1;
    const how = { ...limits, ...mode, reductions, fairness, optimises };
    const options = { ...how, onProgress, signal };
    const result = await checker.check(machine, model, options);
    this.#searching.delete(index);
    if (key !== null) await cache?.keep(key, result);
    return { ...runOf(planned), machine, result };
  }

  /** The run whose machine and verdict are known; its machine is staged when it is read. */
  async #recorded(planned: PlannedRun): Promise<Run | null> {
    const { cache, limits, records } = this.#work;
    const known = records?.known(planned) ?? null;
    if (cache === null || known === null) return null;
    const key = this.#key(planned, known.hash);
    const verdict = await cache.find(key, limits);
    if (verdict === null) return null;
    const machineOf = (): Machine => this.#machineOf(planned, (stage) => stage());
    return {
      ...runOf(planned),
      get machine() {
        return machineOf();
      },
      outline: known.outline,
      result: verdict.result,
      cached: verdict.earlier,
    };
  }

  async #keyOf(planned: PlannedRun, machine: Machine): Promise<VerdictKey> {
    const hash = this.#hashes.get(machine) ?? (await machineHash(machine));
    this.#hashes.set(machine, hash);
    this.#work.records?.note(planned, machine, hash);
    return this.#key(planned, hash);
  }

  #key({ model, fairness }: PlannedRun, machineHash: string): VerdictKey {
    return { machineHash, model: model.name, fairness, reductions: this.#work.reductions };
  }

  /** Runs that differ in their memory model alone share a machine. */
  #machineOf(run: PlannedRun, staging: Unheard = this.#unheard): Machine {
    const before = this.#staged;
    if (before !== null && isSameMachine(run, before.run)) return before.machine;
    const machine = staging(() => run.spec.machine(run.params));
    this.#staged = { run, machine };
    return machine;
  }

  #errorBefore(index: number, { spec }: PlannedRun): boolean {
    return [...this.#errors.keys()].some(
      (failed) => failed < index && this.#work.plan[failed]?.spec === spec,
    );
  }

  #stopAt(index: number): void {
    this.#last = Math.min(this.#last, index);
    this.#abortBehind(this.#last);
  }

  #abortBehind(last: number): void {
    for (const [index, controller] of this.#searching) if (index > last) controller.abort();
  }

  #outcome(): Executed {
    const counts = (index: number): boolean => {
      const planned = this.#work.plan[index];
      return index <= this.#last && planned !== undefined && !this.#errorBefore(index, planned);
    };
    const errors = [...this.#errors].toSorted(([a], [b]) => a - b);
    return {
      runs: this.#runs.filter((_, index) => counts(index)),
      errors: errors.flatMap(([index, error]) => (counts(index) ? [error] : [])),
      cutOff: Math.max(0, this.#work.plan.length - 1 - this.#last),
    };
  }
}

function isSameMachine(run: PlannedRun, other: PlannedRun): boolean {
  return (
    run.spec === other.spec &&
    run.version === other.version &&
    run.configuration === other.configuration
  );
}

function runOf(planned: PlannedRun): Omit<Run, 'result' | 'machine'> {
  return {
    spec: planned.spec.file,
    title: planned.spec.title,
    table: planned.spec.table,
    version: planned.version,
    configuration: planned.configuration,
    model: planned.model.name,
    params: planned.params,
    overrides: planned.overrides,
    expected: planned.expected,
    acceptedUnreached: planned.acceptedUnreached,
  };
}
