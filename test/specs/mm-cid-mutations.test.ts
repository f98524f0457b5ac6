/** Every mutation of mm_cid's final version is noticed, by the property that is there for it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { loadSpec } from '../../src/language/loader.ts';
import { sc } from '../../src/memory-models/sc.ts';
import { NO_LIMITS } from '../checker/options.ts';
import { mutations } from './mutations.ts';
import type { Mutation } from './mutations.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

test.each(mutations)('$name', { timeout: 120_000 }, async (mutation) => {
  const failing = await failingUnder(mutation);
  expect(failing).toEqual(expect.arrayContaining([...mutation.fails]));
});

test('no two mutations are the same', () => {
  expect(new Set(mutations.map(({ from, to }) => from + to)).size).toBe(mutations.length);
});

async function failingUnder(mutation: Mutation): Promise<readonly string[]> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'kcheck-mutation-'));
  try {
    const spec = loadSpec(copyMutated(directory, mutation));
    const machine = spec.machine(spec.parameters('V6', mutation.configuration, {}));
    const { failures } = await check(machine, sc, NO_LIMITS);
    return [...new Set(failures.map(({ property }) => property.replace(/:.*/, '')))];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The spec beside copies of its models, one of them mutated; the spec's path. */
function copyMutated(directory: string, { file, from, to }: Mutation): string {
  const spec = path.join(directory, 'spec.ts');
  const original = readFileSync(path.join(ROOT, 'specs/mm-cid/spec.ts'), 'utf8');
  writeFileSync(spec, original.replaceAll("'kcheck/models/", "'./"));
  for (const model of ['mm-cid.ts', 'sched.ts']) {
    const text = readFileSync(path.join(ROOT, 'src/models', model), 'utf8');
    if (model === file) expect(text.split(from)).toHaveLength(2);
    writeFileSync(path.join(directory, model), model === file ? text.replace(from, to) : text);
  }
  return spec;
}
