/** Operators on values of either kind: ordinary ones are computed, of model values an expression is made. */
import { refuse } from '../errors.ts';
import { Lvalue } from './memory.ts';
import { modelBinary, modelUnary, truth } from './operators.ts';
import { ordinaryBinary, ordinaryUnary } from './ordinary.ts';
import { isModel } from './values.ts';

export function binaryOf(operator: string, left: unknown, right: unknown): unknown {
  const identity = operator === '===' || operator === '!==';
  if (!(identity && left instanceof Lvalue && right instanceof Lvalue)) {
    refuseLvalue(left);
    refuseLvalue(right);
  }
  return isModel(left) || isModel(right)
    ? modelBinary(operator, left, right)
    : ordinaryBinary(operator, left, right);
}

export function unaryOf(operator: '-' | '+' | '~', value: unknown): unknown {
  refuseLvalue(value);
  return isModel(value) ? modelUnary(operator, value) : ordinaryUnary(operator, value);
}

export function notOf(value: unknown): unknown {
  refuseLvalue(value);
  return isModel(value) ? modelBinary('===', truth(value), false) : !value;
}

/** The text of a template literal. */
export function templateOf(strings: readonly string[], values: readonly unknown[]): string {
  for (const value of values) {
    refuseLvalue(value);
    if (isModel(value)) {
      refuse(
        'KC0113',
        'a model value in a template literal',
        'It has no text while the spec loads; the trace shows every value.',
      );
    }
  }
  return strings.reduce((text, string, i) => text + String(values[i - 1]) + string);
}

/** What `++` and `--` add to. */
export function numeric(value: unknown): unknown {
  refuseLvalue(value);
  return isModel(value) ? value : Number(value);
}

/** A location is no value, whatever is done with it. */
export function refuseLvalue(value: unknown): void {
  if (!(value instanceof Lvalue)) return;
  refuse(
    'KC0113',
    'a location is used as if it were its value',
    'Read it: READ_ONCE(x) for shared memory, x.value for a plain access or a ghost.',
  );
}

export function asOperand(value: unknown): unknown {
  refuseLvalue(value);
  return value;
}
