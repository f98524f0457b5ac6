/**
 * Properties that a run never evaluated. A pass says nothing of them, and that is an error in the
 * gate unless the spec accepts it by name; a failure, or a search that was stopped, promised nothing
 * of them in the first place.
 */
import type { Unevaluated } from '../checker/result.ts';
import { lineOf, placeOf } from './describe.ts';
import { outlineOf } from './outline.ts';
import { shortName } from './outcome.ts';
import type { Run } from './run.ts';
import { wrap } from './words.ts';

/** Those of a pass, without the ones that the spec accepts. */
export function vacuousProperties(run: Run): readonly Unevaluated[] {
  if (run.result.verdict !== 'pass') return [];
  return run.result.unevaluated.filter((each) => !isAccepted(each, run));
}

export function isAccepted({ property }: Unevaluated, { acceptedUnreached }: Run): boolean {
  return acceptedUnreached.some((name) => name === property || name === shortName(property));
}

/** A line for each property that no schedule of the run evaluates. */
export function unevaluatedLines(run: Run, width: number): string[] {
  const { unevaluated, limits } = run.result;
  const never = limits.length > 0 ? 'not evaluated so far' : 'never evaluated';
  return unevaluated.flatMap((each) => {
    const accepted = isAccepted(each, run) ? ', as the spec accepts' : '';
    return wrap(`  ${never}: ${wordsOf(each, run)}${accepted}`, width, 6);
  });
}

/** The same under the matrix of many runs, for what no run evaluates that has it. */
export function neverEvaluatedLines(runs: readonly Run[], width: number): string[] {
  if (runs.every(({ result }) => result.unevaluated.length === 0)) return [];
  const evaluated = new Set(runs.flatMap(evaluatedIn));
  const never = new Map<string, string>();
  for (const run of runs) {
    for (const each of run.result.unevaluated) {
      const key = keyOf(run, each.property, each.site);
      if (!evaluated.has(key)) never.set(key, wordsOf(each, run));
    }
  }
  return [...never.values()].flatMap((words) => wrap(`  never evaluated: ${words}`, width, 6));
}

/** What the gate says of a run that passes without having looked, and the line that accepts it. */
export function vacuityLines(run: Run, name: string, width: number): string[] {
  const properties = vacuousProperties(run);
  if (properties.length === 0) return [];
  const words = properties.map((each) => wordsOf(each, run)).join('; ');
  const names = [...new Set(properties.map(({ property }) => shortName(property)))];
  const list = names.map((each) => `'${each.replaceAll("'", "\\'")}'`).join(', ');
  return [
    ...wrap(`vacuous: ${name}: passes, and never evaluates ${words}`, width),
    ...wrap('if that is meant, add to the spec (a function of the run says where):', width),
    `  accept: { unreached: [${list}] },`,
  ];
}

function wordsOf({ kind, property, site }: Unevaluated, run: Run): string {
  if (kind === 'final') return `'${property}', there is no final state`;
  const place = outlineOf(run).places[site];
  return `'${property}'${place === undefined ? '' : `, ${lineOf(place)}`}`;
}

function evaluatedIn(run: Run): string[] {
  const missing = new Set(
    run.result.unevaluated.map(({ property, site }) => keyOf(run, property, site)),
  );
  const stated = outlineOf(run).stated.map(({ property, site }) => keyOf(run, property, site));
  return stated.filter((key) => !missing.has(key));
}

/** Assertions without a message share a name; their places tell them apart. */
function keyOf(run: Run, property: string, index: number): string {
  const place = property === 'assertion' ? outlineOf(run).places[index] : undefined;
  return `${run.spec} ${property}${place === undefined ? '' : ` ${placeOf(place)}`}`;
}
