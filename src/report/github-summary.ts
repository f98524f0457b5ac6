/** What the `github` reporter puts on the page of the job, in Markdown: $GITHUB_STEP_SUMMARY. */
import { comparisonLines, differenceLines, runName } from './details.ts';
import { groupBy } from './group.ts';
import { judge } from './judgement.ts';
import type { ReportOptions, Reporter, Run } from './run.ts';
import { verdictLines } from './text.ts';
import { count } from './words.ts';

/** A job's page holds a megabyte; a trace is some kilobytes. */
const MOST_TRACES = 20;

export const githubSummary: Reporter = (runs, options) => {
  const statuses = groupBy(runs, (run) => judge(run, options.gate).status);
  const wrong = statuses.get('wrong') ?? [];
  const open = statuses.get('open') ?? [];
  const lines = [
    `## kcheck: ${headline(runs.length, wrong.length, open.length, options)}`,
    '',
    ...options.errors.flatMap(({ code, message }) => [`- **${code}** ${inline(message)}`]),
    ...specSections(runs, options),
    ...[...wrong, ...open].slice(0, MOST_TRACES).flatMap((run) => runSection(run, options)),
    ...leftOut(wrong.length + open.length),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
};

function headline(
  runs: number,
  wrong: number,
  open: number,
  { errors }: Pick<ReportOptions, 'errors'>,
): string {
  const parts = [
    count(runs, 'run'),
    wrong === 0 ? '' : `${wrong} not in order`,
    open === 0 ? '' : `${open} inconclusive`,
    errors.length === 0 ? '' : count(errors.length, 'error'),
  ].filter((part) => part !== '');
  return parts.length === 1 ? `${parts.join('')}, all in order` : parts.join(', ');
}

function specSections(runs: readonly Run[], options: ReportOptions): string[] {
  return [...groupBy(runs, (run) => run.spec)].flatMap(([spec, ofSpec]) => [
    `### ${inline(ofSpec[0]?.title ?? '')} (${inline(spec)})`,
    '',
    ...fenced(verdictLines(ofSpec, options)),
    '',
  ]);
}

function runSection(run: Run, { gate, width }: ReportOptions): string[] {
  const { words } = judge(run, gate);
  return [
    `<details><summary>${html(`${run.title} ${runName(run)}: ${words}`)}</summary>`,
    '',
    ...fenced(apart(differenceLines(run, width), comparisonLines(run, width))),
    '',
    '</details>',
    '',
  ];
}

function apart(first: readonly string[], second: readonly string[]): string[] {
  return first.length === 0 ? [...second] : [...first, '', ...second];
}

function leftOut(all: number): string[] {
  return all <= MOST_TRACES ? [] : [`${all - MOST_TRACES} more are left out here.`];
}

/** The fence is longer than any run of backquotes in the text. */
function fenced(lines: readonly string[]): string[] {
  const longest = Math.max(
    2,
    ...lines.flatMap((line) => line.match(/`+/g) ?? []).map((s) => s.length),
  );
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...lines, fence];
}

function inline(words: string): string {
  return words.replaceAll(/[\\`*_<>[\]|]/g, String.raw`\$&`);
}

function html(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
