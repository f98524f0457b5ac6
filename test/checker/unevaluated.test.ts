/** Which properties of a machine no schedule evaluates. */
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import type { Unevaluated } from '../../src/checker/result.ts';
import { loadSpecSource } from '../../src/language/loader.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import { specText } from '../language/staged.ts';
import { NO_LIMITS } from './options.ts';

const MODELS = ['sc', 'tso', 'power'];

async function unevaluated(body: string, model: string): Promise<readonly string[]> {
  const memoryModel = memoryModels.get(model);
  if (memoryModel === undefined) throw new Error(model);
  const spec = loadSpecSource(specText(body));
  const machine = spec.machine(spec.parameters(spec.versions[0] ?? '', '', {}));
  const result = await check(machine, memoryModel, NO_LIMITS);
  const line = ({ site }: Unevaluated): string => machine.sites[site]?.text ?? '?';
  return result.unevaluated.map((each) => `${each.kind} ${each.property}: ${line(each)}`);
}

test.each(MODELS)('an assertion that no schedule reaches under %s', async (model) => {
  const body = `
    const x = shared(0);
    task('T', () => {
      if (READ_ONCE(x) === 1) assert(READ_ONCE(x) === 1, 'S1: never asked');
      assert(READ_ONCE(x) === 0, 'S2: asked');
    });`;
  expect(await unevaluated(body, model)).toEqual([
    "assertion S1: never asked: assert(READ_ONCE(x) === 1, 'S1: never asked')",
  ]);
});

test.each(MODELS)('one that fails at once is evaluated under %s', async (model) => {
  const body = `
    const x = shared(0);
    task('T', () => { assert(READ_ONCE(x) === 1, 'S1'); });`;
  expect(await unevaluated(body, model)).toEqual([]);
});

test('one execution of a name is enough, but without a message the place counts', async () => {
  const body = (message: string): string => `
    const x = shared(0);
    const look = () => assert(READ_ONCE(x) === 0${message});
    const never = () => assert(READ_ONCE(x) === 2${message});
    task('T', () => { look(); if (READ_ONCE(x) === 1) { look(); never(); } });
    task('U', () => { if (READ_ONCE(x) === 1) look(); });`;
  expect(await unevaluated(body(", 'S1'"), 'sc')).toEqual([]);
  expect(await unevaluated(body(''), 'sc')).toEqual([
    'assertion assertion: assert(READ_ONCE(x) === 2)',
  ]);
});

test('what must not be reached, and what guards a primitive, asks nothing', async () => {
  const body = `
    const x = shared(0);
    task('T', () => {
      if (READ_ONCE(x) === 1) {
        set_bit(READ_ONCE(x), x);
        assert(false, 'S1: unreachable');
      }
    });`;
  expect(await unevaluated(body, 'sc')).toEqual([]);
});

test.each(MODELS)('a final property without a final state under %s', async (model) => {
  const body = (end: string): string => `
    const x = shared(0);
    task('T', () => { ${end} });
    sometimes('S2: x is 0', () => x.value === 0);
    finally_('S3: x is 0', () => x.value === 0);`;
  expect(await unevaluated(body('while (READ_ONCE(x) === 0) cpu_relax();'), model)).toEqual([
    "final S3: x is 0: finally_('S3: x is 0', () => x.value === 0)",
  ]);
  expect(await unevaluated(body('READ_ONCE(x);'), model)).toEqual([]);
});
