/** The `text` reporter: for a reader at a shell or of a mail. */
import { coverageLines, totalCoverageLines } from './coverage.ts';
import { failureLines, failureTitle } from './failure.ts';
import { groupBy } from './group.ts';
import { matrixLines } from './matrix.ts';
import { missingLines } from './missing.ts';
import { describeExpectation, describeVerdict, outcome, runWords } from './outcome.ts';
import type { ReportOptions, Reporter, Run } from './run.ts';
import { shownFailures, shownRuns } from './selection.ts';
import { tableLines } from './table.ts';
import { vacuityLines, vacuousProperties } from './vacuity.ts';
import { count, wrap } from './words.ts';

export const text: Reporter = (runs, options) => {
  if (runs.length === 0) return 'no runs\n';
  const overview = runs.length > 1;
  const lines = [
    ...(overview ? matrices(runs, options) : []),
    ...shownRuns(runs, options.traces).flatMap((run) => [...runLines(run, options), '']),
    ...(overview || options.gate ? remarks(runs, options) : []),
    ...(overview ? ['', ...totalCoverageLines(runs, options.width)] : []),
    ...(overview || options.gate ? summary(runs, options) : []),
    ...hints(runs, options),
  ];
  return `${withoutDoubleBlanks(lines).join('\n').trimEnd()}\n`;
};

function matrices(runs: readonly Run[], options: ReportOptions): string[] {
  const specs = groupBy(runs, (run) => run.spec);
  return [...specs].flatMap(([spec, ofSpec]) => [
    options.paint.strong(`${ofSpec[0]?.title ?? ''}  (${spec})`),
    '',
    ...verdictLines(ofSpec, options),
    '',
  ]);
}

/** The matrix of one spec's verdicts, or its tables. */
export function verdictLines(
  ofSpec: readonly Run[],
  { width, paint }: Pick<ReportOptions, 'width' | 'paint'>,
): string[] {
  const table = ofSpec[0]?.table ?? null;
  return table === null ? matrixLines(ofSpec, width, paint) : tableLines(ofSpec, table, paint);
}

/** A run in full: its verdict, its traces, what it covered. */
function runLines(run: Run, options: ReportOptions): string[] {
  const shown = shownFailures(run, options.traces);
  const failures = run.result.failures.flatMap((failure, index) => [
    ...(index === 0 ? [''] : wrap(`also fails  ${failureTitle(failure)}`, options.width, 4)),
    ...(shown.includes(failure)
      ? ['', ...failureLines(failure, run.machine, options.width), '']
      : []),
  ]);
  return [
    ...title(run, options),
    ...failures,
    ...(failures.length > 1 ? [''] : []),
    ...wrap(`  ${comparison(run)}`, options.width, 4),
    ...coverageLines(run, options.width),
  ];
}

function title(run: Run, { width, paint }: ReportOptions): string[] {
  const [failure] = run.result.failures;
  const verdict = VERDICTS[run.result.verdict];
  const what = failure === undefined ? '' : `  ${failureTitle(failure)}`;
  const lines = wrap(`${run.title}  ${runWords(run)}  ${verdict}${what}`, width, 4);
  const colour = { pass: paint.pass, fail: paint.fail, inconclusive: paint.unknown };
  return lines.map((line) => line.replace(verdict, colour[run.result.verdict]));
}

function comparison(run: Run): string {
  if (run.expected === null) return 'the spec expects nothing of this run';
  const same = outcome(run) === 'expected';
  return same ? 'as the spec expects' : `the spec expects: ${describeExpectation(run.expected)}`;
}

const VERDICTS = { pass: 'PASS', fail: 'FAIL', inconclusive: 'INCONCLUSIVE' } as const;

/** A line for each run that is not as the spec says. */
function remarks(runs: readonly Run[], options: ReportOptions): string[] {
  const unstated = options.gate ? runs.filter((run) => outcome(run) === 'unstated') : [];
  const others = runs.flatMap((run) => {
    const known = outcome(run);
    if (known === 'differs') return wrap(differenceWords(run), options.width);
    if (known === 'inconclusive') return wrap(inconclusiveWords(run), options.width);
    const asks = options.gate && known === 'expected';
    return asks ? vacuityLines(run, fullName(run), options.width) : [];
  });
  return [...others, ...missingLines(unstated, options.width)];
}

function differenceWords(run: Run): string {
  const expected = run.expected === null ? 'nothing' : describeExpectation(run.expected);
  return `differs: ${fullName(run)}: expected ${expected}, found ${describeVerdict(run)}`;
}

function inconclusiveWords(run: Run): string {
  return `inconclusive: ${fullName(run)}: ${run.result.limits.join(', ')}`;
}

function fullName(run: Run): string {
  return `${run.spec}  ${runWords(run)}`;
}

function summary(runs: readonly Run[], { width, gate }: ReportOptions): string[] {
  const outcomes = groupBy(runs, outcome);
  const size = (of: ReturnType<typeof outcome>): number => outcomes.get(of)?.length ?? 0;
  const expected = outcomes.get('expected') ?? [];
  const vacuous = gate ? expected.filter((run) => vacuousProperties(run).length > 0).length : 0;
  const parts = [
    `${expected.length - vacuous} as expected`,
    vacuous === 0 ? '' : `${vacuous} vacuous (an error)`,
    size('differs') === 0
      ? ''
      : `${size('differs')} ${size('differs') === 1 ? 'differs' : 'differ'}`,
    size('unstated') === 0
      ? ''
      : `${size('unstated')} without expectation${gate ? ' (an error)' : ''}`,
    size('inconclusive') === 0 ? '' : `${size('inconclusive')} inconclusive`,
  ].filter((part) => part !== '');
  return [
    ...wrap(cacheWords(runs), width),
    ...wrap(`${count(runs.length, 'run')}: ${parts.join(', ')}`, width),
  ];
}

function cacheWords(runs: readonly Run[]): string {
  const cached = runs.filter((run) => run.cached === true).length;
  if (cached === 0) return '';
  const whose = cached === runs.length ? 'every verdict' : `${cached} of ${runs.length} verdicts`;
  return `${whose} from the cache, with the figures of the search that found it`;
}

/** Where the traces are that this report leaves out. */
function hints(runs: readonly Run[], options: ReportOptions): string[] {
  const failing = runs.filter((run) => run.result.verdict === 'fail');
  const shown = new Set(shownRuns(runs, options.traces));
  if (options.gate || failing.every((run) => shown.has(run))) return [];
  return wrap(
    '--trace prints the trace of every failure; select one run to see its own',
    options.width,
  );
}

function withoutDoubleBlanks(lines: readonly string[]): string[] {
  return lines.filter((line, index) => line !== '' || (index > 0 && lines[index - 1] !== ''));
}
