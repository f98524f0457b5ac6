/** What the argument of an access means: one location or ghost, or one of several. */
import { refuse } from '../errors.ts';
import { describe } from './cells.ts';
import { range } from './expressions.ts';
import { Lvalue } from './memory.ts';
import { lookup, toScalar } from './scalars.ts';
import { modelOf } from './values.ts';
import type { Address, Expr, ValueType } from '../../machine/machine.ts';
import type { LvalueInfo } from './memory.ts';
import type { Stage } from './stage.ts';
import type { View } from './values.ts';

/** What an access touches. */
export type Target = Pick<LvalueInfo, 'space' | 'type' | 'lock' | 'address'>;

/** Refuses what is no location; `primitive` names who wants one. */
export function locate(stage: Stage, value: unknown, primitive: string): Target {
  if (value instanceof Lvalue) return fromLvalue(stage, Lvalue.info(value));
  const model = modelOf(value);
  if (model?.kind === 'view') return fromView(stage, model, primitive);
  return refuse(
    'KC0121',
    `${primitive} is given ${describe(value)}`,
    'It takes a location: a scalar that shared() or ghost() made, or a field of one of their structures.',
  );
}

/** A location of shared memory that is no lock: what memory primitives work on. */
export function locateShared(stage: Stage, value: unknown, primitive: string): Target {
  const target = locate(stage, value, primitive);
  if (target.space === 'ghost') {
    return refuse(
      'KC0121',
      `${primitive}() is given a ghost`,
      'Ghost state is outside the memory model: read and assign its .value.',
    );
  }
  return target.lock ? refuseLock(primitive) : target;
}

/** A lock word. */
export function locateLock(stage: Stage, value: unknown, primitive: string): Target {
  const target = locate(stage, value, primitive);
  if (target.lock) return target;
  return refuse(
    'KC0121',
    `${primitive}() is given a location that is no lock`,
    'Declare it with spinlock() or mutex().',
  );
}

export function refuseLock(primitive: string): never {
  return refuse(
    'KC0121',
    `${primitive} is used on a lock`,
    'A lock is taken, released and asked for by the locking primitives only.',
  );
}

/** The value as an expression, if the target can hold values of its type. */
export function fitting(stage: Stage, value: unknown, type: ValueType, primitive: string): Expr {
  const word = toScalar(value, stage);
  if (holds(type, word.type)) return word.expr;
  return refuse(
    'KC0114',
    `${primitive}: ${TYPES[type.kind]} is given ${describe(value)}`,
    type.kind === word.type.kind
      ? 'The pointers of a location all point to structures of one shape.'
      : 'Values are not converted: write x !== 0 for a boolean, b ? 1 : 0 for a number.',
  );
}

/** What a load from the target gives. */
export function loadedType(stage: Stage, { type, lock }: Target): ValueType {
  return lock ? range(0, stage.draft.contexts.length) : type;
}

function holds(type: ValueType, given: ValueType): boolean {
  if (type.kind !== 'ref' || given.kind !== 'ref') return type.kind === given.kind;
  return type.shape === given.shape || type.shape === '' || given.shape === '';
}

const TYPES = {
  int: 'a location that holds numbers',
  bool: 'a location that holds booleans',
  ref: 'a location that holds pointers',
} as const;

function fromLvalue(stage: Stage, info: LvalueInfo): Target {
  if (info.draft === stage.draft) return info;
  return refuse(
    'KC0121',
    'a location of another run is used',
    'Call shared() and ghost() inside system(): every run has a machine of its own.',
  );
}

function fromView(stage: Stage, view: View, primitive: string): Target {
  if (view.stage !== stage) refuseForeign();
  const targets = view.elements.map((element) => {
    if (element instanceof Lvalue) return fromLvalue(stage, Lvalue.info(element));
    return refuse(
      'KC0121',
      `${primitive} is given one of several objects`,
      'It takes a location: name a field that holds a scalar.',
    );
  });
  const [first, ...others] = targets;
  if (!first) return refuse('KC0125', 'an empty array is indexed', 'It has no element to access.');
  const type = commonType(targets.map((target) => target.type));
  if (!type || others.some(({ space, lock }) => space !== first.space || lock !== first.lock)) {
    return refuse(
      'KC0125',
      'a model value chooses among locations of different types',
      'The elements must have one type, all shared() or all ghost().',
    );
  }
  return { space: first.space, type, lock: first.lock, address: chosen(view, targets) };
}

function refuseForeign(): never {
  return refuse(
    'KC0113',
    'a model value of one body is used in another',
    'Local variables belong to one context; hand values over in shared() or ghost() state.',
  );
}

function chosen(view: View, targets: readonly Target[]): Address {
  const table = targets.map(({ address }) => address.candidates[0] ?? 0);
  const candidates = [...new Set(table)].toSorted((a, b) => a - b);
  return { expr: lookup(view, table), candidates, fault: view.fault };
}

/** The narrowest type that every value of `types` fits. */
function commonType(types: readonly ValueType[]): ValueType | null {
  const [first] = types;
  if (!first) return null;
  if (first.kind === 'int') return commonInt(types);
  const same = types.every(
    (type) =>
      type.kind === first.kind &&
      (type.kind !== 'ref' || first.kind !== 'ref' || type.shape === first.shape),
  );
  return same ? first : null;
}

function commonInt(types: readonly ValueType[]): ValueType | null {
  const ints = types.filter((type) => type.kind === 'int');
  if (ints.length !== types.length) return null;
  const display = (ints.find((type) => type.display.kind !== 'decimal') ?? ints[0])?.display;
  return range(
    Math.min(...ints.map(({ min }) => min)),
    Math.max(...ints.map(({ max }) => max)),
    display,
  );
}
