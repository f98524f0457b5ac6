/** Every mutation of membarrier's final version is noticed, but for those that are said to be harmless. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { loadSpec } from '../../src/language/loader.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import { NO_LIMITS } from '../checker/options.ts';
import { mutations, redundant } from './membarrier-mutations.ts';
import type { Mutation } from './membarrier-mutations.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

test.each([...mutations, ...redundant])('$name: $fails', { timeout: 120_000 }, async (mutation) => {
  expect(await failingUnder(mutation)).toEqual([...mutation.fails].toSorted());
});

test('no two mutations are the same', () => {
  const all = [...mutations, ...redundant];
  expect(new Set(all.map(({ from, to }) => from + to)).size).toBe(all.length);
});

/** The short names of all properties that fail in the mutation's runs. */
async function failingUnder(mutation: Mutation): Promise<readonly string[]> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'kcheck-mutation-'));
  const failing = new Set<string>();
  try {
    copyMutated(directory, mutation);
    const spec = loadSpec(path.join(directory, mutation.spec, 'spec.ts'));
    for (const configuration of mutation.configurations) {
      const machine = spec.machine(spec.parameters(mutation.version, configuration, {}));
      for (const name of mutation.models) {
        const model = memoryModels.get(name);
        if (model === undefined) throw new Error(name);
        const { failures, limits } = await check(machine, model, NO_LIMITS);
        expect(limits).toEqual([]);
        for (const { property } of failures) failing.add(property.replace(/:.*/, ''));
      }
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
  return [...failing].toSorted();
}

/** The specs beside a copy of the models, one of them mutated. */
function copyMutated(directory: string, { file, from, to }: Mutation): void {
  for (const name of ['membarrier', 'membarrier-pairs', 'lib']) {
    cpSync(path.join(ROOT, 'specs', name), path.join(directory, name), { recursive: true });
  }
  const models = path.join(directory, 'models');
  cpSync(path.join(ROOT, 'src/models'), models, { recursive: true });
  const text = readFileSync(path.join(models, file), 'utf8');
  expect(text.split(from)).toHaveLength(2);
  // Weaker barriers need to be imported; the models have no use for them.
  const imports = file === 'membarrier.ts' ? "import { smp_rmb, smp_wmb } from 'kcheck';\n" : '';
  writeFileSync(path.join(models, file), imports + text.replace(from, to));
  for (const spec of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    if (!spec.endsWith('.ts') || spec.startsWith('models')) continue;
    const whole = path.join(directory, spec);
    const up = path.relative(path.dirname(whole), models);
    const local = readFileSync(whole, 'utf8').replaceAll(
      /'kcheck\/models\/([\w-]+)'/g,
      `'${up}/$1.ts'`,
    );
    writeFileSync(whole, local);
  }
}
