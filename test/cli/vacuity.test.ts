/** The gate and a pass in which a property was never evaluated. */
import { expect, test } from 'vitest';
import { machine, result, site } from '../report/data.ts';
import { kcheck } from './stage.ts';

const staged = machine({ sites: [site(12, "assert(x, 'S4: x')"), site(20, 'finally_(…)')] });
const parts = { versions: ['V0'], machine: () => staged };
const missing = [
  { kind: 'assertion', property: 'S4: x', site: 0 },
  { kind: 'final', property: 'no leak', site: 1 },
] as const;
const vacuous = result({ unevaluated: missing });

test('explore says so and goes on', async () => {
  const { code, out } = await kcheck('explore @/spec.ts', {
    specs: { 'spec.ts': parts },
    verdict: () => vacuous,
  });
  expect(code).toBe(0);
  expect(out).toContain("\n  never evaluated: 'S4: x', spec.ts:12\n");
  expect(out).toContain("\n  never evaluated: 'no leak', there is no final state\n");
});

test('check fails, and says how to accept it', async () => {
  const { code, out } = await kcheck('check @', {
    specs: { 'spec.ts': parts },
    verdict: () => vacuous,
  });
  expect(code).toBe(1);
  expect(out).toContain('vacuous: @/spec.ts  version V0  model sc: passes, and');
  expect(out).toContain(
    [
      " 'S4: x', spec.ts:12; 'no leak', there is no final state",
      'if that is meant, add to the spec (a function of the run says where):',
      "  accept: { unreached: ['S4', 'no leak'] },",
      '1 run: 0 as expected, 1 vacuous (an error)',
      '',
    ].join('\n'),
  );
});

test('what the spec accepts by name, or by what stands before the colon, is no error', async () => {
  const acceptedUnreached = (): readonly string[] => ['S4', 'no leak'];
  const { code, out } = await kcheck('check @', {
    specs: { 'spec.ts': { ...parts, acceptedUnreached } },
    verdict: () => vacuous,
  });
  expect(code).toBe(0);
  expect(out).toContain("never evaluated: 'S4: x', spec.ts:12, as the spec accepts");
  expect(out).toContain('1 run: 1 as expected');
});

test('a search that was stopped is inconclusive, no more', async () => {
  const limits = ['--timeout 5'];
  const { code, out } = await kcheck('check @', {
    specs: { 'spec.ts': parts },
    verdict: () => result({ verdict: 'inconclusive', limits, unevaluated: missing }),
  });
  expect(code).toBe(125);
  expect(out).toContain("not evaluated so far: 'S4: x'");
  expect(out).not.toContain('vacuous');
});

test('under a matrix counts what no run evaluates', async () => {
  const { out } = await kcheck('explore @/spec.ts', {
    specs: { 'spec.ts': { ...parts, versions: ['V0', 'V1'] } },
    verdict: ({ version }) => (version === 'V0' ? vacuous : result({ unevaluated: [missing[0]] })),
  });
  expect(out).toContain("never evaluated: 'S4: x', spec.ts:12\n");
});
