/** Members and elements of which one is chosen by a model value; plain accesses through `.value`. */
import { refuse, suggestion } from '../errors.ts';
import { getGhost, load, setGhost, store } from './accesses.ts';
import { describe, merge } from './cells.ts';
import { staging } from './current.ts';
import { BOOL, S32, binary, constant, select } from './expressions.ts';
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
 * `rq[i].list[j]`: one view over all elements of all arrays. Its key is `i * width + j`, and none of
 * the keys where j is not within the width, so that no element is taken for another's.
 */
function indexOfView(stage: Stage, view: View, key: Expr): unknown {
  const arrays = view.elements.map((element): readonly unknown[] =>
    Array.isArray(element)
      ? element
      : refuse('KC0125', `${describe(element)} is indexed by a model value`, 'Only arrays can be.'),
  );
  const width = Math.max(1, ...arrays.map((array) => array.length));
  const which = lookup(
    view,
    view.keys.map((_, i) => i * width),
    -width,
  );
  const inside = binary('and', binary('>=', key, constant(0)), binary('<', key, constant(width)));
  return chosen(stage, {
    kind: 'view',
    elements: arrays.flat(),
    keys: arrays.flatMap((array, i) => array.map((_, j) => i * width + j)),
    key: select(inside, binary('+', which, key), constant(-1)),
    fault: 'index-out-of-bounds',
    stage,
  });
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
  const within = view.keys
    .map((key) => binary('==', view.key, constant(key)))
    .reduce((a, b) => binary('or', a, b));
  if (stage.pure) refuseTable();
  stage.record({ kind: 'assert', condition: within, name: 'index out of bounds' });
  const type = kinds.has('boolean') ? BOOL : S32;
  return stage.scalar(lookup(view, numbers.map(Number)), type);
}

function refuseTable(): never {
  return refuse(
    'KC0122',
    'a table of numbers is indexed by a model value in an expression without steps',
    'The index could be out of bounds: read the table before the condition.',
  );
}
