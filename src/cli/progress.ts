/** One line on a terminal, rewritten in place while a search runs, gone before the results. */
import type { Estimate } from '../checker/estimate.ts';
import type { Progress, RacesProgress, StatesProgress } from '../checker/result.ts';
import { bytes, clip, rate, thousands } from '../report/words.ts';
import type { PlannedRun } from './select.ts';
import type { Terminal } from './terminal.ts';

/** A run by what sets it apart. */
type NamedRun = Pick<PlannedRun, 'version' | 'configuration' | 'model'>;

export type Update = (progress: Progress) => void;

export interface ProgressLine {
  /** Null where nothing is shown. Of runs at the same time the line shows the one that said more last. */
  start(run: NamedRun): Update | null;
  clear(): void;
}

export function createProgressLine(terminal: Terminal, total: number): ProgressLine {
  const { progressColumns } = terminal;
  if (progressColumns === null) return SILENT;
  let started = 0;
  const show = (text: string): void => {
    terminal.err(`${REWRITE}${clip(text, progressColumns - 1)}`);
  };
  return {
    start(run) {
      started++;
      const name = `[${started}/${total}] ${runName(run)}`;
      show(name);
      return (progress) => show(`${name}  ${progressWords(progress)}`);
    },
    clear: () => terminal.err(REWRITE),
  };
}

const SILENT: ProgressLine = { start: () => null, clear: () => {} };

/** To the first column, and clear to the end of the line. */
const REWRITE = '\r\u001B[K';

function runName(run: NamedRun): string {
  return [run.version, run.configuration, run.model.name].filter((name) => name !== '').join(' ');
}

function progressWords(progress: Progress): string {
  const parts = progress.phase === 'races' ? racesWords(progress) : statesWords(progress);
  return parts.filter((part) => part !== '').join('  ');
}

function statesWords({ states, seconds, estimate, ...progress }: StatesProgress): string[] {
  return [
    `${thousands(states)} states${estimate === null ? '' : ` of ${between(estimate)}`}`,
    rate(states, seconds),
    `frontier ${thousands(progress.frontier)}`,
    `depth ${progress.depth}`,
    bytes(progress.bytes),
  ];
}

function racesWords({ states, total, bytes: held }: RacesProgress): string[] {
  return [
    `races: ${thousands(states)} of ${thousands(total)} states gone through again`,
    bytes(held),
  ];
}

/** `1.2 to 1.9 million`: two figures each. */
function between({ least, most }: Estimate): string {
  const [unit, name] = most >= 1e6 ? [1e6, ' million'] : [1, ''];
  const [low, high] = [least, most].map((value) => twoFigures(value / unit));
  return low === high ? `some ${low}${name}` : `${low} to ${high}${name}`;
}

function twoFigures(value: number): string {
  return value < 10 ? value.toFixed(1) : thousands(Number(value.toPrecision(2)));
}
