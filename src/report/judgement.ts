/**
 * Whether a run is in order, for reports that know nothing but that, and for the exit code: compared
 * with what the spec expects, and in the gate also that it expects something, and that a pass is
 * more than the absence of a question.
 */
import { describeExpectation, describeVerdict, outcome } from './outcome.ts';
import type { Run } from './run.ts';
import { vacuousProperties } from './vacuity.ts';

export interface Judgement {
  readonly status: 'ok' | 'wrong' | 'open';
  /** `expected pass, found fails S4`; of a run in order, its verdict. */
  readonly words: string;
}

export function judge(run: Run, gate: boolean): Judgement {
  const found = describeVerdict(run);
  const known = outcome(run);
  switch (known) {
    case 'differs': {
      const expected = run.expected === null ? 'nothing' : describeExpectation(run.expected);
      return { status: 'wrong', words: `expected ${expected}, found ${found}` };
    }
    case 'inconclusive':
      return { status: 'open', words: `inconclusive: ${run.result.limits.join(', ')}` };
    case 'unstated':
      if (gate) return { status: 'wrong', words: `found ${found}, the spec expects nothing` };
      // A run that the spec says nothing of should at least pass.
      return { status: run.result.verdict === 'fail' ? 'wrong' : 'ok', words: found };
    case 'expected':
      return gate ? vacuity(run, found) : { status: 'ok', words: found };
  }
}

function vacuity(run: Run, found: string): Judgement {
  const names = vacuousProperties(run).map(({ property }) => `'${property}'`);
  return names.length === 0
    ? { status: 'ok', words: found }
    : { status: 'wrong', words: `passes, and never evaluates ${names.join(', ')}` };
}
