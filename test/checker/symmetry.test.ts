/**
 * Searches that take alike states for one, against those that do not: the same verdicts, and as many states
 * as there are orbits.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import type { CheckResult } from '../../src/checker/result.ts';
import { Search } from '../../src/checker/search.ts';
import type { Exploration } from '../../src/checker/search.ts';
import { fails, imagesFor, unfolded } from '../../src/checker/symmetry.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import type { MemoryModel } from '../../src/memory-models/memory-model.ts';
import type { Images } from '../../src/memory-models/symmetry/images.ts';
import { symmetricMachine, symmetricRecipes } from '../machine/random-symmetric.ts';
import { NO_LIMITS } from './options.ts';
import { countOrbits } from './orbits.ts';

const RUNS = Number(process.env['KCHECK_RANDOM_RUNS'] ?? 300);
const MAX_STATES = 3_000;

function modelOf(name: string): MemoryModel {
  const model = memoryModels.get(name);
  if (model === undefined) throw new Error(name);
  return model;
}

async function quotient(
  machine: Machine,
  model: MemoryModel,
  images: Images,
  inBatches: boolean,
): Promise<Exploration> {
  const system = model.compile(machine);
  const search = new Search(machine, system, NO_LIMITS, { images, inBatches });
  return unfolded(machine, await search.run(), images);
}

test.each(['sc', 'tso'])(
  'random machines have as many reduced states as orbits, and the same verdicts: %s',
  async (name) => {
    const model = modelOf(name);
    const count = { symmetric: 0, passing: 0, failing: 0, refused: 0, unfixed: 0 };
    const property = fc.asyncProperty(symmetricRecipes(), async (recipe) => {
      const machine = symmetricMachine(recipe);
      const system = model.compile(machine);
      const images = imagesFor(machine, system);
      if (typeof images === 'string') {
        count.refused++;
        return;
      }
      const full = countOrbits(system, images.elements, MAX_STATES);
      if (full === null) return;
      const plain = await check(machine, model, NO_LIMITS);
      const batches = await quotient(machine, model, images, true);
      const single = await quotient(machine, model, images, false);
      expect(plain.states).toBe(full.states);
      expect(batches.states.size).toBe(full.orbits);
      expect(figures(single)).toEqual(figures(batches));
      expect(fails(batches)).toBe(plain.verdict === 'fail');
      expect(fails(single)).toBe(plain.verdict === 'fail');
      const reduced = await check(machine, model, { ...NO_LIMITS, reductions: ['symmetry'] });
      expect(said(reduced)).toEqual(said(plain));
      count.symmetric++;
      if (!images.fix(system.initial())) count.unfixed++;
      if (plain.verdict === 'pass') count.passing++;
      else count.failing++;
    });
    await fc.assert(property, { numRuns: RUNS });
    expect(Math.min(...Object.values(count))).toBeGreaterThan(RUNS / 50);
  },
  120_000,
);

function figures({ states, transitions, levels, edges, quotient, met }: Exploration): unknown {
  const { size } = states;
  return {
    size,
    transitions,
    levels,
    edges: edges.words.subarray(0, edges.length),
    elements: quotient?.elements.words.subarray(0, quotient.elements.length),
    met: met.words.subarray(0, size),
  };
}

/** All that is said of a machine but how large it was. */
function said({ verdict, failures, unreached, unevaluated }: CheckResult): unknown {
  const names = failures.map(({ kind, property, trace }) => `${kind} ${property} ${trace.length}`);
  return { verdict, names, unreached, unevaluated };
}
