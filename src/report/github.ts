/**
 * The `github` reporter: the text report, and after it workflow commands, which GitHub Actions shows
 * as annotations at the lines that they name. Worst first: GitHub shows ten of a kind for each step.
 */
import type { KcheckError } from '../errors.ts';
import type { Site } from '../machine/machine.ts';
import { failureWords, runName } from './details.ts';
import { siteAt } from './describe.ts';
import { judge } from './judgement.ts';
import { outcome, unexpectedFailures } from './outcome.ts';
import { failurePlace } from './place.ts';
import type { ReportOptions, Reporter, Run } from './run.ts';
import { text } from './text.ts';
import { vacuousProperties } from './vacuity.ts';

export const github: Reporter = (runs, options) => {
  const annotations = [
    ...options.errors.map(errorAnnotation),
    ...runs.flatMap((run) => runAnnotations(run, options)),
  ].toSorted((a, b) => SEVERITY[a.level] - SEVERITY[b.level]);
  const report = runs.length === 0 && options.errors.length > 0 ? '' : text(runs, options);
  return report + annotations.map((each) => `${commandOf(each)}\n`).join('');
};

interface Annotation {
  readonly level: 'error' | 'warning';
  readonly place: Pick<Site, 'file' | 'line' | 'column'>;
  readonly title: string;
  readonly message: string;
}

const SEVERITY = { error: 0, warning: 1 } as const;

/** A failure at its line; whatever else is wrong at the head of the spec. */
function runAnnotations(run: Run, { gate }: ReportOptions): Annotation[] {
  const { status, words } = judge(run, gate);
  if (status === 'ok') return [];
  const level = status === 'wrong' ? 'error' : 'warning';
  const start = { file: run.spec, line: 1, column: 1 };
  const title = `${run.title} ${runName(run)}`;
  const failures = unexpectedFailures(run).map((failure): Annotation => ({
    level,
    place: failurePlace(failure, run.machine) ?? start,
    title,
    message: `${failureWords(failure, run.machine)}\n${words}`,
  }));
  if (failures.length > 0) return failures;
  const [unevaluated] = outcome(run) === 'expected' ? vacuousProperties(run) : [];
  const place = unevaluated === undefined ? null : siteAt(unevaluated.site, run.machine);
  return [{ level, place: place ?? start, title, message: words }];
}

function errorAnnotation({ code, message, place, advice }: KcheckError): Annotation {
  const words = advice === '' ? message : `${message}\n${advice}`;
  return {
    level: 'error',
    place: place ?? { file: '', line: 1, column: 1 },
    title: code,
    message: words,
  };
}

/** The syntax of actions/toolkit: `::error file=a.ts,line=1,col=2,title=…::message`. */
function commandOf({ level, place, title, message }: Annotation): string {
  const at = place.file === '' ? {} : { file: place.file, line: place.line, col: place.column };
  const properties = Object.entries({ ...at, title })
    .map(([name, value]) => `${name}=${escapedProperty(String(value))}`)
    .join(',');
  return `::${level} ${properties}::${escapedData(message)}`;
}

function escapedData(words: string): string {
  return words.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedProperty(words: string): string {
  return escapedData(words).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
