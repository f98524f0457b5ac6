/** Shared memory and ghost state. */
import { refuse } from '../errors.ts';
import { describe } from '../staging/cells.ts';
import { declaring } from '../staging/current.ts';
import { BOOL, S32 } from '../staging/expressions.ts';
import {
  Lvalue,
  constantAddress,
  makeStructure,
  pointerTo,
  structureOf,
} from '../staging/memory.ts';
import { noteRoot } from '../staging/naming.ts';
import { Pointer, Scalar } from './initialisers.ts';
import { typed } from './types.ts';
import type { Draft } from '../staging/draft.ts';
import type { Root, Space, Structure } from '../staging/memory.ts';
import type { GhostOf, SharedOf } from './types.ts';

/**
 * Declares shared memory. A number makes a location of 32 bits, a boolean one of true or false, an
 * object a structure, an array neighbouring elements of one shape; `u8()`, `flags()`, `pointer()`,
 * `spinlock()` and the like say more of a location. It is named after the declaration that it
 * initialises, unless `name` is given.
 */
export function shared<I>(init: I, name?: string): SharedOf<I> {
  return typed(declare('shared', 'memory', init, name));
}

/**
 * Declares ghost state, in the same ways: what the hardware or the modeller knows, outside the memory
 * model. It is read and assigned through `.value`.
 */
export function ghost<I>(init: I, name?: string): GhostOf<I> {
  return typed(declare('ghost', 'ghost', init, name));
}

function declare(primitive: string, space: Space, init: unknown, name: string | undefined): object {
  const draft = declaring(primitive);
  if (name !== undefined && (typeof name !== 'string' || name === '')) {
    refuse(
      'KC0121',
      `${primitive}() is given ${describe(name)} as its name`,
      'A name is a string.',
    );
  }
  const root: Root = { space, name: name ?? '', explicit: name !== undefined, place: draft.site() };
  draft.roots.push(root);
  const made = new Maker(draft, root, primitive).make(init, '');
  noteRoot(made, root);
  return made;
}

/** Lays out one root. */
class Maker {
  readonly #draft: Draft;
  readonly #root: Root;
  readonly #primitive: string;

  constructor(draft: Draft, root: Root, primitive: string) {
    this.#draft = draft;
    this.#root = root;
    this.#primitive = primitive;
  }

  /** `owner`: the shape of the structure around. */
  make(init: unknown, path: string, owner = ''): object {
    const scalar = scalarOf(init);
    if (scalar) return this.#location(scalar, path);
    if (init instanceof Pointer) return this.#pointer(init, path, owner);
    if (Array.isArray(init)) return this.#array(init, path, owner);
    if (isPlain(init)) return this.#structure(init, path);
    return this.#refuse(init, path);
  }

  #location({ type, initial, lock }: Scalar, path: string): Lvalue {
    const draft = this.#draft;
    const { space } = this.#root;
    if (lock && space === 'ghost') {
      refuse('KC0121', 'ghost() is given a lock', 'A lock is a location of shared memory.');
    }
    const cells = draft.cells(space);
    const address = constantAddress(cells.length);
    cells.push({ root: this.#root, path, type, initial, lock });
    return new Lvalue({ draft, space, type, lock, address, stage: null });
  }

  /**
   * A pointer of which nothing is said points, in a structure, to structures of that shape, as the links
   * of a list do; elsewhere to the only shape that there is when all of system() has run.
   */
  #pointer({ to, like }: Pointer, path: string, owner: string): Lvalue {
    const target = to && structureOf(to);
    const handle = target ? pointerTo(target) : null;
    const initial = handle?.op === 'const' ? handle.value : 0;
    const shape = (like && structureOf(like)?.shape) ?? owner;
    const type = { kind: 'ref' as const, shape };
    if (shape === '') this.#draft.pending.push(() => void (type.shape = onlyShape(this.#draft)));
    return this.#location(new Scalar(type, initial), path);
  }

  #array(elements: readonly unknown[], path: string, owner: string): object {
    if (elements.length === 0) {
      refuse(
        'KC0121',
        `${this.#primitive}() is given an empty array`,
        'An array has at least one element.',
      );
    }
    const shapes = new Set(elements.map(shapeOf));
    if (shapes.size > 1) {
      refuse(
        'KC0121',
        `the elements of an array have different shapes: ${[...shapes].join(' and ')}`,
        'Make them alike, or use an object.',
      );
    }
    return Object.freeze(elements.map((element, i) => this.make(element, `${path}[${i}]`, owner)));
  }

  #structure(init: Readonly<Record<string, unknown>>, path: string): Structure {
    const fields = present(init);
    if (fields.length === 0) {
      refuse(
        'KC0121',
        `${this.#primitive}() is given an object without fields`,
        'Name at least one.',
      );
    }
    const { space } = this.#root;
    const base = this.#draft.cells(space).length;
    const shape = shapeOf(init);
    const made = fields.map(
      ([name, value]) => [name, this.make(value, `${path}.${name}`, shape)] as const,
    );
    const info = { draft: this.#draft, space, base, shape };
    const structure = makeStructure(Object.fromEntries(made), info);
    this.#draft.addStructure(structure);
    return structure;
  }

  #refuse(init: unknown, path: string): never {
    return refuse(
      'KC0121',
      `${this.#primitive}() is given ${describe(init)}${path === '' ? '' : ` for ${path}`}`,
      structureOf(init)
        ? 'A structure is not copied; write pointer(it) for a pointer to it.'
        : init === null
          ? 'Write pointer(null, like) for a pointer.'
          : 'It takes integers, booleans, objects, arrays, and u8(), pointer(), spinlock() and the like.',
    );
  }
}

/** null: no scalar of a plain kind. */
function scalarOf(init: unknown): Scalar | null {
  if (init instanceof Scalar) return init;
  if (typeof init === 'boolean') return new Scalar(BOOL, init ? 1 : 0);
  if (typeof init !== 'number') return null;
  if (init === (init | 0)) return new Scalar(S32, init);
  return refuse('KC0121', `${init} is no 32-bit integer`, 'A location holds 32-bit integers.');
}

/** Structures of one shape can be pointed to by the same pointer. */
function shapeOf(init: unknown): string {
  if (init instanceof Pointer) return 'pointer';
  if (Array.isArray(init)) return `${shapeOf(init[0])}[${init.length}]`;
  if (isPlain(init)) {
    return `{ ${present(init)
      .map(([name, value]) => `${name}: ${shapeOf(value)}`)
      .join(', ')} }`;
  }
  const scalar = scalarOf(init);
  return scalar ? (scalar.lock ? 'lock' : scalar.type.kind) : 'nothing';
}

/** The fields that are there: `undefined` stands for one that a version does not have. */
function present(init: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  return Object.entries(init).filter(([, value]) => value !== undefined);
}

function isPlain(init: unknown): init is Readonly<Record<string, unknown>> {
  if (typeof init !== 'object' || init === null) return false;
  const prototype: unknown = Object.getPrototypeOf(init);
  return prototype === Object.prototype || prototype === null;
}

/** What a pointer that nothing was said of can point to: the only shape there is. */
function onlyShape(draft: Draft): string {
  const [shape = '', ...others] = draft.shapes();
  return others.length === 0 ? shape : '';
}
