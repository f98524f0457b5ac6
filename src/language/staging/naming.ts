/**
 * Names of shared() and ghost() from the declarations around them. A declaration names what was made
 * while its initialiser ran and has no name yet, so the innermost one wins.
 */
import { current } from './current.ts';
import { Lvalue, Structure } from './memory.ts';
import type { Draft } from './draft.ts';
import type { Root } from './memory.ts';

const roots = new WeakMap<object, Root>();

/** Notes what a shared() or ghost() returned. */
export function noteRoot(value: object, root: Root): void {
  roots.set(value, root);
}

/** Runs the initialiser of a declaration, and names what it made; only while system() runs. */
export function declareNamed<T>(name: string, run: () => T): T {
  const { draft, stage } = current;
  if (!draft || stage) return run();
  const since = draft.roots.length;
  const value = run();
  nameRoots(name, value, draft.roots.slice(since));
  return value;
}

/** Names the roots among `made` that have no name: by their place in the value, else by number. */
export function nameRoots(name: string, value: unknown, made: readonly Root[]): void {
  const nameless = new Set(made.filter((root) => root.name === ''));
  if (nameless.size === 0) return;
  walk(name, value, nameless, new Set());
  const rest = [...nameless];
  rest.forEach((root, i) => {
    root.name = rest.length === 1 ? name : `${name}[${i}]`;
  });
}

/** Gives every root a name, and no two locations the same one. */
export function settleNames(draft: Draft): void {
  const taken = new Set<string>();
  for (const root of draft.roots) {
    const paths = draft
      .cells(root.space)
      .filter((cell) => cell.root === root)
      .map(({ path }) => path);
    const name = root.name === '' ? NAMELESS[root.space] : root.name;
    const free = (candidate: string): boolean =>
      paths.every((path) => !taken.has(candidate + path));
    root.name = name;
    for (let i = 2; !free(root.name); i++) root.name = `${name}#${i}`;
    for (const path of paths) taken.add(root.name + path);
  }
}

const NAMELESS = { memory: 'shared', ghost: 'ghost' } as const;

function walk(name: string, value: unknown, nameless: Set<Root>, seen: Set<object>): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  const root = roots.get(value);
  if (root) {
    if (nameless.delete(root)) root.name = name;
    return;
  }
  if (value instanceof Lvalue || value instanceof Structure) return;
  if (Array.isArray(value))
    value.forEach((element, i) => walk(`${name}[${i}]`, element, nameless, seen));
  else if (isPlain(value)) {
    for (const [field, inner] of Object.entries(value))
      walk(`${name}.${field}`, inner, nameless, seen);
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
