/** `let` variables that are reassigned, and what becomes of them where control joins. */
import { refuse } from '../errors.ts';
import { current } from './current.ts';
import { BOOL, S32, like, sameExpr } from './expressions.ts';
import { modelOf } from './values.ts';
import { Lvalue, structureOf } from './memory.ts';
import type { Stage } from './stage.ts';
import type { ValueType } from '../../machine/machine.ts';

let births = 0;

/** A moment; cells born later have a greater one. */
export function now(): number {
  return births;
}

export class Cell {
  readonly name: string;
  readonly born: number;
  /** The stage that made it: only that one may assign. */
  readonly owner: Stage | null;
  /** What it holds, poison included; for the staging machinery alone. */
  raw: unknown;

  constructor(name: string, value: unknown, born: number = ++births) {
    this.name = name;
    this.born = born;
    this.owner = current.stage;
    this.raw = value;
  }

  /** Its value, for rewritten code. */
  get v(): unknown {
    if (this.raw instanceof Poison) this.raw.refuse(this.name);
    return this.raw;
  }
}

/** The value of a variable that different paths left with values no register can hold. */
export class Poison {
  readonly #reason: string;

  constructor(reason: string) {
    this.#reason = reason;
  }

  /** Asked of model values too, which must not notice. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && #reason in value;
  }

  get reason(): string {
    return this.#reason;
  }

  refuse(name: string): never {
    return refuse(
      'KC0115',
      `'${name}' is read where paths join that left ${this.reason} in it`,
      'Give it values of one type (number, boolean or pointer to one structure) on every path, or read it before the paths join.',
    );
  }
}

export type Merge =
  | { readonly kind: 'same'; readonly value: unknown }
  | { readonly kind: 'phi'; readonly type: ValueType }
  | { readonly kind: 'conflict'; readonly reason: string };

/** What a variable is after paths join that left `values` in it. */
export function merge(values: readonly unknown[]): Merge {
  const [first, ...others] = values;
  if (others.every((other) => same(first, other))) return { kind: 'same', value: first };
  const types = values.map(scalarType);
  const joined = types.every((type) => type !== null) ? joinTypes(types) : null;
  if (joined) return { kind: 'phi', type: joined };
  return { kind: 'conflict', reason: [...new Set(values.map(describe))].join(' and ') || 'values' };
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const left = modelOf(a);
  const right = modelOf(b);
  if (left?.kind !== 'scalar' || right?.kind !== 'scalar') return false;
  return left.type.kind === right.type.kind && sameExpr(left.expr, right.expr);
}

/** The type of the register that could hold a value; null: none can. */
function scalarType(value: unknown): ValueType | null {
  if (typeof value === 'number') return Number.isInteger(value) ? S32 : null;
  if (typeof value === 'boolean') return BOOL;
  if (value === null) return { kind: 'ref', shape: '' };
  const model = modelOf(value);
  if (model?.kind === 'scalar') return model.type;
  if (model) return viewType(model.elements);
  return viewType([value]);
}

/** The pointer type that a choice among structures has. */
export function viewType(elements: readonly unknown[]): ValueType | null {
  const shapes = new Set(elements.map((element) => structureOf(element)?.shape ?? null));
  const [shape] = shapes;
  return shapes.size === 1 && shape ? { kind: 'ref', shape } : null;
}

export function joinTypes(types: readonly ValueType[]): ValueType | null {
  const kinds = new Set(types.map((type) => type.kind));
  if (kinds.size !== 1) return null;
  const [first] = types;
  if (!first || first.kind === 'bool') return first ?? null;
  if (first.kind === 'int') return types.map(like).find((type) => type !== S32) ?? S32;
  const shapes = new Set(types.map((type) => (type.kind === 'ref' ? type.shape : '')));
  shapes.delete('');
  const [shape = ''] = shapes;
  return shapes.size <= 1 ? { kind: 'ref', shape } : null;
}

export function describe(value: unknown): string {
  const model = modelOf(value);
  if (model?.kind === 'scalar') return NAMES[model.type.kind];
  if (model) return 'a choice of objects';
  if (value instanceof Poison) return value.reason;
  if (value === undefined) return 'no value';
  if (value === null) return 'null';
  if (typeof value === 'number') return Number.isInteger(value) ? 'a number' : 'a fraction';
  if (typeof value === 'boolean') return 'a boolean';
  if (value instanceof Lvalue) return 'a location';
  if (structureOf(value)) return 'a structure';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

const NAMES = { int: 'a number', bool: 'a boolean', ref: 'a pointer' } as const;
