/** The executable as a process. `npm ci` builds it; without a build there is nothing to try. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const executable = join(root, 'bin/kcheck.js');

function shell(command: string): { code: number | null; out: string; err: string } {
  const line = command.replaceAll('kcheck', `${process.execPath} ${executable}`);
  const { status, stdout, stderr } = spawnSync('bash', ['-c', line], {
    cwd: root,
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}

describe.skipIf(!existsSync(join(root, 'dist/cli/main.js')))('kcheck', () => {
  test('exits 0 after --help', () => {
    const { code, out, err } = shell('kcheck --help');
    expect(code).toBe(0);
    expect(out).toMatch(/^Usage: /);
    expect(err).toBe('');
  });

  test('exits 2 after a mistake, with nothing on standard output', () => {
    const { code, out, err } = shell('kcheck explore no-such-file.ts --reporter json');
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain('KC0001');
  });

  test('says nothing when its reader has gone', () => {
    expect(shell('kcheck explore --help | true')).toEqual({ code: 0, out: '', err: '' });
  });

  test.skipIf(!existsSync('/dev/full'))('a full disk is an error of the report', () => {
    const { code, err } = shell('kcheck --help > /dev/full');
    expect(code).toBe(2);
    expect(err).toContain('KC0013');
  });
});
