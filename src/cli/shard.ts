/** One part of the runs, for machines that share a gate between them. */
import type { PlannedRun } from './select.ts';

/** Part `index` of `count`, from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/**
 * Deals the runs out like cards. Runs of one configuration under one model cost about the same, so they
 * are dealt one after the other; dealt as they are planned, all of the slowest model could fall to one.
 * The order of what is kept stays that of the plan.
 */
export function runsOfShard(
  runs: readonly PlannedRun[],
  { index, count }: Shard,
): readonly PlannedRun[] {
  const dealt = runs.toSorted((a, b) => compare(cost(a), cost(b)));
  const mine = new Set(dealt.filter((_, position) => position % count === index - 1));
  return runs.filter((run) => mine.has(run));
}

function cost({ spec, model, configuration }: PlannedRun): string {
  return [spec.file, model.name, configuration].join('\n');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
