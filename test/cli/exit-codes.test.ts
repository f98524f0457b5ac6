import { expect, test } from 'vitest';
import { KcheckError } from '../../src/errors.ts';
import { result } from '../report/data.ts';
import { expecting, failing, kcheck } from './stage.ts';

const stopped = result({ verdict: 'inconclusive', limits: ['--max-states 10'] });
const unstated = { 'spec.ts': { expectation: () => null } };

test('0: every verdict is as expected', async () => {
  const { code, out, err } = await kcheck('explore @/spec.ts');
  expect(code).toBe(0);
  expect(out).toContain('2 runs: 2 as expected');
  expect(err).toBe('');
});

test('0: a failure that is expected', async () => {
  const expectation = expecting({ V0: { fails: ['S4'] }, V1: 'pass' });
  const { code } = await kcheck('explore @/spec.ts', {
    specs: { 'spec.ts': { expectation } },
    verdict: ({ version }) => (version === 'V0' ? failing('S4') : result()),
  });
  expect(code).toBe(0);
});

test('1: a verdict differs, in either direction', async () => {
  expect((await kcheck('explore @/spec.ts', { verdict: () => failing('S4') })).code).toBe(1);
  const specs = { 'spec.ts': { expectation: () => ({ fails: ['S4'] }) } };
  expect((await kcheck('explore @/spec.ts', { specs })).code).toBe(1);
});

test('without expectation explore takes a pass as 0 and a failure as 1', async () => {
  expect((await kcheck('explore @/spec.ts', { specs: unstated })).code).toBe(0);
  const verdict = () => failing('S4');
  expect((await kcheck('explore @/spec.ts', { specs: unstated, verdict })).code).toBe(1);
});

test('without expectation check is 1 and names the line to add', async () => {
  const { code, out } = await kcheck('check @', { specs: unstated });
  expect(code).toBe(1);
  expect(out).toContain("  V0: { sc: 'pass' },\n");
});

test('125: inconclusive, unless a verdict differs as well', async () => {
  expect((await kcheck('explore @/spec.ts', { verdict: () => stopped })).code).toBe(125);
  const { code } = await kcheck('explore @/spec.ts', {
    verdict: ({ version }) => (version === 'V0' ? stopped : failing('S4')),
  });
  expect(code).toBe(1);
});

test('2: a spec that cannot be staged; its place, the caret, the advice; others still run', async () => {
  const place = { file: 'spec.ts', line: 12, column: 5, source: '    while (x) {' };
  const machine = () => {
    throw new KcheckError('KC0116', 'this loop has no bound', place, 'Use shared().');
  };
  const { code, out, err } = await kcheck('check @', {
    specs: { 'a/spec.ts': { machine }, 'b/spec.ts': {} },
  });
  expect(code).toBe(2);
  expect(err).toMatchInlineSnapshot(`
    "spec.ts:12:5: error KC0116: this loop has no bound
      12 |     while (x) {
         |     ^
      Use shared().
    "
  `);
  expect(out).toContain('2 runs: 2 as expected');
});

test('3: anything else that is thrown is a defect of kcheck', async () => {
  const machine = () => {
    throw new TypeError('x is not a function');
  };
  const { code, err } = await kcheck('explore @/spec.ts', { specs: { 'spec.ts': { machine } } });
  expect(code).toBe(3);
  expect(err).toContain('internal error: this is a defect of kcheck');
  expect(err).toContain('TypeError: x is not a function');
});

test('130: Ctrl-C stops the search, prints what there is, runs nothing more', async () => {
  const { code, out, err, explored } = await kcheck('explore @/spec.ts', {
    verdict: (_, { signal }) => {
      process.emit('SIGINT');
      expect(signal?.aborted).toBe(true);
      return result({ verdict: 'inconclusive', limits: ['interrupted'] });
    },
  });
  expect(code).toBe(130);
  expect(explored).toEqual(['V0 sc']);
  expect(out).toContain('search not complete (interrupted): 1,200 states');
  expect(err).toBe('kcheck: interrupted; the figures are partial\n');
  expect(process.listenerCount('SIGINT')).toBe(0);
});
