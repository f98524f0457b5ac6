/** What a SARIF result can be about; docs/verdicts.md explains each, and so does `kcheck explain`. */
import type { FailureKind } from '../checker/result.ts';

export type RuleId = FailureKind | 'expectation' | 'vacuous' | 'inconclusive';

interface Rule {
  readonly id: RuleId;
  readonly shortDescription: { readonly text: string };
  readonly help: { readonly text: string };
}

const TEXTS: Readonly<Record<RuleId, string>> = {
  deadlock: 'No context can step, and one has not finished.',
  livelock: 'From a reachable state, no schedule lets a context finish or make progress.',
  starvation: 'In a fair schedule, a context never finishes or makes progress.',
  assertion: 'A schedule reaches an assertion that does not hold.',
  invariant: 'A reachable state breaks an invariant.',
  final: 'A final state breaks a property of final states.',
  sometimes: 'What must be possible happens in no schedule.',
  race: 'Two accesses conflict, one of them plain, and nothing orders them.',
  error: 'A step cannot be executed: a value or an index is out of range.',
  expectation: 'The verdict is not what the spec expects.',
  vacuous: 'A run passes, and one of its properties was never evaluated.',
  inconclusive: 'A limit stopped the search before it was complete.',
};

export const RULES: readonly Rule[] = Object.entries(TEXTS).map(([id, text]) => ({
  id: id as RuleId,
  shortDescription: { text },
  help: { text: `kcheck explain ${id}` },
}));
