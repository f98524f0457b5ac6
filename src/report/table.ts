/**
 * The verdicts of one spec's runs where only pass or fail matters: for each memory model a table of
 * versions and configurations, in the words that the spec has for a verdict.
 */
import type { TableWords } from '../language/loaded-spec.ts';
import { groupBy } from './group.ts';
import { legend, MARKS, painted } from './matrix.ts';
import { outcome } from './outcome.ts';
import type { Paint } from './paint.ts';
import type { Run } from './run.ts';

export function tableLines(runs: readonly Run[], words: TableWords, paint: Paint): string[] {
  const versions = [...new Set(runs.map((run) => run.version))];
  const configurations = [...new Set(runs.map((run) => run.configuration))];
  const labelWidth = Math.max(...versions.map((name) => name.length), 0) + 4;
  const cells = Math.max(...runs.map((run) => cell(run, words).length), 0);
  const widths = configurations.map((name) => Math.max(name.length, cells) + 2);

  const line = (label: string, columns: readonly string[]): string =>
    (label.padEnd(labelWidth) + columns.join('')).trimEnd();
  const head = (model: string): string =>
    line(
      model,
      configurations.map((name, column) => name.padEnd(widths[column] ?? 0)),
    );
  const row = (version: string, inModel: readonly Run[]): string =>
    line(
      `  ${version}`,
      configurations.map((name, column) => {
        const run = inModel.find((r) => r.version === version && r.configuration === name);
        const width = widths[column] ?? 0;
        return run ? painted(cell(run, words).padEnd(width), run, paint) : '-'.padEnd(width);
      }),
    );

  const models = groupBy(runs, (run) => run.model);
  return [
    ...[...models].flatMap(([model, inModel]) => [
      head(model),
      ...versions.map((version) => row(version, inModel)),
      '',
    ]),
    `  ${words.pass} pass, ${words.fail} fail`,
    ...legend(runs),
  ];
}

function cell(run: Run, words: TableWords): string {
  const { verdict } = run.result;
  const word = verdict === 'inconclusive' ? '?' : words[verdict];
  return word + MARKS[outcome(run)];
}
