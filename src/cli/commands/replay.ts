/** `kcheck replay`: saved traces, executed again in the spec of today. */
import { rerun } from '../../checker/rerun/index.ts';
import type { Outcome } from '../../checker/rerun/index.ts';
import type { LoadedSpec } from '../../language/loaded-spec.ts';
import { machineHash } from '../../machine/hash.ts';
import { replayLines } from '../../report/replay-text.ts';
import type { Replayed } from '../../report/replay-text.ts';
import { shortName } from '../../report/outcome.ts';
import type { Engine } from '../engine.ts';
import { usageError } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import { requireFile } from '../files.ts';
import { withInterrupt } from '../interrupt.ts';
import type { Unheard } from '../interrupt.ts';
import { reportWidth } from '../output.ts';
import { limitsOf } from '../run-command.ts';
import type { RunOptions } from '../run-command.ts';
import { namedModel, selectMachine } from '../select.ts';
import { suggestion } from '../suggest.ts';
import type { Terminal } from '../terminal.ts';
import { readTraces } from '../trace-file.ts';
import type { SavedTrace } from '../trace-file.ts';
import { parameterValues } from '../values.ts';

export interface ReplayOptions extends Omit<RunOptions, 'reporter'> {
  /** In place of what the trace names. */
  readonly version?: string;
  readonly configuration?: string;
  readonly model?: string;
  readonly parameter?: readonly string[];
  /** Only traces that end in these. */
  readonly property?: readonly string[];
  readonly trace?: boolean;
}

export async function replay(
  file: string,
  spec: string | undefined,
  options: ReplayOptions,
  engine: Engine,
  terminal: Terminal,
): Promise<number> {
  const traces = selected(readTraces(file), options.property ?? [], file);
  const whole = traces.length === 1 || options.trace === true;
  const outcomes: Outcome[] = [];
  const { interrupted } = await withInterrupt(async (signal, unheard) => {
    for (const trace of traces) {
      if (signal.aborted) return;
      const replayed = await replayOne(trace, spec, options, engine, signal, unheard);
      const lines = replayLines(replayed, whole, reportWidth(terminal));
      terminal.out(`${outcomes.length > 0 ? '\n' : ''}${lines.join('\n')}\n`);
      outcomes.push(fitting(replayed));
    }
  });
  if (interrupted) return ExitCode.interrupted;
  if (outcomes.some((outcome) => outcome !== 'same' && outcome !== 'open')) return ExitCode.differs;
  return outcomes.includes('open') ? ExitCode.inconclusive : ExitCode.asExpected;
}

/** A walk by hand asks for nothing but to fit. */
function fitting({ rerun: { outcome }, was }: Replayed): Outcome {
  return was === null && (outcome === 'passes' || outcome === 'other') ? 'same' : outcome;
}

function selected(
  traces: readonly SavedTrace[],
  wanted: readonly string[],
  file: string,
): readonly SavedTrace[] {
  const names = traces.map(({ wanted: was }) => was?.property ?? '');
  for (const name of wanted) {
    if (names.some((property) => isNamed(property, name))) continue;
    const advice = suggestion(name, [...new Set(names)]);
    throw usageError('KC0020', `no trace in ${file} ends in ${name}`, advice);
  }
  if (wanted.length === 0) return traces;
  return traces.filter((_, index) => wanted.some((name) => isNamed(names[index] ?? '', name)));
}

function isNamed(property: string, name: string): boolean {
  return property === name || shortName(property) === name;
}

async function replayOne(
  saved: SavedTrace,
  file: string | undefined,
  options: ReplayOptions,
  engine: Engine,
  signal: AbortSignal,
  unheard: Unheard,
): Promise<Replayed> {
  const spec = await loaded(file ?? saved.spec, engine);
  const version = options.version ?? saved.version;
  const configuration = options.configuration ?? saved.configuration;
  const params = selectMachine(spec, {
    versions: [version],
    configurations: configuration === '' ? null : [configuration],
    overrides: { ...saved.overrides, ...parameterValues(options.parameter ?? []) },
  });
  const model = namedModel(options.model ?? saved.model, await engine.memoryModels());
  const machine = unheard(() => spec.machine(params));
  const limits = { ...limitsOf(options), onProgress: null, signal };
  const { trace, wanted, message } = saved;
  return {
    title: spec.title,
    run: runWords(version, configuration, model.name),
    machine,
    rerun: await rerun(machine, model, trace, wanted, limits),
    recorded: { steps: trace.steps.length, cycle: trace.cycle },
    was: wanted === null ? null : { property: wanted.property, message },
    changes: [
      ...changedRun(saved, version, configuration, model.name),
      ...changedParameters(saved.params, params),
      ...((await machineHash(machine)) === saved.machineHash
        ? []
        : ['the machine is not the one that the trace was recorded of']),
    ],
  };
}

async function loaded(file: string, engine: Engine): Promise<LoadedSpec> {
  requireFile(file);
  return engine.loadSpec(file);
}

function runWords(version: string, configuration: string, model: string): string {
  const parts = [
    `version ${version}`,
    configuration === '' ? '' : `configuration ${configuration}`,
    `model ${model}`,
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function changedRun(
  saved: SavedTrace,
  version: string,
  configuration: string,
  model: string,
): readonly string[] {
  const was = runWords(saved.version, saved.configuration, saved.model);
  return was === runWords(version, configuration, model) ? [] : [`it was recorded in ${was}`];
}

function changedParameters(
  was: SavedTrace['params'],
  now: SavedTrace['params'],
): readonly string[] {
  const names = [...new Set([...Object.keys(was), ...Object.keys(now)])];
  return names.flatMap((name) => {
    const [before, after] = [JSON.stringify(was[name]), JSON.stringify(now[name])];
    return before === after ? [] : [`parameter ${name}: ${before ?? 'none'} -> ${after ?? 'none'}`];
  });
}
