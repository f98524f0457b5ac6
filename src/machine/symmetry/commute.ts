/**
 * Whether an expression commutes with a symmetry: evaluated before it, and then renamed, it gives what
 * its image gives where everything it reads has been renamed. Shown by structure where the structure is
 * the same, else by trying all values of what is read.
 */
import { ghostsIn, registersIn } from '../expression.ts';
import { at } from '../graph.ts';
import type { Address, Expr, Machine, Program } from '../machine.ts';
import { namesImages } from './affine.ts';
import { SAME, mapped, sameValues } from './automorphism.ts';
import type { Renamed, Values } from './automorphism.ts';
import { everyCombination, rangeOf } from './combinations.ts';
import { registerRanges } from './register-ranges.ts';
import type { Range } from './combinations.ts';
import { Faulty, valueOf } from './evaluate.ts';
import type { Given } from './evaluate.ts';

/** What a symmetry does to what an expression reads. */
export interface Renaming {
  /** By register of the program its image, its values, and which values it can have. */
  readonly registers: readonly number[];
  readonly registerValues: readonly Values[];
  readonly registerRanges: readonly Range[];
  readonly ghosts: readonly number[];
  readonly ghostValues: readonly Values[];
  readonly ghostRanges: readonly Range[];
}

/** Of a program whose registers have these images. */
export function renamingOf(
  machine: Machine,
  by: Renamed,
  program: Program,
  registers: readonly number[],
  registerValues: readonly Values[],
): Renaming {
  return {
    registers,
    registerValues,
    registerRanges: registerRanges(machine, program),
    ghosts: by.ghosts,
    ghostValues: by.ghostValues,
    ghostRanges: machine.ghosts.map(({ type }) => rangeOf(type, machine.locations.length)),
  };
}

/** `to`: what becomes of the value. */
export function commutes(by: Renaming, one: Expr, other: Expr, to: Values): boolean {
  return alike(by, one, other, to) || always(by, one, other, (a, b) => same(mapped(to, a), b));
}

/** The same of a condition: all values but 0 are true. */
export function agrees(by: Renaming, one: Expr, other: Expr): boolean {
  if (one.op === 'reg' && other.op === 'reg') {
    const values = at(by.registerValues, one.register);
    return at(by.registers, one.register) === other.register && mapped(values, 0) === 0;
  }
  if (one.op === 'unary' && other.op === 'unary' && one.operator === other.operator) {
    const asks = one.operator === '!' || one.operator === 'bool';
    if (asks && agrees(by, one.operand, other.operand)) return true;
  }
  if (one.op === 'binary' && other.op === 'binary' && one.operator === other.operator) {
    const joins = one.operator === 'and' || one.operator === 'or';
    const both = agrees(by, one.left, other.left) && agrees(by, one.right, other.right);
    if (joins && both) return true;
  }
  return commutes(by, one, other, SAME);
}

/** Whether an address names the image of what it named, or is at fault as it was. */
export function commutesAddress(
  by: Renaming,
  one: Address,
  other: Address,
  cells: readonly number[],
): boolean {
  const { candidates } = one;
  const images = new Set(candidates.map((cell) => at(cells, cell)));
  if (one.fault !== other.fault || images.size !== other.candidates.length) return false;
  if (!other.candidates.every((cell) => images.has(cell))) return false;
  if (one.expr.op === 'const' && other.expr.op === 'const') {
    return cells[one.expr.value] === other.expr.value;
  }
  if (isShifted(by, one, other, cells)) return true;
  if (namesImages(one, other, cells, by.registers, by.registerValues)) return true;
  return always(by, one.expr, other.expr, (a, b) =>
    candidates.includes(a) ? at(cells, a) === b : !images.has(b),
  );
}

/** All that either can name is so many cells on in the image. */
function isShifted(by: Renaming, one: Address, other: Address, cells: readonly number[]): boolean {
  const [a, b] = [offset(one.expr), offset(other.expr)];
  const shift = b.base - a.base;
  if (one.candidates.some((cell) => at(cells, cell) !== cell + shift)) return false;
  if (a.index === null || b.index === null) return a.index === b.index;
  return commutes(by, a.index, b.index, SAME);
}

function offset(expr: Expr): { readonly base: number; readonly index: Expr | null } {
  if (expr.op === 'const') return { base: expr.value, index: null };
  if (expr.op !== 'binary' || expr.operator !== '+') return { base: 0, index: expr };
  if (expr.left.op === 'const') return { base: expr.left.value, index: expr.right };
  if (expr.right.op === 'const') return { base: expr.right.value, index: expr.left };
  return { base: 0, index: expr };
}

function alike(by: Renaming, one: Expr, other: Expr, to: Values): boolean {
  if (one.op === 'const' && other.op === 'const') return mapped(to, one.value) === other.value;
  if (one.op === 'reg' && other.op === 'reg') {
    const isImage = at(by.registers, one.register) === other.register;
    return isImage && sameValues(at(by.registerValues, one.register), to);
  }
  if (one.op === 'ghost' && other.op === 'ghost') {
    const { candidates } = one.address;
    const all = candidates.every((ghost) => sameValues(at(by.ghostValues, ghost), to));
    return all && commutesAddress(by, one.address, other.address, by.ghosts);
  }
  if (one.op === 'select' && other.op === 'select') {
    return (
      agrees(by, one.condition, other.condition) &&
      commutes(by, one.then, other.then, to) &&
      commutes(by, one.otherwise, other.otherwise, to)
    );
  }
  // What is computed is the same, of what is the same.
  if (to.size > 0) return false;
  if (one.op === 'unary' && other.op === 'unary') {
    const asks = one.operator === '!' || one.operator === 'bool';
    const operands = asks ? agrees : computesSame;
    return one.operator === other.operator && operands(by, one.operand, other.operand);
  }
  if (one.op === 'binary' && other.op === 'binary' && one.operator === other.operator) {
    return binaryAlike(by, one, other);
  }
  return false;
}

type Binary = Extract<Expr, { op: 'binary' }>;

function binaryAlike(by: Renaming, one: Binary, other: Binary): boolean {
  switch (one.operator) {
    case 'and':
    case 'or':
      return agrees(by, one.left, other.left) && agrees(by, one.right, other.right);
    case '==':
    case '!=': {
      const values = renamed(by, one.left) ?? renamed(by, one.right) ?? SAME;
      const [left, right] = [
        commutes(by, one.left, other.left, values),
        commutes(by, one.right, other.right, values),
      ];
      return left && right;
    }
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '&':
    case '|':
    case '^':
    case '<<':
    case '>>':
    case '>>>':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return computesSame(by, one.left, other.left) && computesSame(by, one.right, other.right);
  }
}

function computesSame(by: Renaming, one: Expr, other: Expr): boolean {
  return commutes(by, one, other, SAME);
}

/** How the values are renamed that the expression reads as they are; null: that it does not say. */
function renamed(by: Renaming, expr: Expr): Values | null {
  switch (expr.op) {
    case 'const':
      return null;
    case 'reg':
      return at(by.registerValues, expr.register);
    case 'ghost':
      return at(by.ghostValues, at(expr.address.candidates, 0));
    case 'select':
      return renamed(by, expr.then) ?? renamed(by, expr.otherwise);
    case 'unary':
    case 'binary':
      return SAME;
  }
}

/** Whether the test holds of both values, whatever is read. */
function always(
  by: Renaming,
  one: Expr,
  other: Expr,
  test: (one: number, other: number) => boolean,
): boolean {
  const registers = [...registersIn(one)];
  const ghosts = [...ghostsIn(one)];
  const isRead = (all: readonly number[], images: readonly number[], image: number): boolean =>
    all.some((index) => images[index] === image);
  const readsMore =
    [...registersIn(other)].some((r) => !isRead(registers, by.registers, r)) ||
    [...ghostsIn(other)].some((g) => !isRead(ghosts, by.ghosts, g));
  if (readsMore) return false;
  const ranges = [
    ...registers.map((r) => at(by.registerRanges, r)),
    ...ghosts.map((g) => at(by.ghostRanges, g)),
  ];
  try {
    return everyCombination(ranges, (values) => {
      const before = new Map(registers.map((r, i) => [r, at(values, i)]));
      const ghostsBefore = new Map(ghosts.map((g, i) => [g, at(values, registers.length + i)]));
      const after = renaming(before, by.registers, by.registerValues);
      const ghostsAfter = renaming(ghostsBefore, by.ghosts, by.ghostValues);
      const [a, b] = [given(before, ghostsBefore), given(after, ghostsAfter)];
      return test(valueOf(one, a), valueOf(other, b));
    });
  } catch (error) {
    if (error instanceof Faulty) return false;
    throw error;
  }
}

function renaming(
  before: ReadonlyMap<number, number>,
  images: readonly number[],
  values: readonly Values[],
): ReadonlyMap<number, number> {
  return new Map(
    [...before].map(([index, value]) => [at(images, index), mapped(at(values, index), value)]),
  );
}

function given(registers: ReadonlyMap<number, number>, ghosts: ReadonlyMap<number, number>): Given {
  return {
    register: (index) => known(registers, index),
    ghost: (index) => known(ghosts, index),
  };
}

function known(values: ReadonlyMap<number, number>, index: number): number {
  const value = values.get(index);
  if (value === undefined) throw new RangeError(`nothing is known of ${index}`);
  return value;
}

/** 0 and -0 are one word; what is no number is none. */
function same(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}
