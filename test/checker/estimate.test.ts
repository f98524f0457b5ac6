/** What is said of the number of states while it is not known, against what it turns out to be. */
import { expect, test } from 'vitest';
import { estimateStates } from '../../src/checker/estimate.ts';
import { explore } from '../../src/checker/explore.ts';
import { Search } from '../../src/checker/search.ts';
import { loadSpec } from '../../src/language/loader.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import { NO_LIMITS } from './options.ts';

const QUICK = { keepsEdges: false, seeksLivelocks: false };

async function levelsOf(
  file: string,
  version: string,
  configuration: string,
  parameters: Record<string, number>,
  modelName: string,
): Promise<readonly number[]> {
  const spec = loadSpec(file);
  const machine = spec.machine(spec.parameters(version, configuration, parameters));
  const model = memoryModels.get(modelName);
  if (model === undefined) throw new Error(modelName);
  const { levels, states } = await explore(machine, model, (system) =>
    new Search(machine, system, NO_LIMITS, QUICK).run(),
  );
  return levels.map((start, depth) => (levels[depth + 1] ?? states.size) - start);
}

test('nine of ten estimates hold, and large shares of a search have one', async () => {
  const spaces = await Promise.all([
    levelsOf('bench/specs/test-and-set.ts', 'counter', '', { n: 3, k: 20 }, 'sc'),
    levelsOf('bench/specs/test-and-set.ts', 'counter', '', { n: 4, k: 6 }, 'sc'),
    levelsOf('bench/specs/filter-lock.ts', 'bare', '', { n: 4 }, 'sc'),
    levelsOf('bench/specs/cid-pool.ts', 'pool', '', { n: 4 }, 'sc'),
    levelsOf('bench/specs/families.ts', 'SB', '', { n: 6 }, 'tso'),
    levelsOf('specs/mm-cid/spec.ts', 'V2', 'exit', {}, 'sc'),
    levelsOf('specs/mm-cid/spec.ts', 'V6', 'fork3', {}, 'sc'),
    levelsOf('specs/mm-cid/spec.ts', 'V0', 'fork-wake', {}, 'sc'),
  ]);
  const said = spaces.flatMap((sizes) => {
    const total = sizes.reduce((sum, size) => sum + size, 0);
    return sizes.slice(0, -1).map((_, depth) => {
      const estimate = estimateStates(sizes.slice(0, depth + 1));
      return estimate === null
        ? 'nothing'
        : estimate.least <= 1.01 * total && estimate.most >= 0.99 * total
          ? 'holds'
          : 'fails';
    });
  });
  const count = (what: string): number => said.filter((one) => one === what).length;
  expect(count('holds') / (count('holds') + count('fails'))).toBeGreaterThan(0.85);
  expect(count('holds') / said.length).toBeGreaterThan(0.2);
});

test('nothing is said of levels that still grow, or of a few', () => {
  expect(estimateStates([1, 3, 9, 27, 81])).toBeNull();
  expect(estimateStates(Array.from({ length: 20 }, (_, depth) => 3 ** depth))).toBeNull();
  expect(estimateStates(Array.from({ length: 20 }, () => 1))).toBeNull();
});

test('of a binomial, past its middle, the rest', () => {
  const row = (n: number): number[] =>
    Array.from({ length: n }, () => 0).reduce<number[]>(
      (sizes) => [...sizes, 0].map((size, i) => size + (sizes[i - 1] ?? 0)),
      [1],
    );
  const estimate = estimateStates(row(24).slice(0, 15));
  expect(estimate?.least).toBeLessThan(2 ** 24);
  expect(estimate?.most).toBeGreaterThan(2 ** 24);
  expect(estimate?.most).toBeLessThan(1.5 * 2 ** 24);
});
