import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LITMUS_ERRORS } from '../../src/litmus/index.ts';

test('every error code of litmus tests is documented, and no other', () => {
  const documented = readFileSync('docs/errors.md', 'utf8').match(/(?<=^## )KC03\d\d\b/gm);
  expect(documented).toEqual(Object.keys(LITMUS_ERRORS));
});
