/** A run in plain lines, for formats that have room for text: how it fared, its traces, what it covered. */
import type { Failure } from '../checker/result.ts';
import type { Machine } from '../machine/machine.ts';
import { coverageLines } from './coverage.ts';
import { explanationSentence } from './explanation.ts';
import { failureLines, failureTitle } from './failure.ts';
import {
  describeExpectation,
  describeVerdict,
  missingFailures,
  unexpectedFailures,
} from './outcome.ts';
import type { Run } from './run.ts';
import { wrap } from './words.ts';

/** The traces of what the spec does not expect, and what it expects in vain. */
export function differenceLines(run: Run, width: number): string[] {
  const traces = unexpectedFailures(run).flatMap((failure) => [
    ...wrap(failureTitle(failure), width),
    '',
    ...failureLines(failure, run.machine, width),
    '',
  ]);
  const missing = run.result.limits.length > 0 ? [] : missingFailures(run);
  const lines = [...traces, ...missing.flatMap((name) => wrap(`expected to fail: ${name}`, width))];
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

export function comparisonLines(run: Run, width: number): string[] {
  const expected = run.expected === null ? 'nothing' : describeExpectation(run.expected);
  return [
    ...wrap(`found: ${describeVerdict(run)}; expected: ${expected}`, width),
    ...coverageLines(run, width),
  ];
}

/** A failure without its trace: what fails, and why it can. */
export function failureWords(failure: Failure, machine: Machine): string {
  const { detail, explanation, kind } = failure;
  const why = explanation === undefined ? [] : explanationSentence(explanation, kind, machine);
  return [failureTitle(failure), detail ?? [], why].flat().join('\n');
}

/** What tells a run from the others of its spec: `version V0 configuration fork model sc`. */
export function runName(run: Run): string {
  const words = [
    `version ${run.version}`,
    run.configuration === '' ? '' : `configuration ${run.configuration}`,
    `model ${run.model}`,
    run.result.fairness === null ? '' : `fairness ${run.result.fairness}`,
  ];
  return words.filter((word) => word !== '').join(' ');
}
