/** The examples of docs/spec-language.md: each is a spec, a body or a system() that stages, or is refused. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import * as api from '../../src/language/index.ts';
import { refusal } from './refused.ts';

const PAGE = readFileSync(path.join(import.meta.dirname, '../../docs/spec-language.md'), 'utf8');

const examples = [
  ...PAGE.matchAll(/^<!-- (spec|system|body|refused KC\d+) -->\n\n```ts\n([^]*?)^```$/gm),
].map(([, kind = '', text = '']) => ({ kind, text, line: text.split('\n')[0] ?? '' }));

function whole(kind: string, text: string): string {
  if (kind === 'spec') return text;
  const system = kind === 'system' ? text : `task('t', () => { ${text} });`;
  return `import { ${Object.keys(api).join(', ')} } from 'kcheck';
export default spec({ title: 'example', versions: { only: {} }, system() {
  let counter = 0;
  ${kind === 'system' ? '' : 'const x = shared(0), y = shared(0);'}
  ${system}
} });`;
}

test.each(examples)('$kind: $line', ({ kind, text }) => {
  const expected = kind.startsWith('refused') ? kind.slice('refused '.length) : 'accepted';
  expect(refusal(whole(kind, text)).split(' ')[0]).toBe(expected);
});

test('every example is marked', () => {
  expect(PAGE.match(/^```ts$/gm)).toHaveLength(examples.length);
});

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
