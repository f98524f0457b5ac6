/** Imports follow the parts' order: machine ← memory-models ← checker ← report ← cli. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

/** What the files of a part may import besides each other and src/errors.ts. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  'src/machine': [],
  'src/memory-models': ['src/machine'],
  'src/checker': ['src/machine', 'src/memory-models'],
  'src/language': ['src/machine'],
  'src/litmus': ['src/machine'],
  'src/report': [
    'src/machine',
    'src/memory-models',
    'src/checker',
    'src/language/loaded-spec.ts',
    'src/language/expect-text.ts',
    'src/litmus',
  ],
  'src/cli': ['src'],
  'src/models': [],
  specs: [],
};

/** Packages, by the part that may use them; Node's own modules are not listed. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'src/language': ['@babel/core', '@babel/preset-typescript', 'kcheck'],
  'src/machine': ['xxhash-wasm'],
  'src/report': ['chalk'],
  'src/cli': ['commander'],
  'src/models': ['kcheck', 'kcheck/models/'],
  specs: ['kcheck', 'kcheck/models/'],
};

const root = join(import.meta.dirname, '..');
const files = ['src', 'specs'].flatMap((directory) => sourcesBelow(join(root, directory)));
const imports = new Map(
  files.map((file) => [relative(root, file), importsOf(relative(root, file))]),
);

test.each(Object.keys(LAYERS))('%s imports only what lies below it', (part) => {
  const allowed = [part, 'src/errors.ts', ...(LAYERS[part] ?? [])];
  expect(
    importsIn(part)
      .filter(({ target }) => isRelative(target))
      .filter(({ file, target }) => {
        const path = resolved(file, target);
        return !allowed.some((prefix) => path === prefix || path.startsWith(`${prefix}/`));
      }),
  ).toEqual([]);
});

test.each(Object.keys(LAYERS))('%s uses only its own packages', (part) => {
  const allowed = PACKAGES[part] ?? [];
  expect(
    importsIn(part)
      .filter(({ target }) => !isRelative(target) && !target.startsWith('node:'))
      .filter(({ target }) => !allowed.some((name) => fits(target, name))),
  ).toEqual([]);
});

test('machine, memory models, checker and report know no file and no terminal', () => {
  const inner = ['src/machine', 'src/memory-models', 'src/checker', 'src/report'];
  expect(
    inner.flatMap(importsIn).filter(({ target }) => /^node:(fs|tty|child_process)/.test(target)),
  ).toEqual([]);
});

test('every part has its place in the layers', () => {
  const parts = readdirSync(join(root, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `src/${entry.name}`);
  expect(parts.filter((part) => !(part in LAYERS))).toEqual([]);
});

test('no cycle between files, apart from types', () => {
  expect(findCycle()).toEqual([]);
});

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

function importsIn(part: string): Import[] {
  return [...imports].filter(([file]) => file.startsWith(`${part}/`)).flatMap(([, found]) => found);
}

function fits(target: string, name: string): boolean {
  return target === name || (name.endsWith('/') && target.startsWith(name));
}

function isRelative(target: string): boolean {
  return target.startsWith('.');
}

function resolved(file: string, target: string): string {
  return join(dirname(file), target);
}

function sourcesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** Static, dynamic and re-exporting imports; the sources hold no such text elsewhere. */
function importsOf(file: string): Import[] {
  const source = readFileSync(join(root, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
  const statements = /^(?:import|export)\b([^;'"]*?)\bfrom\s+'([^']+)'|\bimport\('([^']+)'\)/gm;
  return [...source.matchAll(statements)].map(([, clause = '', from, dynamic = '']) => ({
    file,
    target: from ?? dynamic,
    typeOnly: clause.trimStart().startsWith('type '),
  }));
}

function findCycle(): string[] {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const { target, typeOnly } of imports.get(file) ?? []) {
      if (typeOnly || !isRelative(target)) continue;
      const cycle = visit(resolved(file, target), [...path, file]);
      if (cycle.length > 0) return cycle;
    }
    done.add(file);
    return [];
  };
  for (const file of imports.keys()) {
    const cycle = visit(file, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
