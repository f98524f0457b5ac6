import { expect, test } from 'vitest';
import { githubSummary } from '../../src/report/github-summary.ts';
import { github } from '../../src/report/github.ts';
import { text } from '../../src/report/text.ts';
import { plainText, run } from './data.ts';
import { errors, gate, runs } from './sessions.ts';

test('the text report, and after it a command for whatever is not in order, errors first', () => {
  const report = github(runs, gate);
  expect(report.startsWith(text(runs, gate))).toBe(true);
  expect(report.slice(text(runs, gate).length)).toMatchInlineSnapshot(`
    "::error file=c/spec.ts,line=12,col=5,title=KC0116::this loop has no bound%0AUse shared().
    ::error title=KC0001::no such file: d.ts
    ::error file=spec.ts,line=8,col=3,title=a spec version V1 model sc::S4: <x> & "y" {0} does not hold (3 steps)%0Aexpected pass, found fails S4
    ::error file=spec.ts,line=1,col=1,title=a spec version V3 model sc::expected fails S4, found pass
    ::error file=spec.ts,line=8,col=3,title=a spec version V5 model sc::passes, and never evaluates 'S9'
    ::error file=b #2/spec.ts,line=1,col=1,title=a spec version V6 configuration fork model sc::found pass, the spec expects nothing
    ::warning file=spec.ts,line=1,col=1,title=a spec version V4 model sc::inconclusive: --timeout 5
    "
  `);
});

test('no line of the text report is taken for a command', () => {
  expect(text(runs, gate)).not.toMatch(/^::/m);
});

test('a command is one line, and its properties cannot end early', () => {
  for (const line of github([], { ...plainText, errors })
    .trimEnd()
    .split('\n')) {
    expect(line).toMatch(/^::error (\w+=[^,:\n]*,)*title=[^,:\n]*::[^\n]*$/);
  }
});

test('where all is in order nothing is annotated', () => {
  const fine = [run({ expected: 'pass' })];
  expect(github(fine, plainText)).toBe(text(fine, plainText));
});

test('the summary has the matrix, and a trace to unfold', () => {
  expect(githubSummary(runs.slice(0, 2), { ...gate, errors: [] })).toMatchInlineSnapshot(`
    "## kcheck: 2 runs, 1 not in order

    ### a spec (spec.ts)

    \`\`\`text
          sc
      V0  pass
      V1  FAIL S4 !

      ! differs from what the spec expects
    \`\`\`

    <details><summary>a spec version V1 model sc: expected pass, found fails S4</summary>

    \`\`\`text
    S4: <x> & "y" {0} does not hold (3 steps)

          CPU0 T0                           CPU1 T1
          -------                           -------
      1   x = 1
      2   x = 1
                                            mm_get_cid():
      3                                       x -> 1

    *** ASSERTION: S4: <x> & "y" {0} does not hold ***
        spec.ts:8:3 in mm_get_cid(): assert(x, 'S4: <x> & "y" {0}')

    found: fails S4; expected: pass
      complete search: 1,200 states, 3,400 transitions, depth 21
      0.50 s, 2,400 states/s, 17.0 bytes a state, 1.5 MB in all
      a state was missed with probability 3e-13 or less
      parameters: none
    \`\`\`

    </details>
    "
  `);
});

test('the summary of many failures is cut short and says so', () => {
  const failing = runs[1];
  if (failing === undefined) throw new Error('no failing run');
  const summary = githubSummary(
    Array.from({ length: 30 }, () => failing),
    gate,
  );
  expect(summary.match(/<details>/g)).toHaveLength(20);
  expect(summary).toContain('10 more are left out here.');
});
