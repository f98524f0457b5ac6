/** All values that some cells can have together, if they are not too many. */
import { at } from '../graph.ts';
import type { ValueType } from '../machine.ts';
import type { Values } from './automorphism.ts';

export interface Range {
  readonly min: number;
  readonly max: number;
}

const MOST = 2 ** 16;

export function rangeOf(type: ValueType, locations: number): Range {
  switch (type.kind) {
    case 'bool':
      return { min: 0, max: 1 };
    case 'ref':
      return { min: 0, max: locations };
    case 'int':
      return type;
  }
}

export function isWithin(value: number, { min, max }: Range): boolean {
  return value >= min && value <= max;
}

export function permutesWithin(values: Values, range: Range): boolean {
  const to = new Set(values.values());
  return (
    to.size === values.size &&
    [...values.keys()].every((value) => to.has(value) && isWithin(value, range))
  );
}

/** Whether the test holds of each combination; false too if there are more than 2^16. */
export function everyCombination(
  ranges: readonly Range[],
  test: (values: readonly number[]) => boolean,
): boolean {
  const count = ranges.reduce((product, { min, max }) => product * (max - min + 1), 1);
  if (count > MOST) return false;
  const values = ranges.map(({ min }) => min);
  for (let i = 0; i < count; i++) {
    if (!test(values)) return false;
    turn(values, ranges);
  }
  return true;
}

function turn(values: number[], ranges: readonly Range[]): void {
  for (let i = 0; i < ranges.length; i++) {
    const { min, max } = at(ranges, i);
    if (at(values, i) < max) {
      values[i] = at(values, i) + 1;
      return;
    }
    values[i] = min;
  }
}
