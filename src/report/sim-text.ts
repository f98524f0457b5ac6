/** What random walks of a run met, as text. Nothing here may be taken for a proof. */
import type { Simulated, SimulateOptions } from '../checker/sim/simulate.ts';
import { unreachedLines } from './coverage.ts';
import { siteAt } from './describe.ts';
import { failureLines, failureTitle } from './failure.ts';
import { describeExpectation } from './outcome.ts';
import type { Run } from './run.ts';
import { count, seconds, thousands, wrap } from './words.ts';

export interface SimulatedRun {
  readonly run: Omit<Run, 'result'>;
  readonly simulated: Simulated;
  /** Whether the spec expects the failure that was met; null: it expects nothing of the run, or nothing was met. */
  readonly asExpected: boolean | null;
  /** The command that shows the failure again. */
  readonly again: string;
}

type Walks = Pick<SimulateOptions, 'walks' | 'depth' | 'strategy' | 'changes' | 'seed'>;

/** `whole`: with the schedule of a failure, not its title alone. */
export function simLines(
  simulated: SimulatedRun,
  options: Walks,
  whole: boolean,
  width: number,
): string[] {
  const { run, simulated: found } = simulated;
  const { failure } = found;
  const verdict = failure === null ? 'NO FAILURE FOUND' : `FAIL  ${failureTitle(failure)}`;
  const trace =
    failure === null || !whole ? [] : ['', ...failureLines(failure, run.machine, width), ''];
  return [
    ...wrap(`${run.title}  ${nameOf(run)}  ${verdict}`, width, 4),
    ...trace,
    ...foundWords(simulated, options).flatMap((line) => wrap(`  ${line}`, width, 4)),
    ...(failure === null ? [] : ['  again:', ...commandLines(simulated.again, width)]),
    ...(failure === null ? unreachedOf(simulated, width) : []),
  ];
}

/** A shell takes them as they are. */
function commandLines(command: string, width: number): string[] {
  const lines = wrap(`    ${command}`, width - 2, 6);
  return lines.map((line, index) => (index < lines.length - 1 ? `${line} \\` : line));
}

function foundWords({ run, simulated, asExpected }: SimulatedRun, options: Walks): string[] {
  const { failure, walks, lastSeed } = simulated;
  if (failure === null) return nothingWords(simulated, options);
  const expected = run.expected === null ? '' : describeExpectation(run.expected);
  const compared =
    asExpected === null
      ? []
      : [asExpected ? 'as the spec expects' : `the spec expects: ${expected}`];
  return [
    ...compared,
    `met by walk ${thousands(walks)}, of seed ${lastSeed}; a shorter schedule may do`,
    costWords(simulated),
  ];
}

function nothingWords(simulated: Simulated, options: Walks): string[] {
  const { walks, ended, limits, never, bounded } = simulated;
  const cut = walks - ended;
  const stopped =
    limits.length === 0 ? '' : ` of ${thousands(options.walks)} (${limits.join(', ')})`;
  const some = `${count(walks, 'walk')}${stopped} of up to ${count(options.depth, 'step')}`;
  return [
    `no failure in ${some}: nothing is proved`,
    `${thousands(ended)} came to an end, ${thousands(cut)} were cut off`,
    costWords(simulated),
    `${strategyWords(options)}, seed ${options.seed}; another seed walks elsewhere`,
    'not looked for: starvation, and a livelock of many states',
    ...(bounded ? ['a bound of the memory model kept some steps from happening'] : []),
    ...never.map((name) => `in no state of a walk: '${name}'`),
  ];
}

function costWords({ steps, longest, seconds: time }: Simulated): string {
  return `${count(steps, 'step')}, ${thousands(longest)} in the longest walk, ${seconds(time)}`;
}

function strategyWords({ strategy, changes }: Walks): string {
  return strategy === 'pct' ? `strategy pct with ${count(changes, 'change')}` : 'strategy random';
}

function nameOf({ version, configuration, model }: Omit<Run, 'result'>): string {
  const words = configuration === '' ? '' : `  configuration ${configuration}`;
  return `version ${version}${words}  model ${model}`;
}

function unreachedOf({ run, simulated }: SimulatedRun, width: number): string[] {
  const sites = simulated.unreached.flatMap((index) => siteAt(index, run.machine) ?? []);
  return unreachedLines(sites, width, 'in no walk');
}
