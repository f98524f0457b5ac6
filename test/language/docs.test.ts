/** docs/spec-language.md is complete; test/docs executes its examples. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import * as api from '../../src/language/index.ts';

const PAGE = readFileSync(path.join(import.meta.dirname, '../../docs/spec-language.md'), 'utf8');

test('every primitive is on the page', () => {
  const missing = Object.keys(api).filter((name) => !PAGE.includes(stem(name)));
  expect(missing).toEqual([]);
});

/** The page lists families: by their members' common name. */
function stem(name: string): string {
  const plain = name.replace(/_(relaxed|acquire|release)$/, '').replace(/^raw_/, '');
  if (plain.startsWith('atomic_fetch_')) return 'atomic_fetch_{';
  if (/^atomic_\w+_return$/.test(plain)) return '_return`';
  return /^atomic_(add|sub|inc|dec|or|and|andnot|xor)$/.test(plain) ? 'atomic_{' : plain;
}
