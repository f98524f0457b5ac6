/** herd7's result block, and reading collections. */
import { expect, test } from 'vitest';
import { scReference } from '../../src/checker/reference/sc.ts';
import { formatOutcome, outcomeOf, readJsonLines } from '../../src/litmus/index.ts';
import { generateLitmus } from '../../src/litmus/diy/index.ts';
import { outcomeUnder, programOf } from './explore.ts';

test('the block of a test that herd7 calls Sometimes', () => {
  const program = programOf(generateLitmus('MP+lwsync+po', 'PPC'));
  expect(formatOutcome(program, outcomeUnder(program, 'power'), 0.014)).toMatchInlineSnapshot(`
    "Test MP+lwsync+po Allowed
    States 4
    1:r1=0; 1:r3=0; [x]=1; [y]=1;
    1:r1=0; 1:r3=1; [x]=1; [y]=1;
    1:r1=1; 1:r3=0; [x]=1; [y]=1;
    1:r1=1; 1:r3=1; [x]=1; [y]=1;
    Ok
    Witnesses
    Positive: 1 Negative: 3
    Condition exists (1:r1=1 /\\ 1:r3=0)
    Observation MP+lwsync+po Sometimes 1 3
    Time MP+lwsync+po 0.01"
  `);
});

test('flags, and a test that must not happen', () => {
  const text =
    'C t\n{ x=1; }\nP0(int *x, int *p)\n{\n WRITE_ONCE(*p, x);\n}\n~exists (p=x /\\ (x=1 \\/ not (x=2)))\n';
  const program = programOf(text);
  const outcome = outcomeUnder(program, scReference);
  expect(formatOutcome(program, outcome, 0, ['data-race'])).toMatchInlineSnapshot(`
    "Test t Forbidden
    States 1
    [p]=x; [x]=1;
    No
    Witnesses
    Positive: 1 Negative: 0
    Flag data-race
    Condition ~exists ([p]=x /\\ ([x]=1 \\/ not ([x]=2)))
    Observation t Always 1 0
    Time t 0.00"
  `);
});

test('a filter leaves states out, and what only it names is not shown', () => {
  const text =
    'C t\n{ }\nP0(int *x, int *y)\n{\n int r0; r0 = READ_ONCE(*x); WRITE_ONCE(*y, 1);\n}\nfilter (y=2)\nexists (0:r0=0)\n';
  const outcome = outcomeUnder(programOf(text), scReference);
  expect(outcome).toEqual({
    observation: 'Never',
    positive: 0,
    negative: 0,
    states: [],
    ok: false,
  });
});

test('numbers sort as numbers, and a value is spelt as the address that it is', () => {
  const program = programOf(
    'C t\n{ }\nP0(int *x, int *y)\n{\n WRITE_ONCE(*x, 1);\n}\nexists (x=10)\n',
  );
  const { states } = outcomeOf(program, [[10], [9], [-1], [0x40000001]]);
  expect(states).toEqual(['[x]=-1;', '[x]=9;', '[x]=10;', '[x]=y;']);
});

test('a line that is no test is refused with its place', () => {
  const lines = '{"name":"a","text":"C a"}\n\n{"name":3}\n';
  expect(() => readJsonLines(lines, 'tests.jsonl')).toThrow("a test needs a 'name' and a 'text'");
  expect(readJsonLines(lines.split('\n').slice(0, 1).join(''), 'tests.jsonl')).toMatchObject([
    { name: 'a', line: 1, expected: null, states: null },
  ]);
});
