/** Files that are replaced whole or not at all. */
import { chmodSync, lstatSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replaceFile } from '../../src/cli/write-file.ts';
import { directoryWith } from './stage.ts';

test('a file keeps its mode, and a link stays one', () => {
  const directory = directoryWith({ 'a.ts': 'old' });
  const file = join(directory, 'a.ts');
  chmodSync(file, 0o640);
  const link = join(directory, 'link.ts');
  symlinkSync('a.ts', link);
  replaceFile(link, 'new');
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readdirSync(directory)).toEqual(['a.ts', 'link.ts']);
});

test('what cannot be written leaves nothing behind', () => {
  const directory = directoryWith({});
  expect(() => replaceFile(join(directory, 'no', 'a'), 'new')).toThrow(/ENOENT.*no.a'$/);
  mkdirSync(join(directory, 'b'));
  expect(() => replaceFile(join(directory, 'b'), 'new')).toThrow('EISDIR');
  expect(readdirSync(directory)).toEqual(['b']);
});
