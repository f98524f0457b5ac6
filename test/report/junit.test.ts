import { expect, test } from 'vitest';
import { junit } from '../../src/report/junit.ts';
import { failure, plainText, result, run } from './data.ts';
import { errors, gate, runs } from './sessions.ts';
import { parseXml } from './xml.ts';
import type { Element } from './xml.ts';

function problemOf(testcase: Element): string {
  const problem = testcase.children.find(({ name }) => name !== 'system-out');
  const { type = '', message = '' } = problem?.attributes ?? {};
  return problem === undefined ? 'passes' : `${problem.name} ${type}: ${message}`;
}

test('a spec is a suite, a run a case, an error of a spec a case in error', () => {
  const root = parseXml(junit(runs, gate));
  expect([root.name, root.attributes]).toMatchInlineSnapshot(`
    [
      "testsuites",
      {
        "errors": "3",
        "failures": "4",
        "name": "kcheck",
        "tests": "9",
        "time": "3.500",
      },
    ]
  `);
  expect(root.children.map(({ attributes }) => attributes['name'])).toEqual([
    'spec.ts',
    'b #2/spec.ts',
    'kcheck',
  ]);
  const cases = root.children.flatMap((suite) => suite.children);
  expect(cases.map((each) => `${each.attributes['name']}: ${problemOf(each)}`))
    .toMatchInlineSnapshot(`
    [
      "version V0 model sc: passes",
      "version V1 model sc: failure assertion: expected pass, found fails S4",
      "version V2 model sc: passes",
      "version V3 model sc: failure expectation: expected fails S4, found pass",
      "version V4 model sc: error inconclusive: inconclusive: --timeout 5",
      "version V5 model sc: failure expectation: passes, and never evaluates 'S9'",
      "version V6 configuration fork model sc: failure expectation: found pass, the spec expects nothing",
      "c/spec.ts:12:5: this loop has no bound: error KC0116: this loop has no bound",
      "no such file: d.ts: error KC0001: no such file: d.ts",
    ]
  `);
});

test('every suite has the attributes that readers ask for, and the counts are those of its cases', () => {
  for (const suite of parseXml(junit(runs, gate)).children) {
    const { tests, failures, errors: broken, time } = suite.attributes;
    const having = (name: string): number =>
      suite.children.filter(({ children }) => children.some((each) => each.name === name)).length;
    expect([Number(tests), Number(failures), Number(broken)]).toEqual([
      suite.children.length,
      having('failure'),
      having('error'),
    ]);
    expect(time).toMatch(/^\d+\.\d{3}$/);
  }
});

test('the trace is the text of the failure, the coverage is the output', () => {
  const [suite] = parseXml(junit(runs, gate)).children;
  const [problem, output] = suite?.children[1]?.children ?? [];
  expect(problem?.text).toContain('*** ASSERTION: S4: <x> & "y" {0} does not hold ***');
  expect(output?.text).toContain('complete search: 1,200 states');
});

test('characters that XML does not have are left out', () => {
  const property = 'S1: \u0000\u001B[1m\uD800\uFFFEend\n"second" line';
  const failing = result({ failures: [failure({ property, message: property })] });
  const root = parseXml(junit([run({ expected: 'pass', result: failing })], plainText));
  const [problem] = root.children[0]?.children[0]?.children ?? [];
  expect(problem?.text).toContain('S1: [1mend');
});

test('an error alone is a report', () => {
  const root = parseXml(junit([], { ...plainText, errors }));
  expect(root.attributes).toMatchObject({ tests: '2', failures: '0', errors: '2' });
});
