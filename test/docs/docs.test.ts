/** Every command and every trace in README and docs is what kcheck prints. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { comparable, executed } from './transcript.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** KCHECK_UPDATE_DOCS=1 writes what is printed now into the documents; read the difference. */
const UPDATE = process.env['KCHECK_UPDATE_DOCS'] === '1';

/** Documents whose specs are their own: they run in a directory of their own. */
const OWN_SPECS = [
  'docs/tutorial.md',
  'docs/spec-language.md',
  'docs/verdicts.md',
  'docs/reports.md',
  'docs/traces.md',
  'docs/simulation.md',
];

const IN_PLACE = [
  'README.md',
  'docs/models.md',
  'docs/mechanisms/mm-cid.md',
  'docs/mechanisms/membarrier.md',
  'docs/mechanisms/page-table-walk.md',
  'docs/mechanisms/smp-call.md',
];

test.each([...IN_PLACE, ...OWN_SPECS])('%s shows what is printed', { timeout: 300_000 }, (name) => {
  const file = path.join(ROOT, name);
  const document = readFileSync(file, 'utf8');
  const inPlace = !OWN_SPECS.includes(name);
  const cwd = inPlace ? ROOT : mkdtempSync(path.join(os.tmpdir(), 'kcheck-docs-'));
  try {
    const now = executed(document, cwd);
    if (UPDATE) writeFileSync(file, now);
    else expect(comparable(now)).toBe(comparable(document));
  } finally {
    if (!inPlace) rmSync(cwd, { recursive: true });
  }
});
