/** The reference for `power` against an axiomatic oracle, on random programs. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { explorePower } from '../../src/checker/reference/power/explore.ts';
import { outcomeOf, parseLitmus, toMachine } from '../../src/litmus/index.ts';
import { finalStates, type Threads } from './ppc-cat.ts';
import { randomThreads, toPpcLitmus } from './ppc-program.ts';

const RUNS = Number(process.env['KCHECK_RANDOM_RUNS'] ?? 150);

function explored(threads: Threads, locations: number): Set<string> {
  const program = toMachine(parseLitmus(toPpcLitmus(threads, locations), 'random.litmus'));
  const { finals } = explorePower(program.machine);
  const values = finals.map((final) =>
    program.observed.map((item) =>
      item.kind === 'register'
        ? (final.registers[item.thread]?.[item.register] ?? 0)
        : (final.memory[item.location] ?? 0),
    ),
  );
  return new Set(outcomeOf(program, values).states.map((state) => numbersIn(state)));
}

function numbersIn(state: string): string {
  return [...state.matchAll(/=(\d+);/g)].map((match) => match[1]).join(' ');
}

test.each([
  { threads: 2, steps: 5, locations: 2 },
  { threads: 3, steps: 4, locations: 2 },
  { threads: 3, steps: 4, locations: 3 },
])('reaches what ppc.cat allows: $threads threads, $steps steps, $locations locations', (shape) => {
  fc.assert(
    fc.property(randomThreads(shape), (threads) => {
      const writes = threads.flat().filter((step) => step.kind === 'W').length;
      const reads = threads.flat().filter((step) => step.kind === 'R').length;
      fc.pre(writes <= 5 && reads <= 5);
      const allowed = finalStates(threads, shape.locations);
      expect([...explored(threads, shape.locations)].toSorted()).toEqual([...allowed].toSorted());
    }),
    { numRuns: RUNS },
  );
});
