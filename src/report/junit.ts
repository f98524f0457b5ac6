/**
 * The `junit` reporter: the XML that CI systems collect. A spec is a test suite, a run a test case. A
 * run that is inconclusive is an error, for a skipped one would look green.
 */
import type { KcheckError } from '../errors.ts';
import { comparisonLines, differenceLines, runName } from './details.ts';
import { groupBy } from './group.ts';
import { judge } from './judgement.ts';
import { unexpectedFailures } from './outcome.ts';
import type { ReportOptions, Reporter, Run } from './run.ts';

export const junit: Reporter = (runs, options) => {
  const suites = [...groupBy(runs, (run) => run.spec)].map(([spec, ofSpec]) =>
    specSuite(spec, ofSpec, options),
  );
  if (options.errors.length > 0) suites.push(errorSuite(options.errors));
  const attributes = { name: 'kcheck', ...total(suites) };
  const lines = suites.flatMap(suiteLines);
  const all = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    ...element('testsuites', attributes, lines),
  ];
  return `${all.join('\n')}\n`;
};

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

interface Case {
  readonly name: string;
  readonly className: string;
  readonly seconds: number;
  /** Null: it passes. */
  readonly problem: Problem | null;
  readonly output: string;
}

interface Problem {
  readonly element: 'failure' | 'error';
  readonly type: string;
  readonly message: string;
  readonly text: string;
}

function specSuite(spec: string, runs: readonly Run[], options: ReportOptions): Suite {
  return { name: spec, cases: runs.map((run) => runCase(run, options)) };
}

function runCase(run: Run, options: ReportOptions): Case {
  return {
    name: runName(run),
    className: run.title,
    seconds: run.result.seconds,
    problem: problemOf(run, options),
    output: comparisonLines(run, options.width).join('\n'),
  };
}

function problemOf(run: Run, { gate, width }: ReportOptions): Problem | null {
  const { status, words } = judge(run, gate);
  if (status === 'ok') return null;
  const lines = differenceLines(run, width);
  return {
    element: status === 'open' ? 'error' : 'failure',
    type: status === 'open' ? 'inconclusive' : (unexpectedFailures(run)[0]?.kind ?? 'expectation'),
    message: words,
    text: (lines.length === 0 ? [words] : lines).join('\n'),
  };
}

function errorSuite(errors: readonly KcheckError[]): Suite {
  return { name: 'kcheck', cases: errors.map(errorCase) };
}

function errorCase({ code, message, place, advice }: KcheckError): Case {
  const at = place === null ? '' : `${place.file}:${place.line}:${place.column}: `;
  const problem = {
    element: 'error',
    type: code,
    message,
    text: `${at}${message}\n${advice}`,
  } as const;
  return { name: `${at}${message}`, className: code, seconds: 0, problem, output: '' };
}

function total(suites: readonly Suite[]): Readonly<Record<string, string>> {
  const cases = suites.flatMap((suite) => suite.cases);
  const having = (name: Problem['element']): string =>
    String(cases.filter(({ problem }) => problem?.element === name).length);
  const seconds = cases.reduce((sum, each) => sum + each.seconds, 0);
  return {
    tests: String(cases.length),
    failures: having('failure'),
    errors: having('error'),
    time: seconds.toFixed(3),
  };
}

function suiteLines(suite: Suite): string[] {
  const attributes = { name: suite.name, ...total([suite]) };
  return element('testsuite', attributes, suite.cases.flatMap(caseLines));
}

function caseLines({ name, className, seconds, problem, output }: Case): string[] {
  return element('testcase', { name, classname: className, time: seconds.toFixed(3) }, [
    ...(problem === null ? [] : problemLines(problem)),
    ...(output === '' ? [] : [`<system-out>${escaped(output)}</system-out>`]),
  ]);
}

function problemLines({ element: name, type, message, text }: Problem): string[] {
  return [`<${name}${attributesText({ type, message })}>${escaped(text)}</${name}>`];
}

/** Nothing is indented: white space in a text is the text's own. */
function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  lines: readonly string[],
): string[] {
  return [`<${name}${attributesText(attributes)}>`, ...lines, `</${name}>`];
}

function attributesText(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escaped(value).replaceAll('\n', '&#10;')}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** XML 1.0 has no control characters but tab and line ends, not even as references, and no half pairs. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\P{Cc}\t\n\r]|\p{Cs}|[\uFFFE\uFFFF]/gu, '')
    .replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
