/** Members and elements of which one is chosen by a model value; plain accesses through `.value`. */
import { refuse, suggestion } from '../errors.ts';
import { getGhost, load, setGhost, store } from './accesses.ts';
import { describe, merge } from './cells.ts';
import { staging } from './current.ts';
import { BOOL, S32, binary, constant, select, unary } from './expressions.ts';
import { fitting, locate, refuseLock } from './locations.ts';
import { Lvalue, Structure, structureOf } from './memory.ts';
import { lookup, ownScalar, toScalar } from './scalars.ts';
import { isModel, modelOf, wrap } from './values.ts';
import type { Expr } from '../../machine/machine.ts';
import type { Stage } from './stage.ts';
import type { View } from './values.ts';

/** `array[index]` where the index is a model value. */
export function indexByModel(array: unknown, index: unknown): unknown {
  const stage = staging('an index');
  const key = toScalar(index, stage);
  if (key.type.kind !== 'int') {
    return refuse(
      'KC0125',
      `an array is indexed by ${describe(index)}`,
      'An index is a number; a field name is known while the spec loads.',
    );
  }
  const model = modelOf(array);
  if (model?.kind === 'view') return indexOfView(stage, model, key.expr);
  if (Array.isArray(array)) return elementOf(stage, array, key.expr);
  return refuse(
    'KC0125',
    `${describe(array)} is indexed by a model value`,
    'Only an array can be indexed by a value that is known while the state space is explored.',
  );
}

/** `view.field`: the field of whichever object is meant. */
export function memberOf(object: unknown, field: unknown): unknown {
  const stage = staging(`'.${String(field)}'`);
  const view = modelOf(object);
  if (view?.kind !== 'view') throw new Error('staging: a member of something that is no view');
  const key = field as PropertyKey;
  return chosen(stage, { ...view, elements: view.elements.map((element) => read(element, key)) });
}

/** `pointer->field`. */
export function memberOfPointer(pointer: unknown, field: unknown): unknown {
  const stage = staging(`'.${String(field)}'`);
  const { expr, type } = toScalar(pointer, stage);
  if (type.kind !== 'ref') throw new Error('staging: a member of something that is no pointer');
  const structures = stage.draft.structuresOf(type.shape);
  if (structures.length === 0) refuseShapeless();
  return chosen(stage, {
    kind: 'view',
    elements: structures.map((structure) => read(structure, field as PropertyKey)),
    keys: structures.map((structure) => (structureOf(structure)?.base ?? 0) + 1),
    key: expr,
    fault: 'null-dereference',
    stage,
  });
}

/** Reads `.value`. */
export function loadPlain(location: unknown): unknown {
  const stage = staging("'.value'");
  const target = locate(stage, location, "'.value'");
  if (target.space === 'ghost') return getGhost(stage, target);
  if (target.lock) refuseLock("'.value'");
  return load(stage, target, 'plain', '').value;
}

/** Assigns `.value`. */
export function storePlain(location: unknown, value: unknown): void {
  const stage = staging("'.value ='");
  const target = locate(stage, location, "'.value ='");
  if (target.lock) refuseLock("'.value ='");
  const word = fitting(stage, value, target.type, 'an assignment');
  if (target.space === 'ghost') setGhost(stage, target, word);
  else store(stage, target, word, 'plain', '');
}

function read(object: unknown, field: PropertyKey): unknown {
  if (
    isModel(object) ||
    object instanceof Lvalue ||
    typeof object !== 'object' ||
    object === null
  ) {
    return refuseField(object, field);
  }
  if (!(field in object)) return refuseField(object, field);
  return (object as Readonly<Record<PropertyKey, unknown>>)[field];
}

function refuseField(object: unknown, field: PropertyKey): never {
  const fields = object instanceof Structure ? Object.keys(object) : [];
  return refuse(
    'KC0127',
    `${describe(object)} has no '${String(field)}'`,
    fields.length > 0
      ? suggestion(String(field), fields)
      : 'Every object that may be meant here must have it.',
  );
}

function refuseShapeless(): never {
  return refuse(
    'KC0126',
    'a field is accessed through a pointer that never points to a structure',
    'Say what it points to where it is declared: pointer(null, like), with any structure of that shape.',
  );
}

function elementOf(stage: Stage, elements: readonly unknown[], key: Expr): unknown {
  if (elements.length === 0) {
    return refuse('KC0125', 'an empty array is indexed', 'It has no element to access.');
  }
  return chosen(stage, {
    kind: 'view',
    elements: [...elements],
    keys: elements.map((_, i) => i),
    key,
    fault: 'index-out-of-bounds',
    stage,
  });
}

/**
 * `rq[i].list[j]`: one view over all elements of all arrays. Where i or j is none of its indices, the
 * key is none of the keys: no element is taken for another's. Elements at even distances in memory
 * are their own keys, so that the address is computed as the machine would.
 */
function indexOfView(stage: Stage, view: View, key: Expr): unknown {
  const arrays = view.elements.map((element): readonly unknown[] =>
    Array.isArray(element)
      ? element
      : refuse('KC0125', `${describe(element)} is indexed by a model value`, 'Only arrays can be.'),
  );
  const width = Math.max(1, ...arrays.map((array) => array.length));
  const { first, stride } = evenly(arrays) ?? {
    first: arrays.map((_, i) => i * width),
    stride: 1,
  };
  const columns = Array.from({ length: width }, (_, j) => j);
  const valid = binary('and', oneOf(view.key, view.keys), oneOf(key, columns));
  const offset = stride === 1 ? key : binary('*', key, constant(stride));
  return chosen(stage, {
    kind: 'view',
    elements: arrays.flat(),
    keys: arrays.flatMap((array, i) => array.map((_, j) => (first[i] ?? 0) + j * stride)),
    key: select(valid, binary('+', lookup(view, first), offset), constant(-1)),
    fault: 'index-out-of-bounds',
    stage,
  });
}

interface Layout {
  /** Where each array begins. */
  readonly first: readonly number[];
  /** From one element to the next. */
  readonly stride: number;
}

/** How the elements of all arrays stand in memory, if they do so at even distances, apart. */
function evenly(arrays: readonly (readonly unknown[])[]): Layout | null {
  const bases = arrays.map((array) => array.map(baseOf));
  const first = bases.map(([base]) => base ?? -1);
  const some = bases.find((base) => base.length > 1) ?? [];
  const stride = (some[1] ?? 1) - (some[0] ?? 0);
  const even = bases.every((base, i) => base.every((b, j) => b === (first[i] ?? 0) + j * stride));
  const all = bases.flat();
  const apart = new Set(all).size === all.length && !all.includes(-1);
  const full = bases.every((base) => base.length === bases[0]?.length);
  return even && apart && full && stride > 0 ? { first, stride } : null;
}

function baseOf(element: unknown): number {
  if (element instanceof Lvalue) return Lvalue.info(element).address.candidates[0] ?? -1;
  return structureOf(element)?.base ?? -1;
}

/** Whether a value is one of `keys`. A register holds an integer; another expression may not. */
function oneOf(value: Expr, keys: readonly number[]): Expr {
  const [low, high] = [Math.min(...keys), Math.max(...keys)];
  if (value.op === 'reg' && high - low === keys.length - 1) {
    return binary('and', binary('>=', value, constant(low)), binary('<=', value, constant(high)));
  }
  return keys.map((key) => binary('==', value, constant(key))).reduce((a, b) => binary('or', a, b));
}

/** A view as the value it is: one ordinary thing if it can only be that, a number if all are. */
function chosen(stage: Stage, view: View): unknown {
  if (view.stage !== stage)
    ownScalar({ ...view, kind: 'scalar', expr: view.key, type: S32 }, stage);
  const [first, ...others] = view.elements;
  if (
    view.fault === 'null-dereference' &&
    others.every((other) => other === first) &&
    !isObject(first)
  ) {
    return first;
  }
  const numbers = view.elements.filter((e) => typeof e === 'number' || typeof e === 'boolean');
  return numbers.length === view.elements.length ? chosenNumber(stage, view, numbers) : wrap(view);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** An element of a table of numbers. There is nothing to access, so the index is checked here. */
function chosenNumber(stage: Stage, view: View, numbers: readonly (number | boolean)[]): unknown {
  const merged = merge(numbers);
  const kinds = new Set(numbers.map((number) => typeof number));
  if (merged.kind === 'conflict' || kinds.size > 1) {
    return refuse(
      'KC0125',
      'a model value chooses among values of different types',
      'The elements must all be integers, or all be booleans.',
    );
  }
  const type = kinds.has('boolean') ? BOOL : S32;
  const entry = lookup(view, numbers.map(Number));
  const within = oneOf(view.key, view.keys);
  if (stage.pure) return stage.scalar(select(within, entry, outOfBounds(stage)), type);
  const name = 'index out of bounds';
  stage.record({ kind: 'assert', condition: within, name, implied: true });
  return stage.scalar(entry, type);
}

/** An expression that fails wherever it is evaluated: there is no ghost that it could read. */
function outOfBounds(stage: Stage): Expr {
  if (!stage.ghosts) refuseTable();
  const nowhere = unary('-', constant(1));
  return {
    op: 'ghost',
    address: { expr: nowhere, candidates: [], fault: 'index-out-of-bounds' },
  };
}

function refuseTable(): never {
  return refuse(
    'KC0122',
    'a table of numbers is indexed by a model value in a condition on the value of a location',
    'The index could be out of bounds: test the value after smp_cond_load_*().',
  );
}
