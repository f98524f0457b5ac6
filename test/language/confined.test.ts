/** Staging depends on the files of a spec alone: what would read anything else is refused. */
import { expect, test } from 'vitest';
import { loadSpecSource } from '../../src/language/loader.ts';
import { refusal, systemSpec } from './refused.ts';

test.each([
  // Code from text could name anything.
  "const make = (() => 1)['construct' + 'or']; make('return Date.now()')();",
  "[].map.constructor('return process')();",
  // What has a member that reaches outside is used by its members' names.
  "const name = 'ran' + 'dom'; Math[name]();",
  'const { random } = Math; random();',
  'const same = [Math]; same[0].random();',
  'console._stdout.isTTY;',
  'const { time } = console; time();',
  'new Error().stack;',
  // What one spec leaves on these, the next would find.
  'Object.getPrototypeOf([][Symbol.iterator]()).left = 1;',
])('%s', (source) => {
  expect(refusal(systemSpec(source))).toMatch(/^KC0111/);
});

/** What is written plainly is known while it is staged; the rest is noticed afterwards. */
test.each([
  'Math.max = () => 7;',
  'Math.max.count = 1;',
  '[].push.count = 1;',
  'kcheck.READ_ONCE.count = 1;',
])('what specs share is not changed: %s', (source) => {
  expect(refusal(systemSpec(source))).toMatch(/^KC0118/);
});

test('what was changed is put back before the next spec', () => {
  expect(refusal(systemSpec('Object.assign(Object, { left: 1 });'))).toMatch(/^KC0118/);
  const define = "Object.defineProperty(Array.prototype, 'left', { configurable: true });";
  expect(refusal(systemSpec('', define))).toMatch(/^KC0111/);
  expect('left' in []).toBe(false);
});

/** A machine may not depend on those that were staged before it. */
test.each([
  "Object.defineProperty(log, 'left', { value: 1 });",
  'Array.prototype.push.call(log, 1);',
  'seen.set(log, 1);',
  "every.test('aa');",
])('system() leaves nothing behind: %s', (source) => {
  const top = 'const seen = new WeakMap(); const every = /a/g;';
  expect(refusal(systemSpec(source, top))).toMatch(/^KC0128 .* is called by system\(\)/);
});

test('the last match of a regular expression is not that of another spec', () => {
  const matching = systemSpec("/(a+)/.exec('aaa');");
  const reading = systemSpec("if (RegExp['$1'] !== '') null.x;");
  refusal(matching);
  expect(refusal(reading)).toBe(refusal(systemSpec('')));
});

test('what is the same in every run is there', () => {
  const source = "const list = [3, 1].map(Math.abs); console.debug('here', list);";
  expect(refusal(systemSpec(`${source} task('t', () => {});`))).toBe('accepted');
});

test('a spec knows the files that it was loaded from', () => {
  const text =
    "import { spec, task } from 'kcheck';\nexport default spec({ title: 't', versions: { v: {} }, system() { task('t', () => {}); } });";
  const [file, ...others] = loadSpecSource(text, 'some/spec.ts').files;
  expect(file?.name).toBe('some/spec.ts');
  expect(file?.text).toBe(text);
  expect(others).toEqual([]);
});
