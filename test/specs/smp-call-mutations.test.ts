/** Every barrier, lock and section of smp_call, dropped or weakened: who notices? */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { loadSpec } from '../../src/language/loader.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import { NO_LIMITS } from '../checker/options.ts';
import { mutations } from './smp-call-mutations.ts';
import type { Mutation } from './smp-call-mutations.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const MODELS = [
  'csd.ts',
  'interrupts.ts',
  'llist.ts',
  'preemption.ts',
  'rcu.ts',
  'smp-call-setup.ts',
  'smp-call.ts',
  'stop-machine.ts',
];

test.each(mutations)('$name', { timeout: 120_000 }, async (mutation) => {
  const { verdict, failing } = await verdictUnder(mutation);
  expect(failing).toEqual(mutation.fails);
  expect(verdict).toBe(mutation.fails.length === 0 ? 'pass' : 'fail');
});

async function verdictUnder(mutation: Mutation) {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'kcheck-mutation-'));
  try {
    const spec = loadSpec(copyMutated(directory, mutation));
    const parameters = spec.parameters(mutation.version, mutation.configuration, {});
    const model = memoryModels.get(mutation.model);
    if (model === undefined) throw new Error(`no memory model ${mutation.model}`);
    const { verdict, failures } = await check(spec.machine(parameters), model, NO_LIMITS);
    const failing = [...new Set(failures.map(({ property }) => property.replace(/:.*/, '')))];
    return { verdict, failing: failing.toSorted() };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The spec beside copies of its models, one of them mutated; the spec's path. */
function copyMutated(directory: string, { file, from, to }: Mutation): string {
  const spec = path.join(directory, 'spec.ts');
  const original = readFileSync(path.join(ROOT, 'specs/smp-call/spec.ts'), 'utf8');
  writeFileSync(spec, original.replaceAll("'kcheck/models/", "'./"));
  for (const model of MODELS) {
    const text = readFileSync(path.join(ROOT, 'src/models', model), 'utf8');
    if (model === file) expect(text.split(from)).toHaveLength(2);
    const mutated = model === file ? text.replace(from, () => to) : text;
    writeFileSync(path.join(directory, model), withAllAtomics(mutated));
  }
  return spec;
}

/** What a mutation may name that the original does not import. */
function withAllAtomics(text: string): string {
  return text.replace(
    "import { atomic, cmpxchg, READ_ONCE, xchg } from 'kcheck';",
    "import { atomic, cmpxchg, cmpxchg_relaxed, cmpxchg_release } from 'kcheck';\nimport { READ_ONCE, xchg, xchg_relaxed } from 'kcheck';",
  );
}
