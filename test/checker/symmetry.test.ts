/**
 * Searches that take alike states for one, against those that do not: the same verdicts, and as many states
 * as there are orbits.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { plainEdges } from '../../src/checker/edges/plain.ts';
import type { CheckResult } from '../../src/checker/result.ts';
import { Search } from '../../src/checker/search.ts';
import type { Exploration } from '../../src/checker/search.ts';
import { reachableGoals } from '../../src/checker/livelock.ts';
import { fails, imagesFor, unfolded } from '../../src/checker/symmetry.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import type { MemoryModel } from '../../src/memory-models/memory-model.ts';
import type { Images } from '../../src/memory-models/symmetry/images.ts';
import { MachineBuilder, eq, int, lt, ne } from '../machine/builder.ts';
import type { ProgramBuilder, Variable } from '../machine/builder.ts';
import { symmetricMachine, symmetricRecipes } from '../machine/random-symmetric.ts';
import { NO_LIMITS } from './options.ts';
import { countOrbits } from './orbits.ts';

const RUNS = Number(process.env['KCHECK_RANDOM_RUNS'] ?? 200);
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
    const count = { symmetric: 0, passing: 0, failing: 0, refused: 0, unfixed: 0, both: 0 };
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
      const both = await check(machine, model, { ...NO_LIMITS, reductions: ['por', 'symmetry'] });
      // In another order a store buffer may never become full.
      if (plain.verdict !== 'inconclusive') expect(said(both)).toEqual(said(plain));
      if (both.reductions.applied.length === 2 && both.states < reduced.states) count.both++;
      count.symmetric++;
      if (!images.fix(system.initial())) count.unfixed++;
      if (plain.verdict === 'pass') count.passing++;
      else count.failing++;
    });
    await fc.assert(property, { numRuns: RUNS });
    expect(Math.min(...Object.values(count))).toBeGreaterThan(RUNS / 50);
  },
  120_000 + 200 * RUNS,
);

function figures({ states, transitions, levels, edges, quotient, met }: Exploration): unknown {
  const { size } = states;
  return {
    size,
    transitions,
    levels,
    edges: plainEdges(edges),
    elements: quotient?.elements.words.subarray(0, quotient.elements.length),
    met: met.words.subarray(0, size),
  };
}

/** All that is said of a machine but how large it was. */
function said({ verdict, failures, unreached, unevaluated }: CheckResult): unknown {
  const names = failures.map(({ kind, property, trace }) => `${kind} ${property} ${trace.length}`);
  return { verdict, names, unreached, unevaluated };
}

/**
 * Who takes the door first goes round for ever, past a mark in front of the room in which the other one
 * waits, and a mark behind it. In the least image the one in front comes first: so it is sometimes the one
 * that goes round and sometimes the one that waits.
 */
function doorkeepers(): Machine {
  const b = new MachineBuilder('doorkeepers', 2);
  const door = b.location('door', 0, int(0, 1));
  for (const me of [0, 1]) {
    b.task(
      `T${me}`,
      me,
      (p) => {
        const [r, w] = [p.register('r'), p.register('w')];
        p.rmw(r, door, 1);
        p.loop(() => {
          p.if(eq(r, 0), () => {
            p.mark();
            p.load(w, door);
          });
          p.if(ne(r, 0), () => p.load(w, door, 'relaxed', { until: eq(w, 0) }));
          p.mark();
          p.load(w, door);
        });
      },
      { liveness: 'mark' },
    );
  }
  return b.build();
}

test('goals are renamed along edges: without that, the one who waits would seem to go on', async () => {
  const machine = doorkeepers();
  const model = modelOf('sc');
  const images = imagesFor(machine, model.compile(machine));
  if (typeof images === 'string') throw new Error(images);
  const graph = await quotient(machine, model, images, true);
  expect((await check(machine, model, NO_LIMITS)).failures).toMatchObject([{ kind: 'livelock' }]);
  expect(fails(graph)).toBe(true);
  // What would be found if the goals of an image were taken for those of the successor.
  const all = 3;
  expect(reachableGoals({ ...graph, quotient: null }).every((can) => (can & all) === all)).toBe(
    true,
  );
});

interface Door {
  readonly x: Variable;
  readonly first: Variable;
}

/** Two alike, one of which comes first. */
function two(
  body: (p: ProgramBuilder, me: number, door: Door) => void,
  rest: (b: MachineBuilder, door: Door) => void = () => {},
): Machine {
  const b = new MachineBuilder('two', 2);
  const door = { x: b.location('x', 0, int(0, 9)), first: b.location('first', 0, int(0, 1)) };
  for (const me of [0, 1]) b.task(`T${me}`, me, (p) => body(p, me, door));
  rest(b, door);
  return b.build();
}

test.each<readonly [reason: string, machine: Machine]>([
  [
    'no two contexts are alike',
    two((p, me, { x }) => p.store(x, 1, me === 0 ? 'release' : 'relaxed')),
  ],
  [
    'plain accesses that may race are followed along schedules',
    two((p, _me, { x }) => p.store(x, 1, 'plain')),
  ],
  [
    'the initial state tells contexts apart that are alike',
    two(
      (p, me, { first }) => p.store(first, me),
      (b, { first }) =>
        [0, 1].forEach((me) =>
          b.property('sometimes', `T${me} was first`, (p) => {
            const r = p.register('r');
            p.load(r, first);
            return eq(r, me);
          }),
        ),
    ),
  ],
])('symmetry is off: %s', (reason, machine) => {
  expect(imagesFor(machine, modelOf('sc').compile(machine))).toBe(reason);
});

test('symmetry is off under power and with fairness, and says so', async () => {
  const machine = two((p, _me, { x }) => p.store(x, 1));
  const asked = { ...NO_LIMITS, reductions: ['symmetry'] as const };
  const applied = await check(machine, modelOf('tso'), asked);
  expect(applied.reductions).toEqual({ applied: ['symmetry'], off: [] });
  const power = await check(machine, modelOf('power'), asked);
  const reason = 'there is none under power';
  expect(power.reductions).toEqual({ applied: [], off: [{ name: 'symmetry', reason }] });
  const fair = await check(machine, modelOf('sc'), { ...asked, fairness: 'weak' });
  expect(fair.reductions.off).toEqual([{ name: 'symmetry', reason: 'fairness asks who steps' }]);
});

test('what fails is explored again, and reported as without', async () => {
  const machine = two((p, me, { x, first }) => {
    const r = p.register('r');
    p.store(first, me);
    p.load(r, x);
    p.store(x, 1);
    p.assert(lt(r, 1), 'alone');
  });
  const asked = { ...NO_LIMITS, reductions: ['symmetry'] as const };
  const [plain, reduced] = [
    await check(machine, modelOf('sc'), NO_LIMITS),
    await check(machine, modelOf('sc'), asked),
  ];
  expect(reduced.failures).toEqual(plain.failures);
  expect([reduced.states, reduced.transitions]).toEqual([plain.states, plain.transitions]);
  expect(reduced.reductions.off).toMatchObject([{ name: 'symmetry' }]);
});
