/** Random programs, both ways: what no list of constructs thinks of. */
import { expect, test } from 'vitest';
import fc from 'fast-check';
import { BothWays, mixOf } from './both-ways.ts';
import { programs } from './random-programs.ts';

const small = fc.integer({ min: -2, max: 5 });
const runs = Number(process.env['KCHECK_RANDOM_RUNS'] ?? 150);

test('random programs behave as the JavaScript that they are', () => {
  const inputs = fc.array(fc.tuple(small, small, small), { minLength: 6, maxLength: 6 });
  fc.assert(
    fc.property(programs, inputs, fc.nat({ max: 7 }), (source, all, mask) => {
      const both = new BothWays(source);
      for (const args of all) expect(both.difference(args, [true, true, true])).toBeNull();
      for (const args of all.slice(0, 2)) expect(both.difference(args, mixOf(mask))).toBeNull();
    }),
    { numRuns: runs },
  );
});
