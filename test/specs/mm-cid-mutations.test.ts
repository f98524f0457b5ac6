/** Mutations of mm_cid's V6 are noticed, by the property that is there for it, or known not to be. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { loadSpec } from '../../src/language/loader.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import { NO_LIMITS } from '../checker/options.ts';
import { mutations, unnoticed } from './mutations.ts';
import type { Mutation } from './mutations.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const MODELS = path.join(ROOT, 'src/models');

/** What the spec is made of besides its own files. */
const MODEL_FILES = [
  'mm-cid.ts',
  ...readdirSync(path.join(MODELS, 'mm-cid')).map((name) => `mm-cid/${name}`),
  'sched.ts',
];

/** A task that moves, both directions, and B1, under the model that orders least. */
const WATCHED = ['wake-0', 'fork-1', 'failed-fork-0', 'b1', 'b1-fork'];

test.each(mutations)('$name', { timeout: 120_000 }, async (mutation) => {
  const { configuration, model = 'sc', fails } = mutation;
  expect(await failing(mutation, configuration, model)).toEqual(expect.arrayContaining([...fails]));
});

test.each(unnoticed)('$name: nobody notices', { timeout: 120_000 }, async (mutation) => {
  for (const scene of WATCHED) expect(await failing(mutation, scene, 'power')).toEqual([]);
});

test('no two mutations are the same', () => {
  const all = [...mutations, ...unnoticed];
  expect(new Set(all.map(({ from, to }) => from + to)).size).toBe(all.length);
});

type Edit = Pick<Mutation, 'file' | 'from' | 'to'>;

async function failing(
  edit: Edit,
  configuration: string,
  model: string,
): Promise<readonly string[]> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'kcheck-mutation-'));
  try {
    const spec = loadSpec(copyMutated(directory, edit));
    const machine = spec.machine(spec.parameters('V6', configuration, {}));
    const memoryModel = memoryModels.get(model);
    if (!memoryModel) throw new Error(model);
    const { failures, verdict } = await check(machine, memoryModel, NO_LIMITS);
    expect(verdict).not.toBe('inconclusive');
    return [...new Set(failures.map(({ property }) => property.replace(/:.*/, '')))];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The spec beside copies of its models, one of them mutated; the spec's path. */
function copyMutated(directory: string, { file, from, to }: Edit): string {
  expect(MODEL_FILES).toContain(file);
  const specs = path.join(ROOT, 'specs/mm-cid');
  for (const name of readdirSync(specs)) {
    const original = readFileSync(path.join(specs, name), 'utf8');
    writeFileSync(path.join(directory, name), original.replaceAll("'kcheck/models/", "'./"));
  }
  mkdirSync(path.join(directory, 'mm-cid'));
  for (const model of MODEL_FILES) {
    const text = readFileSync(path.join(MODELS, model), 'utf8');
    if (model === file) expect(text.split(from)).toHaveLength(2);
    const mutated = model === file ? withImports(text.replace(from, () => to)) : text;
    writeFileSync(path.join(directory, model), mutated);
  }
  return path.join(directory, 'spec.ts');
}

/** A mutation may use primitives that the file does not. */
function withImports(text: string): string {
  const imported = /import \{([^}]*)\} from 'kcheck'/.exec(text)?.[1] ?? '';
  const used = ['atomic_fetch_or_relaxed', 'WRITE_ONCE', 'xchg_relaxed'];
  const missing = used.filter(
    (name) => text.includes(`${name}(`) && !imported.split(/[\s,]+/).includes(name),
  );
  return missing.length === 0 ? text : `import { ${missing.join(', ')} } from 'kcheck';\n${text}`;
}
