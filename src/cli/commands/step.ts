/** `kcheck step`: walks one run by hand, at a terminal or from a pipe. */
import { check } from '../../checker/check.ts';
import { HandWalk } from '../../checker/hand/hand-walk.ts';
import { interpreterOf } from '../../checker/interpreter.ts';
import { referenceModels } from '../../checker/reference/index.ts';
import { recordedSteps } from '../../checker/rerun/recorded.ts';
import type { Fails } from '../../checker/rerun/fails.ts';
import { endOf } from '../../checker/rerun/index.ts';
import type { CheckResult, Failure, TraceStep } from '../../checker/result.ts';
import { KcheckError } from '../../errors.ts';
import type { Machine } from '../../machine/machine.ts';
import { machineHash } from '../../machine/hash.ts';
import { validateMachine } from '../../machine/validate.ts';
import { failureTitle } from '../../report/failure.ts';
import { shortName } from '../../report/outcome.ts';
import { asFailure } from '../../report/step-text.ts';
import { failureTrace, walkTrace } from '../../report/trace-json.ts';
import { wrap } from '../../report/words.ts';
import type { Engine } from '../engine.ts';
import { errorText } from '../error-text.ts';
import { ExitCode } from '../exit-code.ts';
import { withInterrupt } from '../interrupt.ts';
import type { LineInput } from '../line-input.ts';
import { selectedRun } from '../one-run.ts';
import type { OneRunOptions } from '../one-run.ts';
import { reportWidth, writeReport } from '../output.ts';
import { limitsOf } from '../run-command.ts';
import type { RunOptions } from '../run-command.ts';
import type { PlannedRun } from '../select.ts';
import { parseCommand } from '../step/commands.ts';
import { StepWalker } from '../step/walker.ts';
import type { Counterexample, Outside } from '../step/walker.ts';
import type { Terminal } from '../terminal.ts';

export type StepOptions = OneRunOptions & Omit<RunOptions, 'reporter'>;

export async function step(
  file: string,
  options: StepOptions,
  engine: Engine,
  terminal: Terminal,
  open: () => LineInput,
): Promise<number> {
  const planned = await selectedRun(file, options, engine);
  const machine = planned.spec.machine(planned.params);
  validateMachine(machine);
  const session = new Session(planned, machine, options, terminal);
  // Not before: a spec that cannot be staged leaves a pipe unread.
  const input = open();
  try {
    await session.run(input);
    return ExitCode.asExpected;
  } finally {
    input.close();
  }
}

class Session implements Outside {
  readonly width: number;
  readonly model: string;
  readonly seconds: number | null;
  readonly #planned: PlannedRun;
  readonly #machine: Machine;
  readonly #options: StepOptions;
  readonly #terminal: Terminal;
  readonly #walk: HandWalk;
  #result: CheckResult | null = null;

  constructor(planned: PlannedRun, machine: Machine, options: StepOptions, terminal: Terminal) {
    this.width = reportWidth(terminal);
    this.model = planned.model.name;
    this.seconds = options.timeout ?? null;
    this.#planned = planned;
    this.#machine = machine;
    this.#options = options;
    this.#terminal = terminal;
    const reference = referenceModels.get(this.model);
    if (reference === undefined) {
      throw new KcheckError('KC0402', `the memory model ${this.model} has no plain interpreter`);
    }
    this.#walk = new HandWalk(interpreterOf(machine, reference), this.model);
  }

  async run(input: LineInput): Promise<void> {
    const walker = new StepWalker(this.#walk, this);
    this.say([...wrap(this.#title(), this.width, 4), '']);
    walker.list();
    for (;;) {
      const line = await input.next(walker.prompt);
      if (line === null) {
        if (input.interactive) this.#terminal.out('\n');
        break;
      }
      // What comes from a pipe is told, so that the output can be read by itself.
      if (!input.interactive) this.say([`${walker.prompt}${line}`]);
      if (!(await walker.run(parseCommand(line)))) break;
    }
  }

  say(lines: readonly string[]): void {
    this.#terminal.out(`${lines.join('\n')}\n`);
  }

  async stoppable<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    return (await withInterrupt(work)).value;
  }

  async counterexample(property: string): Promise<Counterexample | string> {
    const result = await this.#explored();
    const failures = result.failures.filter(({ trace, cycle }) => trace.length + cycle.length > 0);
    const failure = failures.find((each) => property === '' || isNamed(each, property));
    if (failure === undefined) return noneWords(result, failures, property);
    const steps = recordedSteps([...failure.trace, ...failure.cycle], this.#machine, () => ({
      words: '',
      at: null,
    }));
    const way = endOf(this.#walk.interpreter, steps, failure);
    if (way === null) throw new Error('a counterexample that the interpreter cannot walk');
    return { way, title: failureTitle(failure) };
  }

  async save(file: string, steps: readonly TraceStep[], fails: Fails | null): Promise<string> {
    const { spec, version, configuration, params, overrides } = this.#planned;
    const run = {
      spec: spec.file,
      title: spec.title,
      version,
      configuration,
      model: this.model,
      params,
      overrides,
      machine: this.#machine,
      fairness: null,
      machineHash: await machineHash(this.#machine),
    };
    const text =
      fails === null ? walkTrace(run, steps) : failureTrace(run, asFailure(fails, steps));
    try {
      writeReport(file, text);
    } catch (error) {
      if (!(error instanceof KcheckError)) throw error;
      return errorText(error).trimEnd();
    }
    return `saved; kcheck replay ${file} walks it again`;
  }

  /** Once a session. */
  async #explored(): Promise<CheckResult> {
    if (this.#result !== null && this.#result.limits.length === 0) return this.#result;
    this.#result = await this.stoppable((signal) =>
      check(this.#machine, this.#planned.model, {
        ...limitsOf(this.#options),
        fairness: null,
        onProgress: null,
        signal,
      }),
    );
    return this.#result;
  }

  #title(): string {
    const { spec, version, configuration } = this.#planned;
    const words = configuration === '' ? '' : `  configuration ${configuration}`;
    return `${spec.title}  version ${version}${words}  model ${this.model}   (h: help)`;
  }
}

function isNamed({ property, kind }: Failure, name: string): boolean {
  return [property, shortName(property), kind].includes(name);
}

function noneWords(
  { limits, verdict }: CheckResult,
  failures: readonly Failure[],
  property: string,
): string {
  const names = [...new Set(failures.map((each) => shortName(each.property)))];
  if (names.length > 0)
    return `nothing fails by the name ${property}; there is ${names.join(', ')}`;
  if (limits.length > 0) return `nothing fails as far as was looked (${limits.join(', ')})`;
  return verdict === 'pass'
    ? 'nothing fails: every schedule was looked at'
    : 'nothing that has a trace fails';
}
