/** How the outcomes of litmus tests compare with what their collections say, collection by collection. */
import type { LitmusRun } from './litmus.ts';

/** `''` where the run is as expected or nothing is expected of it. */
export function litmusDifference({ outcome, expected }: LitmusRun): string {
  if (outcome === null || expected === null) return '';
  const { observation, states } = expected;
  const differs = observation !== null && observation !== outcome.observation;
  const parts = [
    differs ? `${outcome.observation}, expected ${observation}` : '',
    states === null ? '' : missing('reached beyond that', outcome.states, states),
    states === null ? '' : missing('not reached', states, outcome.states),
  ];
  return parts.filter((part) => part !== '').join('  ');
}

/** `''` where nothing was expected and no test of several was refused or stopped. */
export function litmusSummary(runs: readonly LitmusRun[]): string {
  const groups = new Map<string, LitmusRun[]>();
  for (const run of runs) {
    const name = `${run.file} ${run.model}`.trimEnd();
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [run]);
    else group.push(run);
  }
  return [...groups].flatMap(([name, group]) => groupLines(name, group)).join('');
}

function groupLines(name: string, runs: readonly LitmusRun[]): string[] {
  const told = runs.filter((run) => run.expected !== null);
  const errors = runs.filter((run) => run.error !== null);
  if (told.length === 0 && (errors.length === 0 || runs.length === 1)) return [];
  const differing = told.filter((run) => litmusDifference(run) !== '');
  const agreeing = told.filter((run) => run.error === null).length - differing.length;
  const parts = [
    ...(told.length === 0 ? [] : [`${agreeing} of ${told.length} as expected`]),
    ...(errors.length === 0 ? [] : [`${errors.length} of ${runs.length} without a result`]),
  ];
  return [
    `${name}: ${parts.join(', ')}\n`,
    ...differing.map((run) => `  ${run.name}: ${litmusDifference(run)}\n`),
    ...errors.map((run) => `  ${run.name}: ${run.error}\n`),
  ];
}

/** Those of `states` that are not among `others`. */
function missing(words: string, states: readonly string[], others: readonly string[]): string {
  const known = new Set(others);
  const found = states.filter((state) => !known.has(state));
  return found.length === 0 ? '' : `${words}: ${found.join(' | ')}`;
}
