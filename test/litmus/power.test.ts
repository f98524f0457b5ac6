/** `power` as the explorer has it, against herd7 and against its reference. */
import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { generateLitmus } from '../../src/litmus/diy/index.ts';
import { KcheckError } from '../../src/errors.ts';
import { power } from '../../src/memory-models/power.ts';
import { collection, haveCollections } from './collections.ts';
import { exploredUnder, outcomeUnder, programOf } from './explore.ts';
import { randomThreads, toPpcLitmus } from './ppc-program.ts';

const RUNS = Number(process.env['KCHECK_RANDOM_RUNS'] ?? 150);

/** herd7's verdicts by name. */
const VERDICTS = JSON.parse(
  readFileSync(new URL('./verdicts.json', import.meta.url), 'utf8'),
) as Readonly<
  Record<'power', { readonly never: readonly string[]; readonly sometimes: readonly string[] }>
>;

test.each(['never', 'sometimes'] as const)(
  'the cycles that herd7 sees %s',
  async (which) => {
    const observation = which === 'never' ? 'Never' : 'Sometimes';
    const others: string[] = [];
    for (const name of VERDICTS.power[which]) {
      const outcome = await exploredUnder(programOf(generateLitmus(name, 'PPC'), name), power);
      if (outcome.observation !== observation) others.push(name);
    }
    expect(VERDICTS.power[which].length).toBeGreaterThan(100);
    expect(others).toEqual([]);
  },
  180_000,
);

test.each([
  { threads: 2, steps: 6, locations: 2 },
  { threads: 3, steps: 4, locations: 3 },
])('the reference reaches the same: $threads threads, $steps steps', async (shape) => {
  await fc.assert(
    fc.asyncProperty(randomThreads(shape), async (threads) => {
      fc.pre(threads.flat().filter(({ kind }) => kind === 'W').length <= 5);
      const program = programOf(toPpcLitmus(threads, shape.locations), 'random.litmus');
      const { states } = await exploredUnder(program, power);
      expect(states).toEqual(outcomeUnder(program, 'power').states);
    }),
    { numRuns: RUNS },
  );
});

describe.skipIf(!haveCollections)('with the collections beside the repository', () => {
  test('all 1553 PowerPC tests end as herd7 says', async () => {
    const lines = collection('power');
    const differing: string[] = [];
    for (const line of lines) {
      const outcome = await exploredUnder(programOf(line.text, line.name), power);
      const found = JSON.stringify([outcome.observation, outcome.states]);
      if (found !== JSON.stringify([line.expected, line.states])) differing.push(line.name);
    }
    expect(lines).toHaveLength(1553);
    expect(differing).toEqual([]);
  }, 180_000);

  test('kernel C ends in no state that LKMM forbids', async () => {
    const lines = [...collection('lkmm-generated'), ...collection('lkmm-kernel')];
    const beyond: string[] = [];
    let exact = 0;
    for (const line of lines) {
      try {
        const { states } = await exploredUnder(programOf(line.text, line.name), power);
        const allowed = line.states ?? [];
        const extra = states.filter((state) => !allowed.includes(state));
        if (extra.length > 0 && line.flags !== 'data-race') beyond.push(line.name);
        if (JSON.stringify(states) === JSON.stringify(allowed)) exact++;
      } catch (error) {
        // RCU is refused by the front end.
        if (!(error instanceof KcheckError)) throw error;
      }
    }
    expect(beyond).toEqual([]);
    expect(exact).toBe(2082);
  }, 180_000);
});
