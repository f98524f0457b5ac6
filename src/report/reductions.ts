/** Which reductions a search was made with, beside its figures: these are not of all states. */
import { REDUCTIONS } from '../checker/reductions.ts';
import type { Reduction, ReductionOff } from '../checker/reductions.ts';
import { groupBy } from './group.ts';
import type { Run } from './run.ts';
import { count, thousands, wrap } from './words.ts';

const NAMES: Readonly<Record<Reduction, string>> = {
  por: 'partial-order reduction',
  symmetry: 'symmetry reduction',
};

/** Behind how many states there are. */
export function reductionWords(applied: readonly Reduction[]): string {
  if (applied.length === 0) return '';
  return ` (${applied.map((reduction) => NAMES[reduction]).join(', ')})`;
}

export function offWords({ name, reason }: ReductionOff): string {
  return `no ${NAMES[name]}: ${reason}`;
}

/** Under the matrix of many runs. */
export function totalReductionLines(runs: readonly Run[], width: number): string[] {
  return REDUCTIONS.flatMap((reduction) => {
    const made = runs.filter(({ result }) => result.reductions.applied.includes(reduction)).length;
    const off = runs.flatMap(({ result }) =>
      result.reductions.off.filter(({ name }) => name === reduction),
    );
    if (made + off.length === 0) return [];
    const searches = count(runs.length, 'search', 'searches');
    const reasons = [...groupBy(off, ({ reason }) => reason)].map(
      ([reason, those]) => `not in ${thousands(those.length)} (${reason})`,
    );
    const words = [`${NAMES[reduction]} in ${thousands(made)} of ${searches}`, ...reasons];
    return wrap(words.join(', '), width);
  });
}
