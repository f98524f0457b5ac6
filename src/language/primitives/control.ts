/** What a body can do besides touching memory. */
import { refuse } from '../errors.ts';
import { acting } from '../staging/accesses.ts';
import { describe } from '../staging/cells.ts';
import { staging } from '../staging/current.ts';
import { BOOL, constant, range } from '../staging/expressions.ts';
import { truth } from '../staging/operators.ts';
import { outside } from '../staging/places.ts';
import { toScalar } from '../staging/scalars.ts';
import { pureSection } from '../staging/section.ts';
import { isModel } from '../staging/values.ts';
import { typed } from './types.ts';
import type { Expr } from '../../machine/machine.ts';
import type { Stage } from '../staging/stage.ts';

/**
 * Makes everything that `body` does one step: no other context steps in between. It holds at most one
 * access of shared memory, and the ghost state that changes with it; it may choose and wait, but not
 * loop. Where it waits, none of it happens before the wait is over.
 */
export function atomic<T>(body: () => T): T {
  const stage = staging('atomic()');
  if (typeof body !== 'function') wrongBody('atomic', body);
  if (stage.atomic !== 'no' || stage.pure) return outside(body);
  stage.atomic = 'first';
  try {
    return outside(body);
  } finally {
    stage.atomic = 'no';
  }
}

/** Any of 0 … n - 1: the explorer tries them all. */
export function choose(n: number): number {
  const stage = acting(staging('choose()'), 'choose()');
  if (!Number.isInteger(n) || n < 1) {
    refuse(
      'KC0121',
      `choose() is given ${typeof n === 'number' ? n : describe(n)}`,
      'It takes how many values there are, which is known while the spec loads: at least 1.',
    );
  }
  const { index, value } = stage.fresh('choice', range(0, n - 1));
  stage.record({ kind: 'choose', register: index, count: n });
  return typed(value);
}

/** False or true: the explorer tries both. */
export function choose_bool(): boolean {
  const stage = acting(staging('choose_bool()'), 'choose_bool()');
  const { index, value } = stage.fresh('choice', BOOL);
  stage.record({ kind: 'choose', register: index, count: 2 });
  return typed(value);
}

/** Blocks until a condition over ghost state and local variables holds. */
export function wait_until(condition: () => boolean): void {
  const stage = acting(staging('wait_until()'), 'wait_until()');
  if (typeof condition !== 'function') wrongBody('wait_until', condition);
  const value = pureSection(stage, 'wait_until()', condition);
  stage.record({ kind: 'wait', condition: conditionExpr(stage, 'wait_until', value) });
}

/** Fails, with the schedule that led there, unless `condition` holds. `message` names the property. */
export function assert(condition: boolean, message?: string): void {
  const stage = staging('assert()');
  if (message !== undefined && (typeof message !== 'string' || message === '')) {
    refuse(
      'KC0121',
      `assert() is given ${describe(message)} as its message`,
      'A message is a string.',
    );
  }
  const expr = conditionExpr(stage, 'assert', condition);
  stage.record({ kind: 'assert', condition: expr, name: message ?? 'assertion' });
}

/**
 * Marks where a service gets something done, and where it may rest: from every state it must be able
 * to reach its next mark.
 */
export function progress(): void {
  const stage = acting(staging('progress()'), 'progress()');
  const liveness = stage.draft.contexts[stage.context]?.liveness;
  if (liveness === 'done') {
    refuse(
      'KC0120',
      'progress() in a task',
      'A task must come to its end; only a service marks its progress.',
    );
  }
  if (stage.atomic !== 'no') {
    refuse(
      'KC0123',
      'progress() in atomic()',
      'A service may rest at its mark: put it before or after the step.',
    );
  }
  stage.record({ kind: 'mark' });
}

function conditionExpr(stage: Stage, primitive: string, condition: unknown): Expr {
  if (isModel(condition)) return toScalar(truth(condition), stage).expr;
  if (typeof condition === 'object' && condition !== null) {
    refuse(
      'KC0121',
      `the condition of ${primitive}() is ${describe(condition)}`,
      'It is a number or boolean; read a location with READ_ONCE() or .value.',
    );
  }
  if (condition === undefined) {
    refuse('KC0121', `the condition of ${primitive}() has no value`, 'Return one on every path.');
  }
  return constant(condition ? 1 : 0);
}

function wrongBody(primitive: string, body: unknown): never {
  return refuse(
    'KC0121',
    `${primitive}() is given ${describe(body)}`,
    `Write ${primitive}(() => …).`,
  );
}
