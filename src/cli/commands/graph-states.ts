/** `kcheck graph --states`: the explored state graph of one run. */
import { stateGraph } from '../../checker/state-graph.ts';
import type { StateGraphResult } from '../../checker/state-graph.ts';
import {
  drawingOf,
  stateDot,
  stateMermaid,
  stateSvg,
  stateText,
} from '../../report/state-graph/index.ts';
import { count } from '../../report/words.ts';
import type { Engine, GraphFormat } from '../engine.ts';
import { usageError } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import { withInterrupt } from '../interrupt.ts';
import { selectedRun } from '../one-run.ts';
import type { OneRunOptions } from '../one-run.ts';
import { reportWidth } from '../output.ts';
import { createProgressLine } from '../progress.ts';
import { limitsOf } from '../run-command.ts';
import type { RunOptions } from '../run-command.ts';
import type { PlannedRun } from '../select.ts';
import type { Terminal } from '../terminal.ts';

export interface StateGraphOptions extends OneRunOptions, Omit<RunOptions, 'reporter'> {
  readonly format: GraphFormat;
  /** Nodes that are drawn at most. */
  readonly most?: number;
}

const MOST = 200;

export async function graphStates(
  file: string,
  options: StateGraphOptions,
  engine: Engine,
  terminal: Terminal,
): Promise<number> {
  const planned = await selectedRun(file, options, engine);
  const machine = planned.spec.machine(planned.params);
  const most = options.most ?? MOST;
  const progress = createProgressLine(terminal, 1);
  const onProgress = progress.start(planned);
  const { value: result } = await withInterrupt((signal) =>
    stateGraph(machine, planned.model, most, { ...limitsOf(options), onProgress, signal }),
  );
  progress.clear();
  if (result.kind === 'stopped') return stopped(result, terminal);
  if (result.kind === 'too-large') throw tooLarge(result, most);
  const drawing = drawingOf(titleOf(planned), machine, result.graph);
  const print = {
    text: () => stateText(drawing, reportWidth(terminal)),
    dot: () => stateDot(drawing),
    mermaid: () => stateMermaid(drawing),
    svg: () => stateSvg(drawing),
  };
  terminal.out(print[options.format]());
  return ExitCode.asExpected;
}

/** Part of a graph would be taken for the whole. */
function stopped(
  { limits, states }: Extract<StateGraphResult, { kind: 'stopped' }>,
  terminal: Terminal,
): number {
  const reason = limits.join(', ');
  terminal.err(`kcheck: nothing is drawn: ${reason}, after ${count(states, 'state')}\n`);
  return limits.includes('interrupted') ? ExitCode.interrupted : ExitCode.inconclusive;
}

function tooLarge(
  { states, places }: Extract<StateGraphResult, { kind: 'too-large' }>,
  most: number,
): Error {
  const advice = `Select a smaller run (--configuration, -p), or draw it with --most ${places}.`;
  const figure = `${count(states, 'state')} in ${count(places, 'place')}`;
  return usageError('KC0044', `${figure}, at most ${most} are drawn`, advice);
}

function titleOf({ spec, version, configuration, model }: PlannedRun): string {
  const words = [
    spec.title,
    ...(version === '' ? [] : [`version ${version}`]),
    ...(configuration === '' ? [] : [`configuration ${configuration}`]),
    `model ${model.name}`,
  ];
  return words.join('  ');
}
