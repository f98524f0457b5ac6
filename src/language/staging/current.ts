/** What is being recorded now: at most one machine, and in it at most one body, property or guard. */
import { refuse } from '../errors.ts';
import type { Draft } from './draft.ts';
import type { Stage } from './stage.ts';

export const current: { draft: Draft | null; stage: Stage | null } = { draft: null, stage: null };

/** The machine being declared; refuses elsewhere. */
export function declaring(primitive: string): Draft {
  if (current.stage) {
    return refuse(
      'KC0120',
      `${primitive}() is called in the body of a context`,
      'Declare it in system(), outside every body: the machine is fixed before its first step.',
    );
  }
  if (current.draft) return current.draft;
  return refuse(
    'KC0120',
    `${primitive}() is called outside system()`,
    'Declare the parts of the machine while system() runs.',
  );
}

/** The body being staged; refuses elsewhere. */
export function staging(primitive: string): Stage {
  if (current.stage) return current.stage;
  return refuse(
    'KC0120',
    `${primitive} is used where no body is staged`,
    'Use it inside task(), service(), observer(), a property, or a function that those call.',
  );
}
