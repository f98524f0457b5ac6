/** The specs of starvation have the verdicts that they expect. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { loadSpec } from '../../src/language/loader.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import { outcome } from '../../src/report/outcome.ts';
import { NO_LIMITS } from '../checker/options.ts';
import { run } from '../report/data.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

test.each(['locks', 'rwlock', 'csd', 'hotplug'])(
  '%s',
  async (name) => {
    const spec = loadSpec(path.join(ROOT, 'specs/fairness', name, 'spec.ts'));
    for (const version of spec.versions) {
      for (const configuration of spec.configurations) {
        const machine = spec.machine(spec.parameters(version, configuration, {}));
        for (const model of spec.models ?? []) {
          const compiled = memoryModels.get(model);
          if (compiled === undefined) throw new Error(model);
          const wanted = { version, configuration, model };
          const fairness = spec.fairness(wanted);
          const result = await check(machine, compiled, { ...NO_LIMITS, fairness });
          const found = outcome(run({ expected: spec.expectation(wanted), result }));
          expect([wanted, fairness, found]).toEqual([wanted, fairness, 'expected']);
        }
      }
    }
  },
  60_000,
);
