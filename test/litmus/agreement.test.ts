/** The references of the memory models against herd7, test by test: the same final states. */
import { describe, expect, test } from 'vitest';
import { scReference } from '../../src/checker/reference/sc.ts';
import { tsoReference } from '../../src/checker/reference/tso.ts';
import type { ReferenceModel } from '../../src/checker/reference/memory.ts';
import { KcheckError } from '../../src/errors.ts';
import { collection, haveCollections } from './collections.ts';
import { outcomeUnder, programOf } from './explore.ts';

/** Names of the tests of a collection whose final states or verdict are not herd7's. */
function differing(name: string, model: ReferenceModel | 'power'): string[] {
  return collection(name).flatMap((line) => {
    const outcome = outcomeUnder(programOf(line.text, line.name), model);
    const found = JSON.stringify([outcome.observation, outcome.states]);
    return found === JSON.stringify([line.expected, line.states]) ? [] : [line.name];
  });
}

describe.skipIf(!haveCollections)('with the collections beside the repository', () => {
  test('all 454 x86 tests end as under x86-TSO', () => {
    expect(collection('x86-tso')).toHaveLength(454);
    expect(differing('x86-tso', tsoReference)).toEqual([]);
  });

  test('all 1553 PowerPC tests end as under POWER', () => {
    expect(collection('power')).toHaveLength(1553);
    expect(differing('power', 'power')).toEqual([]);
  });

  test.each(['x86-tso', 'power'])('no cycle of %s is there under SC', (name) => {
    const observed = collection(name).flatMap((line) => {
      const outcome = outcomeUnder(programOf(line.text, line.name), scReference);
      return outcome.observation === 'Never' ? [] : [line.name];
    });
    // diy asks CoRW2 for a final value that coherence does not forbid.
    expect(observed).toEqual(['CoRW2']);
  });

  test.each([
    ['tso', tsoReference],
    ['power', 'power'],
  ] as const)('%s reaches nothing in kernel C that LKMM forbids', (_, model) => {
    const lines = [...collection('lkmm-generated'), ...collection('lkmm-kernel')];
    const refused: string[] = [];
    const beyond = lines.flatMap((line) => {
      try {
        const { states } = outcomeUnder(programOf(line.text, line.name), model);
        const extra = states.filter((state) => line.states?.includes(state) !== true);
        return extra.length === 0 || line.flags === 'data-race' ? [] : [line.name];
      } catch (error) {
        if (!(error instanceof KcheckError)) throw error;
        refused.push(`${line.name}: ${error.message}`);
        return [];
      }
    });
    expect(lines).toHaveLength(2337);
    expect(beyond).toEqual([]);
    expect(refused).toEqual([
      'RCU+sync+read: synchronize_rcu() is not modelled',
      'C-srcu-nest-5: srcu_read_lock() is not modelled',
    ]);
  });
});
