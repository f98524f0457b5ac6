/** The verdicts of one spec's runs: a row a version and configuration, a column a memory model. */
import { groupBy } from './group.ts';
import { outcome, shortFailing } from './outcome.ts';
import type { Paint } from './paint.ts';
import type { Run } from './run.ts';
import { listWithin } from './words.ts';

export function matrixLines(runs: readonly Run[], width: number, paint: Paint): string[] {
  const models = [...new Set(runs.map((run) => run.model))];
  const rows = groupBy(runs, rowName);
  const labelWidth = Math.max(0, ...[...rows.keys()].map((name) => name.length)) + 4;
  const wanted = Math.max(...runs.map((run) => cell(run, Infinity).length), 5) + 2;
  const room = Math.floor((width - labelWidth) / models.length);
  const cellWidth = Math.min(wanted, Math.max(10, room));
  const head = ' '.repeat(labelWidth) + models.map((model) => model.padEnd(cellWidth)).join('');
  return [
    head.trimEnd(),
    ...[...rows].map(([name, inRow]) => {
      const cells = models.map((model) => {
        const run = inRow.find((each) => each.model === model);
        return run === undefined ? '-'.padEnd(cellWidth) : paintedCell(run, cellWidth, paint);
      });
      return `  ${name}`.padEnd(labelWidth) + cells.join('').trimEnd();
    }),
    ...legend(runs),
  ];
}

function rowName(run: Run): string {
  return run.configuration === '' ? run.version : `${run.version}  ${run.configuration}`;
}

function paintedCell(run: Run, width: number, paint: Paint): string {
  return painted(cell(run, width - 2).padEnd(width), run, paint);
}

/** In the colour of the run's verdict. */
export function painted(text: string, run: Run, paint: Paint): string {
  switch (run.result.verdict) {
    case 'pass':
      return paint.pass(text);
    case 'fail':
      return paint.fail(text);
    case 'inconclusive':
      return paint.unknown(text);
  }
}

function cell(run: Run, width: number): string {
  const mark = MARKS[outcome(run)];
  return verdictWord(run, width - mark.length) + mark;
}

/** Behind a verdict: how it compares with the spec. */
export const MARKS = { expected: '', inconclusive: '', differs: ' !', unstated: ' *' } as const;

function verdictWord(run: Run, width: number): string {
  switch (run.result.verdict) {
    case 'pass':
      return 'pass';
    case 'fail':
      return `FAIL ${listWithin(shortFailing(run), width - 'FAIL '.length)}`;
    case 'inconclusive':
      return '?';
  }
}

/** What the marks mean that the runs have. */
export function legend(runs: readonly Run[]): string[] {
  const outcomes = new Set(runs.map(outcome));
  const lines = [
    outcomes.has('differs') ? '! differs from what the spec expects' : '',
    outcomes.has('unstated') ? '* the spec expects nothing of this run' : '',
    runs.some((run) => run.result.verdict === 'inconclusive') ? '? inconclusive' : '',
  ].filter((line) => line !== '');
  return lines.length === 0 ? [] : ['', ...lines.map((line) => `  ${line}`)];
}
