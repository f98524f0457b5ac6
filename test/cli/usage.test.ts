import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cliErrors } from '../../src/cli/errors.ts';
import { closest } from '../../src/cli/suggest.ts';
import { editDistance } from '../../src/language/edit-distance.ts';
import { directoryWith, kcheck } from './stage.ts';

test.each([
  ['exploer @/spec.ts', "unknown command 'exploer'", 'Did you mean explore?'],
  ['@/spec.ts', 'unknown command', 'Did you mean kcheck explore @/spec.ts?'],
  ['explore @/spec.ts --modle sc', "unknown option '--modle'", 'Did you mean --model?'],
  ['explore', 'missing required argument', ''],
  ['explore @/spec.ts --max-states few', "argument 'few' is invalid", 'whole number above 0'],
  ['explore @/spec.ts --timeout -1', "argument '-1' is invalid", 'number above 0'],
  ['explore @/sepc.ts', 'KC0001: no such file: @/sepc.ts', 'Did you mean @/spec.ts?'],
  ['explore @/nowhere/spec.ts', 'KC0001', ''],
  ['check @/sepcs', 'KC0001', ''],
  ['explore @', 'KC0002: @ is a directory', 'Did you mean @/spec.ts, or `kcheck check @`?'],
  ['explore @/spec.ts --version V00', 'KC0004: @/spec.ts has no version V00', 'Did you mean V0?'],
  ['explore @/spec.ts --version x', 'KC0004', 'There is V0, V1.'],
  ['explore @/spec.ts --configuration f', 'KC0005', 'It has no configurations.'],
  ['explore @/spec.ts --model pwoer', 'KC0006: no memory model is named pwoer', 'mean power?'],
  ['explore @/spec.ts -p cups=3', 'KC0007: @/spec.ts has no parameter cups', 'Did you mean cpus?'],
  ['explore @/spec.ts -p cpus', 'KC0008: not a parameter: cpus', 'as in -p cpus=3'],
  ['explore @/spec.ts -p cpus=many', 'KC0008: parameter cpus is a number, not a string', 'cpus=2'],
  ['explore @/spec.ts --reporter jsno', 'KC0009: no reporter is named jsno', 'Did you mean json?'],
  ['explore @/spec.ts --reporter json --reporter text', 'KC0010', 'to a file'],
  ['explore @/spec.ts --reporter json=@/no/x.json', 'KC0013', 'ENOENT'],
  ['explore @/spec.ts --fairness week', 'KC0016: no fairness is named week', 'Did you mean weak?'],
  ['check @/spec.ts --reduce pro', 'KC0023: no reduction is named pro', 'Did you mean por?'],
  [
    'explore @/spec.ts --fairness weak --model power',
    'KC0403: no fairness is defined under power',
    'Select --model sc,tso',
  ],
  ['graph @/spec.ts --format dto', 'KC0014: no format is named dto', 'Did you mean dot?'],
  ['graph @/spec.ts --version V2', 'KC0004', ''],
])('kcheck %s', async (line, message, advice) => {
  const { code, err } = await kcheck(line);
  expect(code).toBe(2);
  expect(err).toContain(message);
  expect(err).toContain(advice);
  expect(err).not.toContain('    at ');
});

test('a misspelt name stops explore before anything runs', async () => {
  const { explored } = await kcheck('explore @/spec.ts @/other.ts --version V1', {
    specs: { 'spec.ts': {}, 'other.ts': { versions: ['V0'] } },
  });
  expect(explored).toEqual([]);
});

test('a combination that the spec skips is no pass', async () => {
  const specs = { 'spec.ts': { wants: () => false } };
  const { code, err } = await kcheck('explore @/spec.ts --version V0', { specs });
  expect(code).toBe(2);
  expect(err).toContain('KC0011: nothing to run in @/spec.ts');
});

test('a directory without specs', async () => {
  const { code, err } = await kcheck('check @', { specs: { 'notes.md': {} } });
  expect(code).toBe(2);
  expect(err).toContain('KC0012: no spec below @');
});

test.skipIf(process.getuid?.() === 0)('a file that may not be read', async () => {
  const file = join(directoryWith({ 'spec.ts': '' }), 'spec.ts');
  chmodSync(file, 0);
  const { code, err } = await kcheck(`explore ${file}`);
  expect(code).toBe(2);
  expect(err).toContain('KC0003');
});

test('a path through a file', async () => {
  const { code, err } = await kcheck('explore @/spec.ts/spec.ts');
  expect(code).toBe(2);
  expect(err).toContain('KC0003');
});

test('every error code is documented, and no other', () => {
  const documented = readFileSync('docs/errors.md', 'utf8').match(/(?<=^## )KC00\d\d$/gm);
  expect(documented).toEqual(Object.keys(cliErrors));
});

test('edit distance counts a swap of neighbours as one', () => {
  expect(editDistance('kitten', 'sitting')).toBe(3);
  expect(editDistance('jsno', 'json')).toBe(1);
  expect(closest('zebra', ['sc', 'tso'])).toBeNull();
});
