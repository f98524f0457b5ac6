/** spec(): parameters, expectations, names. */
import { expect, test } from 'vitest';
import { loadSpecSource } from '../../src/language/loader.ts';
import type { LoadedSpec } from '../../src/language/loaded-spec.ts';
import { refusalOf, specText } from './staged.ts';

function load(definition: string): LoadedSpec {
  return loadSpecSource(specText("task('a', () => {});", definition));
}

test('a version goes before a configuration, and that before the defaults', () => {
  const spec = load(
    'parameters: { x: 1, y: 1, z: 1 }, configurations: { c: { x: 2, y: 2 } }, versions: { v: { x: 3 } }',
  );
  expect(spec.parameters('v', 'c', {})).toEqual({ x: 3, y: 2, z: 1 });
  expect(spec.parameters('v', 'c', { x: 9 })).toEqual({ x: 9, y: 2, z: 1 });
});

test('a spec without configurations has one without a name', () => {
  const spec = load(
    "versions: { v: {}, w: {} }, models: ['sc'], skip: ({ version }) => version === 'w'",
  );
  expect([spec.versions, spec.configurations, spec.models]).toEqual([['v', 'w'], [''], ['sc']]);
  expect(spec.wants({ version: 'v', configuration: '', model: 'sc' })).toBe(true);
  expect(spec.wants({ version: 'w', configuration: '', model: 'sc' })).toBe(false);
});

test('fairness is one for all runs, a function of a run, or none', () => {
  const run = { version: 'v', configuration: '', model: 'sc' };
  expect(load('versions: { v: {} }').fairness(run)).toBeNull();
  expect(load("versions: { v: {} }, fairness: 'weak'").fairness(run)).toBe('weak');
  const spec = load(
    "versions: { v: {} }, fairness: ({ model }) => (model === 'power' ? null : 'strong')",
  );
  expect(spec.fairness(run)).toBe('strong');
  expect(spec.fairness({ ...run, model: 'power' })).toBeNull();
});

test('a spec accepts names of properties that a run never evaluates', () => {
  const run = { version: 'v', configuration: '', model: 'sc' };
  const accepted = (text: string): readonly string[] =>
    load(`versions: { v: {} }, accept: ${text}`).acceptedUnreached(run);
  expect(load('versions: { v: {} }').acceptedUnreached(run)).toEqual([]);
  expect(accepted("{ unreached: ['S4'] }")).toEqual(['S4']);
  expect(accepted("{ unreached: ({ model }) => (model === 'sc' ? ['S4'] : []) }")).toEqual(['S4']);
  for (const wrong of ["'S4'", '{ unreched: [] }', "{ unreached: 'S4' }", '{ unreached: [4] }'])
    expect(refusalOf(() => accepted(wrong))).toContain('KC0107');
});

test('quick names configurations, or is a function of a run; without it every run is quick', () => {
  const named = 'versions: { v: {}, w: {} }, configurations: { c: {}, d: {} }';
  const quick = (definition: string): readonly boolean[] => {
    const spec = load(definition);
    return ['v c', 'v d', 'w c'].map((run) => {
      const [version = '', configuration = ''] = run.split(' ');
      return spec.quick({ version, configuration, model: 'sc' });
    });
  };
  expect(quick(named)).toEqual([true, true, true]);
  expect(quick(`${named}, quick: ['d']`)).toEqual([false, true, false]);
  expect(quick(`${named}, quick: ({ version }) => version === 'w'`)).toEqual([false, false, true]);
});

test('a spec may have its verdicts laid out as a table', () => {
  expect(load('versions: { v: {} }').table).toBeNull();
  const { table } = load("versions: { v: {} }, table: { pass: 'O', fail: 'X' }");
  expect(table).toEqual({ pass: 'O', fail: 'X' });
});

test('what names most of a run says what is expected of it', () => {
  const spec = load(`versions: { v: {}, w: {} }, configurations: { c: {}, d: {} },
    expect: { v: { power: { fails: 'x' }, c: { tso: { fails: ['y', 'z'] }, sc: 'pass' } }, tso: { w: { d: { fails: 'z' } } } }`);
  const said = (run: string): unknown => {
    const [version = '', configuration = '', model = ''] = run.split(' ');
    return spec.expectation({ version, configuration, model });
  };
  expect(said('v c power')).toEqual({ fails: ['x'] });
  expect(said('v c tso')).toEqual({ fails: ['y', 'z'] });
  expect(said('v c sc')).toBe('pass');
  expect(said('w d tso')).toEqual({ fails: ['z'] });
  expect(said('v d sc')).toBeNull();
});

test.each([
  [
    "versions: { v: {} }, expect: { v: 'pass', sc: { fails: 'x' } }",
    "KC0107 2:16 expect says two things of v, sc: one under 'v', one under 'sc'",
  ],
  [
    "versions: { v: {} }, expect: { u: 'pass' }",
    "KC0106 2:16 expect speaks of 'u', which is no version, configuration or memory model",
  ],
  ["versions: { v: {} }, expect: 'fail'", 'KC0107 2:16 expect is "fail"'],
  [
    "versions: { v: {}, w: {} }, expect: { v: { w: 'pass' } }",
    "KC0107 2:16 expect.v speaks of 'w' inside 'v'",
  ],
  [
    'versions: { sc: {} }',
    "KC0130 2:16 'sc' names two of: a version, a configuration, a memory model",
  ],
  ['version: {}', "KC0107 2:16 a spec has no 'version'"],
  ['versions: {}', 'KC0107 2:16 versions is an object'],
  ["versions: { v: {} }, fairness: 'fair'", "KC0106 2:16 no fairness is named 'fair'"],
  [
    "versions: { v: {} }, configurations: { c: {} }, quick: ['v']",
    "KC0106 2:16 quick speaks of 'v', which is no configuration",
  ],
  ["versions: { v: {} }, quick: 'v'", 'KC0107 2:16 quick is a string'],
  ['versions: { v: {} }, quick: []', 'KC0107 2:16 quick is an object'],
  ["versions: { v: {} }, table: { pass: 'O' }", 'KC0107 2:16 table is an object'],
  ["versions: { v: {} }, models: ['weak']", "KC0106 2:16 no memory model is named 'weak'"],
])('{ %s } is refused', (definition, refusal) => {
  expect(refusalOf(() => load(definition))).toBe(refusal);
});

test('parameters are the same in every run', () => {
  const spec = loadSpecSource(
    specText("parameters.list.push(2); task('a', () => {});", 'versions: { v: { list: [1] } }'),
  );
  expect(refusalOf(() => spec.machine(spec.parameters('v', '', {})))).toMatch(/^KC0129 3:1 /);
});
