/** Reports in files, and what cannot be written. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KcheckError } from '../../src/errors.ts';
import { directoryWith, failing, kcheck } from './stage.ts';

test.each(['json', 'junit', 'ktap', 'sarif', 'github'])(
  '%s in a file, text beside it',
  async (name) => {
    const directory = directoryWith({});
    const file = join(directory, 'report');
    const { code, out } = await kcheck(`explore @/spec.ts --reporter ${name}=${file}`);
    expect(code).toBe(0);
    expect(out).toContain('2 runs: 2 as expected');
    expect(readFileSync(file, 'utf8')).not.toBe('');
  },
);

test('every reporter writes its own format to standard output', async () => {
  const head = async (name: string): Promise<string | undefined> =>
    (await kcheck(`explore @/spec.ts --reporter ${name}`)).out.split('\n')[0];
  expect(await head('junit')).toContain('<?xml');
  expect(await head('ktap')).toBe('KTAP version 1');
  expect(await head('sarif')).toBe('{');
  expect(await head('github')).toContain('a spec');
});

test('what cannot be written is an error after the verdicts, and the other reports are written', async () => {
  const good = join(directoryWith({}), 'report.json');
  const line = `explore @/spec.ts --reporter junit=@/no/x.xml --reporter json=${good} --reporter text`;
  const { code, out, err } = await kcheck(line, { verdict: () => failing('S4') });
  expect(code).toBe(2);
  expect(out).toContain('2 runs: 0 as expected, 2 differ');
  expect(err).toContain('KC0013: cannot write the report to @/no/x.xml');
  expect(err).toContain('Create the directory @/no first.');
  expect(existsSync(good)).toBe(true);
});

test.skipIf(!existsSync('/dev/full'))('a full disk', async () => {
  const { code, out, err } = await kcheck('explore @/spec.ts --reporter json=/dev/full');
  expect(code).toBe(2);
  expect(out).toContain('2 runs: 2 as expected');
  expect(err).toContain('KC0013');
  expect(err).toContain('Make room, or name a file on another disk.');
});

test('two reports cannot share a file', async () => {
  const { code, err } = await kcheck('explore @/spec.ts --reporter json=x --reporter junit=./x');
  expect([code, err]).toEqual([2, expect.stringContaining('KC0010: two reporters for ./x')]);
});

test('a spec that cannot be loaded is in the report, and fails it', async () => {
  const machine = () => {
    throw new KcheckError('KC0116', 'this loop has no bound');
  };
  const { code, out } = await kcheck('check @ --reporter json', {
    specs: { 'spec.ts': { machine } },
  });
  expect(code).toBe(2);
  expect(JSON.parse(out)).toMatchObject({ runs: [], errors: [{ code: 'KC0116' }] });
});

test('github adds to the page of the job', async () => {
  const page = join(directoryWith({ page: 'before\n' }), 'page');
  const { code } = await kcheck('check @ --reporter github', { jobSummaryFile: page });
  expect(code).toBe(0);
  expect(readFileSync(page, 'utf8')).toMatch(/^before\n## kcheck: 2 runs, all in order\n/);
});

test('a page that cannot be written is an error like a report', async () => {
  const { code, err } = await kcheck('check @ --reporter github', { jobSummaryFile: '/no/page' });
  expect(code).toBe(2);
  expect(err).toContain('KC0013: cannot write the report to /no/page');
});
