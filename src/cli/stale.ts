/** Names in a spec's `accept` that accept nothing any more. */
import { outlineOf } from '../report/outline.ts';
import { groupBy } from '../report/group.ts';
import { shortName } from '../report/outcome.ts';
import type { Run } from '../report/run.ts';

/** Of all runs of the specs: whether a name is of use elsewhere cannot be told from some. */
export function staleNames(runs: readonly Run[]): string[] {
  return [...groupBy(runs, (run) => run.spec)].flatMap(([file, ofSpec]) => {
    if (ofSpec.some(({ result }) => result.limits.length > 0)) return [];
    const names = new Set(ofSpec.flatMap((run) => run.acceptedUnreached));
    return [...names]
      .filter((name) => !ofSpec.some((run) => accepts(run, name)))
      .map((name) => `${file}: accept.unreached names '${name}': ${whyStale(name, ofSpec)}`);
  });
}

/** The name keeps a property of the run from being told as unevaluated. */
function accepts({ acceptedUnreached, result }: Run, name: string): boolean {
  return (
    acceptedUnreached.includes(name) &&
    result.unevaluated.some(({ property }) => isNamed(property, name))
  );
}

function whyStale(name: string, runs: readonly Run[]): string {
  const known = runs.some((run) =>
    outlineOf(run).stated.some(({ property }) => isNamed(property, name)),
  );
  return known ? 'every run that it is for evaluates it' : 'no property is named so';
}

function isNamed(property: string, name: string): boolean {
  return name === property || name === shortName(property);
}
