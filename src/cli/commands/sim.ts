/** `kcheck sim`: random walks through runs whose states are too many to be seen all. */
import { simulate } from '../../checker/sim/simulate.ts';
import type { SimulateOptions } from '../../checker/sim/simulate.ts';
import type { StrategyName } from '../../checker/sim/strategy.ts';
import { machineHash } from '../../machine/hash.ts';
import type { Machine } from '../../machine/machine.ts';
import { isExpectedFailure } from '../../report/outcome.ts';
import { simLines } from '../../report/sim-text.ts';
import type { SimulatedRun } from '../../report/sim-text.ts';
import { failureTrace } from '../../report/trace-json.ts';
import { commandLine } from '../command-line.ts';
import type { Engine } from '../engine.ts';
import { errorText } from '../error-text.ts';
import { ExitCode } from '../exit-code.ts';
import { requireFile } from '../files.ts';
import { withInterrupt } from '../interrupt.ts';
import type { Unheard } from '../interrupt.ts';
import { reportWidth, writeReport } from '../output.ts';
import { planSession } from '../plan.ts';
import type { PlannedRun } from '../select.ts';
import type { Terminal } from '../terminal.ts';
import { parameterValues } from '../values.ts';

export interface SimOptions {
  readonly version?: readonly string[];
  readonly configuration?: readonly string[];
  readonly model?: readonly string[];
  readonly parameter?: readonly string[];
  readonly seed: number;
  readonly walks: number;
  readonly depth: number;
  readonly strategy: StrategyName;
  readonly changes: number;
  readonly timeout?: number;
  readonly trace?: boolean;
  /** Where the first failure's trace goes. */
  readonly save?: string;
}

export async function sim(
  files: readonly string[],
  options: SimOptions,
  engine: Engine,
  terminal: Terminal,
): Promise<number> {
  for (const file of files) requireFile(file);
  const selection = {
    versions: options.version ?? null,
    configurations: options.configuration ?? null,
    models: options.model ?? null,
    overrides: parameterValues(options.parameter ?? []),
    fairness: 'none',
  } as const;
  const request = { files, selection, gate: false, shard: null, since: null };
  const plan = await planSession(request, engine, null);
  for (const error of plan.errors) terminal.err(errorText(error));
  if (plan.errors.length > 0) return ExitCode.usage;
  const session = new Simulations(plan.runs, options, terminal);
  const { interrupted } = await withInterrupt((signal, unheard) => session.run(signal, unheard));
  if (interrupted) terminal.err('kcheck: interrupted; the figures are partial\n');
  return interrupted ? ExitCode.interrupted : session.exitCode;
}

class Simulations {
  readonly #plan: readonly PlannedRun[];
  readonly #options: SimOptions;
  readonly #terminal: Terminal;
  readonly #met: SimulatedRun[] = [];
  #hasFailed = false;

  constructor(plan: readonly PlannedRun[], options: SimOptions, terminal: Terminal) {
    this.#plan = plan;
    this.#options = options;
    this.#terminal = terminal;
  }

  async run(signal: AbortSignal, unheard: Unheard): Promise<void> {
    for (const planned of this.#plan) {
      if (signal.aborted) return;
      const machine = unheard(() => planned.spec.machine(planned.params));
      await this.#simulate(planned, machine, signal);
    }
  }

  /** Nothing that was met is a proof of nothing: as for a search that was not complete. */
  get exitCode(): number {
    const isNews = this.#met.some(
      ({ simulated, asExpected }) => simulated.failure !== null && asExpected !== true,
    );
    if (isNews) return ExitCode.differs;
    const isOpen = this.#met.some(({ simulated }) => simulated.failure === null);
    return isOpen ? ExitCode.inconclusive : ExitCode.asExpected;
  }

  async #simulate(planned: PlannedRun, machine: Machine, signal: AbortSignal): Promise<void> {
    const { seed, walks, depth, strategy, changes, timeout = null } = this.#options;
    const settings = { seed, walks, depth, strategy, changes, timeoutSeconds: timeout, signal };
    const onProgress = this.#progress(planned);
    const simulated = await simulate(machine, planned.model, { ...settings, onProgress });
    this.#clear();
    const { spec, model } = planned;
    const run = {
      ...planned,
      spec: spec.file,
      title: spec.title,
      table: null,
      model: model.name,
      machine,
    };
    const { failure, lastSeed } = simulated;
    const asExpected =
      failure === null || planned.expected === null
        ? null
        : isExpectedFailure(failure, planned.expected);
    const again = againLine(planned, this.#options, lastSeed);
    const met = { run, simulated, asExpected, again };
    this.#met.push(met);
    const isFirst = failure !== null && !this.#hasFailed;
    if (isFirst) this.#hasFailed = true;
    this.#tell(met, settings, isFirst);
    // Behind the report, so that a file that cannot be written keeps no failure from its reader.
    if (isFirst) await this.#save(met);
  }

  #tell(
    met: SimulatedRun,
    settings: Pick<SimulateOptions, 'seed' | 'walks' | 'depth' | 'strategy' | 'changes'>,
    isFirst: boolean,
  ): void {
    const whole = isFirst || this.#options.trace === true;
    const lines = simLines(met, settings, whole, reportWidth(this.#terminal));
    this.#terminal.out(`${this.#met.length > 1 ? '\n' : ''}${lines.join('\n')}\n`);
  }

  async #save({ run, simulated: { failure } }: SimulatedRun): Promise<void> {
    const { save } = this.#options;
    if (save === undefined || failure === null) return;
    const traced = { ...run, fairness: null, machineHash: await machineHash(run.machine) };
    writeReport(save, failureTrace(traced, failure));
  }

  /** One line on a terminal, rewritten in place. */
  #progress({ version, configuration, model }: PlannedRun): SimulateOptions['onProgress'] {
    if (this.#terminal.progressColumns === null) return null;
    const name = [version, configuration, model.name].filter((word) => word !== '').join(' ');
    const number = `[${this.#met.length + 1}/${this.#plan.length}]`;
    return (walks, steps) =>
      this.#rewrite(`${number} ${name}  walk ${walks} of ${this.#options.walks}, ${steps} steps`);
  }

  #clear(): void {
    if (this.#terminal.progressColumns !== null) this.#rewrite('');
  }

  #rewrite(text: string): void {
    const columns = this.#terminal.progressColumns ?? 0;
    this.#terminal.err(`\r\u001B[K${text.slice(0, Math.max(0, columns - 1))}`);
  }
}

/** The walk that met the failure, alone. */
function againLine(planned: PlannedRun, options: SimOptions, seed: number): string {
  const { depth, strategy, changes } = options;
  const how = [
    ...(depth === DEFAULTS.depth ? [] : ['--depth', String(depth)]),
    ...(strategy === DEFAULTS.strategy ? [] : ['--strategy', strategy]),
    ...(strategy !== 'pct' || changes === DEFAULTS.changes ? [] : ['--changes', String(changes)]),
  ];
  return commandLine('sim', planned, [...how, '--seed', String(seed), '--walks', '1']);
}

export const DEFAULTS = {
  seed: 1,
  walks: 1000,
  depth: 1000,
  strategy: 'random',
  changes: 2,
} as const;
