/**
 * The `ktap` reporter: the kernel's test protocol, Documentation/dev-tools/ktap.rst. A spec is a test
 * whose subtests are its runs; traces are diagnostic lines before the result that they belong to.
 */
import type { KcheckError } from '../errors.ts';
import { comparisonLines, differenceLines, runName } from './details.ts';
import { groupBy } from './group.ts';
import { judge } from './judgement.ts';
import { shortFailing } from './outcome.ts';
import type { ReportOptions, Reporter, Run } from './run.ts';

export const ktap: Reporter = (runs, options) => {
  const specs = [...groupBy(runs, (run) => run.spec)].map(([spec, ofSpec]) =>
    specTest(spec, ofSpec, options),
  );
  return `${testLines([...specs, ...options.errors.map(errorTest)]).join('\n')}\n`;
};

interface Test {
  readonly name: string;
  readonly ok: boolean;
  /** A directive and its data, or data alone; `''`: none. */
  readonly remark: string;
  /** Diagnostic lines, or the lines of its subtests. */
  readonly before: readonly string[];
}

const INDENT = '  ';

/** A version line, a plan, and the tests; the lines of a subtest are indented where it is put. */
function testLines(tests: readonly Test[]): string[] {
  return [
    'KTAP version 1',
    `1..${tests.length}`,
    ...tests.flatMap((test, index) => [...test.before, resultLine(test, index + 1)]),
  ];
}

function resultLine({ name, ok, remark }: Test, number: number): string {
  const data = remark === '' ? '' : ` # ${oneLine(remark)}`;
  // A description cannot hold a hash sign.
  return `${ok ? 'ok' : 'not ok'} ${number} ${oneLine(name).replaceAll('#', '')}${data}`;
}

function specTest(spec: string, runs: readonly Run[], options: ReportOptions): Test {
  const tests = runs.map((run) => runTest(run, options));
  const before = testLines(tests).map((line) => INDENT + line);
  return { name: spec, ok: tests.every(({ ok }) => ok), remark: '', before };
}

function runTest(run: Run, { gate, width }: ReportOptions): Test {
  const { status, words } = judge(run, gate);
  const name = runName(run);
  const room = width - INDENT.length - '# '.length;
  const difference = status === 'ok' ? [] : differenceLines(run, room);
  const before = diagnostic([...difference, ...comparisonLines(run, room)]);
  switch (status) {
    case 'ok':
      return { name, ok: true, remark: expectedFailure(run), before };
    case 'wrong':
      return { name, ok: false, remark: words, before };
    case 'open':
      return { name, ok: false, remark: openRemark(run), before };
  }
}

function expectedFailure(run: Run): string {
  return run.result.verdict === 'fail' ? `XFAIL ${shortFailing(run).join(', ')}` : '';
}

function openRemark({ result: { limits } }: Run): string {
  const isTimeout = limits.some((limit) => limit.startsWith('--timeout'));
  return isTimeout ? `TIMEOUT ${limits.join(', ')}` : `ERROR inconclusive: ${limits.join(', ')}`;
}

function errorTest({ code, message, place, advice }: KcheckError): Test {
  const name = place === null ? 'kcheck' : `${place.file}:${place.line}:${place.column}`;
  const before = diagnostic(advice === '' ? [] : [advice]);
  return { name, ok: false, remark: `ERROR ${code}: ${message}`, before };
}

function diagnostic(lines: readonly string[]): string[] {
  return lines.map((line) => `# ${oneLine(line)}`.trimEnd());
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ');
}
