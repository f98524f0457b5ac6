/** Shared locations, ghosts and structures as a spec holds them while a machine is recorded. */
import { refuse } from '../errors.ts';
import type { Expr, Address, ValueType } from '../../machine/machine.ts';

export type Space = 'memory' | 'ghost';

/** One shared() or ghost(): the scalars from `base` on, named after their declaration. */
export interface Root {
  readonly space: Space;
  /** `''` until a declaration names it. */
  name: string;
  /** Given by the spec itself: no declaration changes it. */
  explicit: boolean;
  readonly place: number;
}

export interface CellDraft {
  readonly root: Root;
  /** `.len`, `[2].cid`. */
  readonly path: string;
  readonly type: ValueType;
  readonly initial: number;
  readonly lock: boolean;
}

/** What an access may touch. `static` when it is one location, known now. */
export interface LvalueInfo {
  readonly draft: object;
  readonly space: Space;
  readonly type: ValueType;
  readonly lock: boolean;
  readonly address: Address;
  /** The stage whose registers the address reads; null: none. */
  readonly stage: object | null;
}

/** A scalar in memory or a ghost. Its `value` is staged by rewritten code; other code must not look. */
export class Lvalue {
  readonly #info: LvalueInfo;

  constructor(info: LvalueInfo) {
    this.#info = info;
    Object.freeze(this);
  }

  /** Asked of model values too, which must not notice. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && #info in value;
  }

  static info(lvalue: Lvalue): LvalueInfo {
    return lvalue.#info;
  }

  get value(): unknown {
    return outside();
  }

  set value(_value: unknown) {
    outside();
  }
}

function outside(): never {
  return refuse(
    'KC0112',
    '`.value` is read or assigned by code that is not staged',
    'Only specs and models are staged; access the location there.',
  );
}

export function constantAddress(index: number): Address {
  return { expr: { op: 'const', value: index }, candidates: [index], fault: null };
}

/** A declared structure. Its fields are own, frozen properties. */
export class Structure {
  readonly [field: string]: unknown;

  /** Asked of model values too, which must not notice. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return structureOf(value) !== undefined;
  }
}

export interface StructureInfo {
  readonly draft: object;
  readonly space: Space;
  readonly base: number;
  readonly shape: string;
}

const structures = new WeakMap<object, StructureInfo>();

export function makeStructure(
  fields: Readonly<Record<string, unknown>>,
  info: StructureInfo,
): Structure {
  const structure = Object.freeze(Object.assign(new Structure(), fields));
  structures.set(structure, info);
  return structure;
}

export function structureOf(value: unknown): StructureInfo | undefined {
  return typeof value === 'object' && value !== null ? structures.get(value) : undefined;
}

/** The handle as a pointer value: see RefType. */
export function pointerTo(info: StructureInfo): Expr {
  return { op: 'const', value: info.base + 1 };
}
