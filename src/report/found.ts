/** What a spec should expect of a run, so that it is as expected. */
import type { Expectation } from '../language/loaded-spec.ts';
import { asExpected, isNamed, shortName } from './outcome.ts';
import type { Run } from './run.ts';

/** Null where the verdict is not whole, or is as expected; names that still hold stay as they are. */
export function expectationFound(run: Run): Expectation | null {
  const { verdict, limits, failures } = run.result;
  if (limits.length > 0 || asExpected(run) === true) return null;
  if (verdict === 'pass') return 'pass';
  const before = run.expected === null || run.expected === 'pass' ? [] : run.expected.fails;
  const kept = before.filter((name) => failures.some((failure) => isNamed(name, failure)));
  const added = failures
    .filter((failure) => !kept.some((name) => isNamed(name, failure)))
    .map(({ property }) => shortName(property));
  return { fails: [...new Set([...kept, ...added])] };
}
