/** Members of objects, by ordinary keys and by model values: of locations and structures as of ordinary objects. */
import { refuse, suggestion } from '../errors.ts';
import { indexByModel, memberOf, memberOfPointer, loadPlain, storePlain } from './access.ts';
import { describe } from './cells.ts';
import { Lvalue, Structure } from './memory.ts';
import { change } from './objects.ts';
import { refuseLvalue } from './operands.ts';
import { isModel, modelOf } from './values.ts';

export function readMember(object: unknown, key: unknown): unknown {
  const model = modelOf(object);
  if (isModel(key)) return indexByModel(object, key);
  if (model) return readModel(object, key);
  if (object instanceof Lvalue) return key === 'value' ? loadPlain(object) : noField(object, key);
  if (object instanceof Structure && !Object.hasOwn(object, key as PropertyKey)) {
    return noField(object, key);
  }
  return (object as Record<PropertyKey, unknown>)[key as PropertyKey];
}

export function writeMember(object: unknown, key: unknown, value: unknown): unknown {
  const target = isModel(key) ? indexByModel(object, key) : null;
  if (target !== null) {
    return refuse(
      'KC0118',
      'an element of an ordinary array is assigned by a model value',
      'Make the elements shared() or ghost() and assign their .value.',
    );
  }
  if (object instanceof Lvalue || isModel(object)) return writeModel(object, key, value);
  if (object instanceof Structure) return refuseWholeStructure(key);
  return change(object, () => {
    (object as Record<PropertyKey, unknown>)[key as PropertyKey] = value;
    return value;
  });
}

export function removeMember(object: unknown, key: unknown): boolean {
  if (isModel(object) || isModel(key)) {
    refuse('KC0113', "'delete' on a model value", 'It works on ordinary objects only.');
  }
  return change(object, () => Reflect.deleteProperty(Object(object), key as PropertyKey));
}

/** A value that a pattern or a spread takes apart. */
export function partsOf(value: unknown): unknown {
  refuseLvalue(value);
  return isModel(value)
    ? refuse('KC0113', 'a model value is taken apart', 'Read its fields one by one.')
    : value;
}

function readModel(object: unknown, key: unknown): unknown {
  const model = modelOf(object);
  if (model?.kind === 'view') return key === 'value' ? readView(object) : memberOf(object, key);
  if (model?.kind === 'scalar' && model.type.kind === 'ref') return memberOfPointer(object, key);
  return noField(object, key);
}

function readView(view: unknown): unknown {
  const model = modelOf(view);
  const lvalues = model?.kind === 'view' && model.elements.every((e) => e instanceof Lvalue);
  return lvalues ? loadPlain(view) : memberOf(view, 'value');
}

function writeModel(object: unknown, key: unknown, value: unknown): unknown {
  if (key !== 'value') return refuseWholeStructure(key);
  storePlain(object, value);
  return value;
}

function noField(object: unknown, key: unknown): never {
  const fields = object instanceof Structure ? Object.keys(object) : [];
  return refuse(
    'KC0127',
    `${describe(object)} has no '${String(key)}'`,
    object instanceof Structure
      ? suggestion(String(key), fields)
      : 'A location has .value; a number or boolean has no properties here.',
  );
}

function refuseWholeStructure(key: unknown): never {
  return refuse(
    'KC0127',
    `'${String(key)}' of a shared structure is assigned`,
    'Assign the .value of a field, or WRITE_ONCE() it.',
  );
}
