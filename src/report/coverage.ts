/** What a verdict covered: whether every state was seen, how many, and which lines never ran. */
import type { Fairness } from '../machine/fairness.ts';
import { FAIRNESSES } from '../machine/fairness.ts';
import { groupBy } from './group.ts';
import { outlineOf } from './outline.ts';
import type { Place } from './outline.ts';
import { offWords, reductionWords, totalReductionLines } from './reductions.ts';
import type { Run } from './run.ts';
import { neverEvaluatedLines, unevaluatedLines } from './vacuity.ts';
import { bytes, clip, count, rate, seconds, wrap } from './words.ts';

/** The block under one run's verdict. */
export function coverageLines(run: Run, width: number): string[] {
  const { result } = run;
  const sizes = [
    `${count(result.states, 'state')}${reductionWords(result.reductions.applied)}`,
    count(result.transitions, 'transition'),
    `depth ${result.depth}`,
  ];
  return [
    ...(result.livelocks === false ? [`  ${NO_LIVELOCKS}`] : []),
    ...(result.fairness === null ? [] : wrap(`  ${assumption(result.fairness)}`, width, 4)),
    ...wrap(`  ${completeness(run)}: ${sizes.join(', ')}`, width, 4),
    ...result.reductions.off.flatMap((off) => wrap(`  ${offWords(off)}`, width, 4)),
    ...wrap(`  ${costWords(run)}`, width, 4),
    ...wrap(`  ${result.exact === true ? EXACT : missWords(result.missProbability)}`, width, 4),
    ...wrap(`  parameters: ${parameterWords(run)}`, width, 4),
    ...unevaluatedLines(run, width),
    ...unreachedLines(unreachedSites(run), width),
  ];
}

/** Under the matrix of many runs: the sums, every limit that was met, and lines that no run reached. */
export function totalCoverageLines(runs: readonly Run[], width: number): string[] {
  const states = sum(runs, (run) => run.result.states);
  const time = sum(runs, (run) => run.result.seconds);
  const transitions = sum(runs, (run) => run.result.transitions);
  const missed = sum(runs, (run) => run.result.missProbability);
  const speed = rate(states, time);
  const sizes = `${count(states, 'state')}, ${count(transitions, 'transition')}, ${seconds(time)}`;
  const line = `${totalCompleteness(runs)}: ${sizes}${speed === '' ? '' : `, ${speed}`}`;
  return [
    ...(runs.some(({ result }) => result.livelocks === false) ? [NO_LIVELOCKS] : []),
    ...assumptionLines(runs, width),
    ...wrap(line, width),
    ...totalReductionLines(runs, width),
    ...wrap(missWords(Math.min(1, missed)), width),
    ...neverEvaluatedLines(runs, width),
    ...unreachedLines(neverReached(runs), width),
  ];
}

/** `file:line text` of every place that no schedule reaches. */
export function unreachedPlaces(run: Run): string[] {
  return unreachedSites(run).map((site) => `${site.file}:${site.line} ${site.text}`);
}

const EXACT = 'exact: whole states were compared, and none was missed';
const NO_LIVELOCKS = 'livelocks were not looked for';

/** What starvation is relative to; docs/design/fairness.md has it exactly. */
function assumption(fairness: Fairness): string {
  switch (fairness) {
    case 'weak':
      return 'weak fairness: whoever stays able to step steps, and stores reach memory';
    case 'strong':
      return 'strong fairness: whoever can step again and again does, and stores reach memory';
  }
}

function assumptionLines(runs: readonly Run[], width: number): string[] {
  return FAIRNESSES.flatMap((fairness) => {
    const under = runs.filter((run) => run.result.fairness === fairness).length;
    if (under === 0) return [];
    const where = under === runs.length ? '' : ` (in ${count(under, 'run')})`;
    return wrap(`${assumption(fairness)}${where}`, width);
  });
}

/** A complete search has met no bound of the memory model; `sc` has none. */
function completeness({ model, result: { limits } }: Run): string {
  if (limits.length > 0) return `search not complete (${limits.join(', ')})`;
  return model === 'sc' ? 'complete search' : `complete search, no bound of ${model} reached`;
}

function totalCompleteness(runs: readonly Run[]): string {
  const stopped = runs.filter((run) => run.result.limits.length > 0);
  if (stopped.length === 0) return 'every search complete';
  const limits = [...new Set(stopped.flatMap((run) => run.result.limits))];
  return `${stopped.length} of ${count(runs.length, 'search', 'searches')} not complete (${limits.join(', ')})`;
}

function costWords(run: Run): string {
  const { states, visitedBytes, peakBytes } = run.result;
  const speed = rate(states, run.result.seconds);
  const parts = [
    seconds(run.result.seconds),
    speed,
    // What is allocated at the start is most of it in a small search.
    states < ENOUGH_STATES ? '' : `${(visitedBytes / states).toFixed(1)} bytes a state`,
    `${bytes(peakBytes)} in all`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

const ENOUGH_STATES = 1000;

function missWords(probability: number): string {
  if (probability === 0) return 'no state can have been missed';
  if (probability >= 1) return 'states may well have been missed';
  return `a state was missed with probability ${probability.toExponential(0)} or less`;
}

function parameterWords(run: Run): string {
  const words = Object.entries(run.params).map(
    ([name, value]) => `${name}=${parameterText(value)}`,
  );
  return words.length === 0 ? 'none' : words.join(' ');
}

/** Structures are cut short; the JSON report has them whole. */
function parameterText(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? typeof value);
  return typeof value === 'object' ? clip(text, 24) : text;
}

/** Places of a run of which no inlined copy was executed. */
function unreachedSites(run: Run): Place[] {
  return neverReached([run]);
}

/** Places that are part of some run's machine and executed in none. */
function neverReached(runs: readonly Run[]): Place[] {
  const missed = new Map(runs.map((run) => [run, missedPlaces(run)]));
  const reached = new Set<Place>();
  for (const [{ places }, ofMachine] of groupBy(runs, outlineOf)) {
    for (const place of places) {
      if (ofMachine.some((run) => missed.get(run)?.has(place) === false)) reached.add(place);
    }
  }
  const unreached = new Set([...missed.values()].flatMap((each) => [...each]));
  return [...unreached].filter((place) => !reached.has(place));
}

function missedPlaces(run: Run): ReadonlySet<Place> {
  const { places } = outlineOf(run);
  return new Set(run.result.unreached.flatMap((index) => places[index] ?? []));
}

/** A line for each file with lines that no schedule reaches. */
export function unreachedLines(
  sites: readonly Place[],
  width: number,
  words = 'never executed',
): string[] {
  return [...groupBy(sites, (site) => site.file)].flatMap(([file, ofFile]) => {
    const numbers = [...new Set(ofFile.map(({ line }) => line))].toSorted((a, b) => a - b);
    return wrap(`  ${words}: ${file}: ${ranges(numbers)}`, width, 6);
  });
}

/** `12, 14-16`. */
function ranges(numbers: readonly number[]): string {
  const found: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const range = found.at(-1);
    if (range?.last === number - 1) range.last = number;
    else found.push({ first: number, last: number });
  }
  return found
    .map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`))
    .join(', ');
}

function sum(runs: readonly Run[], measure: (run: Run) => number): number {
  return runs.reduce((total, run) => total + measure(run), 0);
}
