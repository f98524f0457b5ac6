/** `kcheck explain` prints the pages that are shipped, and they are right. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { manual } from '../../src/cli/manual.ts';
import { RULES } from '../../src/report/sarif-rules.ts';
import { READER, WRITER, directoryOf, kcheckIn, messagePassing } from './real.ts';
import { kcheck } from './stage.ts';

const root = join(import.meta.dirname, '../..');
const names = manual().flatMap((section) => section.names);

test('every code and every word is explained within 75 columns, and is named once', async () => {
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) {
    const { code, out, err } = await kcheck(`explain ${name}`);
    expect([code, err]).toEqual([0, '']);
    expect(out.split('\n').length).toBeGreaterThan(3);
    expect(out.split('\n').filter((line) => line.length > 75)).toEqual([]);
    expect(out).not.toMatch(/^(```|#)|\]\(/m);
  }
});

test('every code of docs/errors.md is there', () => {
  const page = readFileSync(join(root, 'docs/errors.md'), 'utf8');
  const codes = page.match(/(?<=^## )KC\d{4}/gm) ?? [];
  expect(codes.length).toBeGreaterThan(60);
  expect(codes.filter((code) => !names.includes(code))).toEqual([]);
});

test('and so is whatever a verdict, a failure or a report is called', () => {
  const words = ['pass', 'FAIL', 'inconclusive', 'race', 'bound', ...RULES.map(({ id }) => id)];
  expect(words.filter((word) => !names.includes(word))).toEqual([]);
});

test('capitals do not matter, nor do quotes around several words', async () => {
  const { out } = await kcheck('explain kc0116');
  expect(out).toMatchInlineSnapshot(`
    "KC0116 Loop without an ordinary bound

    A loop whose condition is an ordinary value is run while the spec loads,
    and this one had not ended after 10,000 rounds (outside of tasks
    1,000,000).

      let i = 0;
      while (i >= 0) i += 1;

    Make the condition depend on a model value, or end the loop. for (;;) and
    while (true) are loops of the machine.
    "
  `);
  expect((await kcheck('explain data race')).out).toBe((await kcheck('explain RACE')).out);
});

test.each([
  ['KC0181', 'Did you mean KC0101?'],
  ['starvatoin', 'Did you mean starvation?'],
])('%s is not known, and the nearest name is told', async (name, advice) => {
  const { code, err } = await kcheck(`explain ${name}`);
  expect(code).toBe(2);
  expect(err).toContain(`KC0031: nothing to explain by the name ${name}`);
  expect(err).toContain(advice);
});

/** `## KC0001`, words, and a command line that gives the error. */
const COMMAND = /^## (KC\d{4})\n(?:(?!## ).*\n)*?```sh\n(.*)\n```$/gm;
const examples = [...readFileSync(join(root, 'docs/errors.md'), 'utf8').matchAll(COMMAND)];

test.each(examples.map(([, code = '', line = '']) => ({ code, line })))(
  '$line gives $code',
  async ({ code, line }) => {
    const inStage = line.replace(/^kcheck (\w+) (spec\.ts|sepc\.ts|empty|\.)/, 'kcheck $1 @/$2');
    const specs = { 'spec.ts': {}, 'empty/notes.md': {} };
    const words = inStage.replace(/^kcheck /, '');
    const { err } = await (TRACED.has(code)
      ? withTrace(line)
      : EXPLORED.has(code)
        ? withRun(line)
        : kcheck(words, { specs }));
    expect(err).toContain(`error ${code}: `);
  },
);

/** What needs a spec that fails, or its trace. */
const TRACED = new Set(['KC0020', 'KC0022']);

/** What needs a spec that is explored. */
const EXPLORED = new Set(['KC0044', 'KC0052', 'KC0053', 'KC0054']);

function withRun(line: string): Promise<{ readonly err: string }> {
  const directory = directoryOf({ 'spec.ts': messagePassing(WRITER, READER) });
  return kcheckIn(directory, line.replace(/^kcheck (\w+) /, '$1 @/'));
}

async function withTrace(line: string): Promise<{ readonly err: string }> {
  // Under sc the reader waits for ever: a litmus test cannot say that.
  const spec = messagePassing('', 'while (READ_ONCE(flag) === 0) cpu_relax();');
  const directory = directoryOf({ 'spec.ts': spec.replace('{ spec,', '{ spec, cpu_relax,') });
  await kcheckIn(directory, 'explore @/spec.ts --model sc --reporter json=@/trace.json');
  return kcheckIn(
    directory,
    line.replace(/^kcheck (\w+) /, 'kcheck $1 @/').slice('kcheck '.length),
  );
}
