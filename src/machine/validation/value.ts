/** Checks of single numbers: indices, types and initial values. */
import { machineError } from '../errors.ts';
import type { Machine, ValueType } from '../machine.ts';

export function checkIndex(
  machine: Machine,
  what: string,
  index: number,
  count: number,
  site: number | null,
): void {
  if (Number.isInteger(index) && index >= 0 && index < count) return;
  const message = `${what} ${index} does not exist: there are ${count}`;
  throw machineError('KC0201', message, machine, site);
}

export function checkType(
  machine: Machine,
  name: string,
  type: ValueType,
  site: number | null,
): void {
  if (type.kind !== 'int') return;
  const { min, max } = type;
  if (isWord(min) && isWord(max) && min <= max) return;
  const message = `the bounds of ${name}, ${min} to ${max}, hold no 32-bit integer`;
  throw machineError('KC0207', message, machine, site);
}

export function checkValue(
  machine: Machine,
  name: string,
  value: number,
  type: ValueType,
  site: number | null,
): void {
  const { min, max } = boundsOf(type, machine);
  if (isWord(value) && value >= min && value <= max) return;
  const message = `${name} starts as ${value}, which is not within ${min} to ${max}`;
  throw machineError('KC0207', message, machine, site);
}

function boundsOf(
  type: ValueType,
  { locations }: Machine,
): { readonly min: number; readonly max: number } {
  switch (type.kind) {
    case 'int':
      return type;
    case 'bool':
      return { min: 0, max: 1 };
    case 'ref':
      return { min: 0, max: locations.length };
  }
}

function isWord(value: number): boolean {
  return value === (value | 0);
}
