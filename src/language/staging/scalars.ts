/** Any value that a register could hold, as an expression. */
import { refuse } from '../errors.ts';
import { describe, viewType } from './cells.ts';
import { BOOL, S32, constant, select } from './expressions.ts';
import { pointerTo, structureOf } from './memory.ts';
import { modelOf } from './values.ts';
import type { Scalar, View } from './values.ts';
import type { Expr, ValueType } from '../../machine/machine.ts';

export interface Word {
  readonly expr: Expr;
  readonly type: ValueType;
}

/** Refuses what is neither an integer, a boolean, null, a structure, nor a model value of `stage`. */
export function toScalar(value: unknown, stage: object): Word {
  const model = modelOf(value);
  if (model) return ownScalar(model.kind === 'view' ? viewScalar(model) : model, stage);
  return (
    ordinaryScalar(value) ??
    refuse(
      'KC0113',
      `${describe(value)} is used as a value of the machine`,
      'The machine computes with integers, booleans and pointers to shared structures.',
    )
  );
}

export function ordinaryScalar(value: unknown): Word | null {
  if (typeof value === 'boolean') return { expr: constant(value ? 1 : 0), type: BOOL };
  if (typeof value === 'number')
    return Number.isFinite(value) ? { expr: constant(value), type: S32 } : null;
  if (value === null) return { expr: constant(0), type: { kind: 'ref', shape: '' } };
  const info = structureOf(value);
  if (!info || info.space !== 'memory') return null;
  return { expr: pointerTo(info), type: { kind: 'ref', shape: info.shape } };
}

export function ownScalar(scalar: Scalar, stage: object): Scalar {
  if (scalar.stage === stage) return scalar;
  return refuse(
    'KC0113',
    'a model value of one body is used in another',
    'Local variables belong to one context; hand values over in shared() or ghost() state.',
  );
}

/** A choice among structures as a pointer. */
export function viewScalar(view: View): Scalar {
  const type = viewType(view.elements);
  if (!type) {
    return refuse(
      'KC0125',
      'an object that a model value chooses is used as a value',
      'Read a field of it, or choose among structures of one shape.',
    );
  }
  const pointers = view.elements.map((element) => {
    const info = structureOf(element);
    return info ? info.base + 1 : 0;
  });
  // Out of bounds the straight line of an array could point into the next one: a chain gives -1 there,
  // which no location holds and no structure equals.
  const expr =
    view.fault === 'index-out-of-bounds' ? chain(view, pointers, -1) : lookup(view, pointers);
  return { kind: 'scalar', expr, type, stage: view.stage };
}

/** The table entry that belongs to the view's key: a line where it is one, else nested selects. */
export function lookup(view: View, table: readonly number[], miss = -1): Expr {
  const line = straight(view.keys, table);
  return line ? linear(view.key, line) : chain(view, table, miss);
}

function chain(view: View, table: readonly number[], miss: number): Expr {
  return table.reduceRight<Expr>(
    (rest, entry, i) =>
      select(
        { op: 'binary', operator: '==', left: view.key, right: constant(view.keys[i] ?? 0) },
        constant(entry),
        rest,
      ),
    constant(miss),
  );
}

interface Line {
  readonly slope: number;
  readonly offset: number;
}

function straight(keys: readonly number[], table: readonly number[]): Line | null {
  const [k0 = 0, k1 = 0] = keys;
  const [t0 = 0, t1 = 0] = table;
  const slope = keys.length > 1 ? (t1 - t0) / (k1 - k0) : 1;
  if (!Number.isInteger(slope) || slope === 0) return null;
  const offset = t0 - slope * k0;
  return keys.every((key, i) => table[i] === slope * key + offset) ? { slope, offset } : null;
}

function linear(key: Expr, { slope, offset }: Line): Expr {
  const scaled: Expr =
    slope === 1 ? key : { op: 'binary', operator: '*', left: key, right: constant(slope) };
  if (offset === 0) return scaled;
  return { op: 'binary', operator: '+', left: scaled, right: constant(offset) };
}
