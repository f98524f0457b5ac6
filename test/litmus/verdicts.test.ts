/**
 * The explorer against herd7, on tests generated from the names of their cycles: the 2,007 names of
 * verdicts.json under the memory model of their machine, and all of them under SC.
 */
import { describe, expect, test } from 'vitest';
import { runLitmus } from '../../src/cli/litmus-run.ts';
import { generateLitmus } from '../../src/litmus/diy/index.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import { NO_LIMITS } from '../checker/options.ts';
import { VERDICTS } from './collections.ts';
import { programOf } from './explore.ts';

/** Names whose observation under the model is another one, and what it is. */
async function differing(
  names: readonly string[],
  architecture: 'X86' | 'PPC',
  modelName: string,
  expected: string,
): Promise<string[]> {
  const model = memoryModels.get(modelName);
  if (model === undefined) throw new Error(`no memory model ${modelName}`);
  const found: string[] = [];
  for (const name of names) {
    const program = programOf(generateLitmus(name, architecture), name);
    const { outcome, error } = await runLitmus(program, model, NO_LIMITS);
    const observation = outcome?.observation ?? error;
    if (observation !== expected) found.push(`${name}: ${observation}`);
  }
  return found;
}

test('the table has the verdict on 454 x86 and 1,553 PowerPC cycles', () => {
  const sizes = Object.values(VERDICTS).map(({ never, sometimes }) => [
    never.length,
    sometimes.length,
  ]);
  expect(sizes).toMatchInlineSnapshot(`
    [
      [
        298,
        156,
      ],
      [
        522,
        1031,
      ],
    ]
  `);
});

describe.each(['tso', 'power'] as const)('%s', (model) => {
  const { architecture, never, sometimes } = VERDICTS[model];
  const isThere = memoryModels.has(model);
  const count = never.length + sometimes.length;
  if (!isThere) console.warn(`skipped: ${count} verdicts, for ${model} is not registered`);

  test.skipIf(!isThere)(`forbids what ${model} forbids`, { timeout: 300_000 }, async () => {
    expect(await differing(never, architecture, model, 'Never')).toEqual([]);
  });

  test.skipIf(!isThere)(`reaches what ${model} allows`, { timeout: 300_000 }, async () => {
    expect(await differing(sometimes, architecture, model, 'Sometimes')).toEqual([]);
  });

  /**
   * A cycle is an execution that no order of its accesses explains. CoRW2 is the one exception: diy
   * asks it for a final value of x that coherence does not forbid.
   */
  test('no cycle is there under SC', { timeout: 300_000 }, async () => {
    const exception = [...never, ...sometimes].filter((name) => name === 'CoRW2');
    const seen = await differing([...never, ...sometimes], architecture, 'sc', 'Never');
    expect(seen).toEqual(exception.map((name) => `${name}: Sometimes`));
  });
});
