/** What every barrier, lock and ordering of the page-table walk is there for. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { loadSpec } from '../../src/language/loader.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import { NO_LIMITS } from '../checker/options.ts';
import { noticed, unnoticed } from './page-table-walk-mutations.ts';
import type { Mutation } from './page-table-walk-mutations.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FILES = ['page-table-walk.ts', 'ipi.ts', 'nmi.ts', 'slab.ts'];
const WATCHED = [
  ['v4-mb', 'mb', 'power'],
  ['v4-mb', 'nested-restore', 'power'],
  ['sync_one', 'none', 'power'],
] as const;

test.each(noticed)('$name: $fails', { timeout: 60_000 }, async (mutation) => {
  expect(await failing(mutation, mutation.run)).toEqual(mutation.fails);
});

test.each(unnoticed)('$name: nobody notices', { timeout: 60_000 }, async (mutation) => {
  for (const run of WATCHED) expect(await failing(mutation, run)).toEqual([]);
});

test('no two mutations are the same', () => {
  const all = [...noticed, ...unnoticed];
  expect(new Set(all.map(({ from, to }) => from + to)).size).toBe(all.length);
});

type Edit = Pick<Mutation, 'file' | 'from' | 'to'>;

async function failing(edit: Edit, [version, configuration, model]: Mutation['run']) {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'kcheck-mutation-'));
  try {
    const spec = loadSpec(copyMutated(directory, edit));
    const machine = spec.machine(spec.parameters(version, configuration, {}));
    const memoryModel = memoryModels.get(model);
    if (!memoryModel) throw new Error(model);
    const { failures, verdict } = await check(machine, memoryModel, NO_LIMITS);
    expect(verdict).not.toBe('inconclusive');
    return [...new Set(failures.map(({ property }) => property.replace(/:.*/, '')))].toSorted();
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The spec beside copies of its models, one of them mutated; the spec's path. */
function copyMutated(directory: string, { file, from, to }: Edit): string {
  const spec = path.join(directory, 'spec.ts');
  const original = readFileSync(path.join(ROOT, 'specs/page-table-walk/spec.ts'), 'utf8');
  writeFileSync(spec, original.replaceAll("'kcheck/models/", "'./"));
  for (const model of FILES) {
    const text = readFileSync(path.join(ROOT, 'src/models', model), 'utf8');
    if (model === file) expect(text.split(from)).toHaveLength(2);
    const mutated = model === file ? withImports(text.replace(from, () => to)) : text;
    writeFileSync(path.join(directory, model), mutated);
  }
  return spec;
}

/** A mutation may use primitives that the model does not. */
function withImports(text: string): string {
  const used = ['atomic_fetch_or_relaxed', 'smp_cond_load_relaxed', 'smp_wmb', 'xchg_relaxed'];
  const missing = used.filter((name) => text.includes(`${name}(`) && !text.includes(`  ${name},`));
  return missing.length === 0 ? text : `import { ${missing.join(', ')} } from 'kcheck';\n${text}`;
}
