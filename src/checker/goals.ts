/**
 * What must stay possible: for each context its end (or a mark), and each `possible` property. A
 * state's goals are bits of one word; AG EF of a goal is decided over the whole graph afterwards.
 */
import type { Machine } from '../machine/machine.ts';
import type { TransitionSystem } from '../memory-models/memory-model.ts';
import { KcheckError } from '../errors.ts';

export type Goal =
  | { readonly kind: 'context'; readonly context: number }
  | { readonly kind: 'property'; readonly property: number };

const MOST = 31;

export function goalsOf(machine: Machine): readonly Goal[] {
  const contexts = machine.contexts.flatMap(({ liveness }, context): readonly Goal[] =>
    liveness === 'none' ? [] : [{ kind: 'context', context }],
  );
  const properties = machine.properties.flatMap(({ kind }, property): readonly Goal[] =>
    kind === 'possible' ? [{ kind: 'property', property }] : [],
  );
  const goals = [...contexts, ...properties];
  if (goals.length > MOST) {
    throw new KcheckError(
      'KC0401',
      `${goals.length} contexts and always_possible properties must be followed, at most ${MOST} can be`,
      null,
      'Split the spec into configurations with fewer of them.',
    );
  }
  return goals;
}

/** The goals that are properties of a state, which it meets by itself, as bits. */
export function propertiesMet(
  goals: readonly Goal[],
  system: Pick<TransitionSystem, 'evaluate'>,
  states: Int32Array,
  at: number,
): number {
  let met = 0;
  for (let i = 0; i < goals.length; i++) {
    const goal = goals[i] as Goal;
    if (goal.kind === 'property' && system.evaluate(goal.property, states, at) === 1) met |= 1 << i;
  }
  return met;
}
