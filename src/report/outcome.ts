/** How a run compares with what its spec expects of it. */
import type { Failure } from '../checker/result.ts';
import type { Expectation } from '../language/loaded-spec.ts';
import type { Run } from './run.ts';

/**
 * expected, differs: compared with the spec's expectation. unstated: the spec has none for this run.
 * inconclusive: a limit stopped the search before it could contradict or confirm the expectation.
 */
export type Outcome = 'expected' | 'differs' | 'unstated' | 'inconclusive';

export function outcome(run: Run): Outcome {
  const { verdict, limits } = run.result;
  if (verdict === 'inconclusive') return 'inconclusive';
  if (run.expected === null) return 'unstated';
  if (unexpectedFailures(run).length > 0) return 'differs';
  if (missingFailures(run).length === 0) return 'expected';
  return limits.length > 0 ? 'inconclusive' : 'differs';
}

/** What failed that the spec does not expect to. */
export function unexpectedFailures({ expected, result }: Run): readonly Failure[] {
  const names = expected === null ? [] : expectedFailures(expected);
  return result.failures.filter((failure) => !names.some((name) => isNamed(name, failure)));
}

/** What the spec expects to fail and did not. */
export function missingFailures({ expected, result }: Run): readonly string[] {
  const names = expected === null ? [] : expectedFailures(expected);
  return names.filter((name) => !result.failures.some((failure) => isNamed(name, failure)));
}

/** Whether an expectation names the failure. */
export function isExpectedFailure(failure: Failure, expected: Expectation): boolean {
  return expectedFailures(expected).some((name) => isNamed(name, failure));
}

/** Null where there is nothing to compare, or not enough of it. */
export function asExpected(run: Run): boolean | null {
  const known = outcome(run);
  if (known === 'expected') return true;
  return known === 'differs' ? false : null;
}

/** Whether a run's failure is news: not what the spec says will happen. */
export function isUnexpectedFailure(run: Run): boolean {
  return run.result.verdict === 'fail' && outcome(run) !== 'expected';
}

/** The properties that failed, each once, in the order in which they were found. */
export function failingProperties(run: Run): string[] {
  return [...new Set(run.result.failures.map((failure) => failure.property))];
}

/** What stands before the colon: `S4` of `S4: a bit is cleared twice`; the whole name without one. */
export function shortName(property: string): string {
  return property.split(':')[0]?.trim() ?? property;
}

/**
 * An expectation names a property by its whole name or by what stands before its colon, or a kind of
 * failure (`assertion`), or the context that starves.
 */
export function isNamed(name: string, { kind, property, context }: Failure): boolean {
  return [property, shortName(property), kind, context].includes(name);
}

/** `pass`, `fails S1, S4`. */
export function describeExpectation(expected: Expectation): string {
  return expected === 'pass' ? 'pass' : `fails ${expected.fails.join(', ')}`;
}

/** The same by their short names. */
export function shortFailing(run: Run): string[] {
  return [...new Set(failingProperties(run).map(shortName))];
}

/** `pass`, `fails S1, S4`, `fails starvation of T0`, `inconclusive`. */
export function describeVerdict(run: Run): string {
  const { verdict, failures } = run.result;
  return verdict === 'fail' ? `fails ${failingWords(failures).join(', ')}` : verdict;
}

/** `S1`, `starvation of T0`, each once. */
export function failingWords(
  failures: readonly { readonly property: string; readonly context?: string | null }[],
): string[] {
  const words = failures.map(({ property, context = null }) =>
    context === null ? shortName(property) : `${property} of ${context}`,
  );
  return [...new Set(words)];
}

/** The words that name a run: `version V0  configuration fork  model sc  fairness weak`. */
export function runWords(run: Run): string {
  const configuration = run.configuration === '' ? '' : `  configuration ${run.configuration}`;
  const fairness = run.result.fairness === null ? '' : `  fairness ${run.result.fairness}`;
  return `version ${run.version}${configuration}  model ${run.model}${fairness}`;
}

function expectedFailures(expected: Expectation): readonly string[] {
  return expected === 'pass' ? [] : expected.fails;
}
