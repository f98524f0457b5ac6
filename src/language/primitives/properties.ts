/** What must be true. Deadlock, livelock, data races and unreached code are looked for without asking. */
import { refuse } from '../errors.ts';
import { describe } from '../staging/cells.ts';
import { declaring } from '../staging/current.ts';
import { callStack } from '../staging/places.ts';
import type { Property } from '../../machine/machine.ts';

/** Must be true in every state; memory is read as its coherence-latest value. */
export function invariant(name: string, formula: () => boolean): void {
  declare('invariant', 'invariant', name, formula);
}

/** Must be true in every final state: every task has come to its end, and memory is quiet. */
export function finally_(name: string, formula: () => boolean): void {
  declare('finally_', 'final', name, formula);
}

/** Must be true in some reachable state: shows that a spec can get somewhere at all. */
export function sometimes(name: string, formula: () => boolean): void {
  declare('sometimes', 'sometimes', name, formula);
}

/** From every reachable state, a state in which it is true can be reached. */
export function always_possible(name: string, formula: () => boolean): void {
  declare('always_possible', 'possible', name, formula);
}

function declare(
  primitive: string,
  kind: Property['kind'],
  name: string,
  formula: () => boolean,
): void {
  const draft = declaring(primitive);
  if (typeof name !== 'string' || name === '') {
    refuse(
      'KC0121',
      `${primitive}() is given ${describe(name)} as its name`,
      'A name is a string.',
    );
  }
  if (typeof formula !== 'function') {
    refuse('KC0121', `${primitive}() is given no formula`, `Write ${primitive}(name, () => …).`);
  }
  if (draft.properties.some((property) => property.name === name)) {
    refuse('KC0130', `two properties are named '${name}'`, 'Name one of them differently.');
  }
  draft.properties.push({ kind, name, formula, site: draft.site(), stack: [...callStack] });
}
