/** Files: what is imported from where, how they are named, and what is refused. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { loadSpec, loadSpecSource } from '../../src/language/loader.ts';
import { refusalOf } from './staged.ts';

const directories: string[] = [];

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

/** A directory with these files. */
function directoryWith(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'kcheck-'));
  directories.push(directory);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(directory, name, '..'), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

const SPEC = `import { spec, task } from 'kcheck';
import { title, body } from './part.ts';
import { title as again } from './deep/other.ts';
export default spec({ title: title + again, versions: { v: {} }, system() { task('a', body); } });`;

test('a spec anywhere imports what stands beside it, each file once', () => {
  const directory = directoryWith({
    'spec.ts': SPEC,
    'part.ts':
      "import { smp_mb } from 'kcheck';\nexport const title = 't';\nexport const body = () => smp_mb();",
    'deep/other.ts': "export { title } from '../part.ts';",
  });
  const spec = loadSpec(join(directory, 'spec.ts'));
  expect(spec.title).toBe('tt');
  const machine = spec.machine(spec.parameters('v', '', {}));
  expect(machine.contexts[0]?.nodes.map(({ kind }) => kind)).toEqual(['fence', 'done']);
  const files = machine.sites.map(({ file }) => resolve(file));
  expect(files).toContain(join(directory, 'part.ts'));
});

test('the models of the package are there for every spec', () => {
  const spec = loadSpecSource(`import { spec, task } from 'kcheck';
import { RUNNING } from 'kcheck/models/sched';
export default spec({ title: String(RUNNING), versions: { v: {} }, system() { task('a', () => {}); } });`);
  expect(spec.title).toBe('3');
});

test.each([
  ["import fs from 'node:fs';", "KC0103 1:8 'node:fs' is imported"],
  ["import data from './data.json';", "KC0103 1:8 './data.json' is imported"],
  ["import { x } from './nothing.ts';", 'KC0101 1:10 no such file: ./nothing.ts'],
  ["import { x } from 'kcheck/models/nothing';", 'KC0101 1:10 no such file: kcheck/models/nothing'],
  ["import { shaerd } from 'kcheck';", "KC0106 1:10 'kcheck' exports no 'shaerd'"],
  ['export const x = 1;', 'KC0105 1:1 the file has no default export'],
  ['export default 1;', 'KC0105 1:1 the default export is no spec'],
  ['export default (', 'KC0102 1:17 Unexpected token'],
  [
    'const x = null; export default x.y;',
    "KC0129 1:32 Cannot read properties of null (reading 'y')",
  ],
])('%s is refused', (text, refusal) => {
  expect(refusalOf(() => loadSpecSource(text))).toBe(refusal);
});

test('imports that form a cycle are refused', () => {
  const directory = directoryWith({
    'spec.ts': "import { a } from './a.ts';\nexport default a;",
    'a.ts': "import { b } from './b.ts';\nexport const a = b;",
    'b.ts': "import { a } from './a.ts';\nexport const b = a;",
  });
  expect(refusalOf(() => loadSpec(join(directory, 'spec.ts')))).toMatch(/^KC0104 1:10 /);
});

test('a file that is not there is said so', () => {
  expect(refusalOf(() => loadSpec('nothing.ts'))).toBe('KC0101 - no such file: nothing.ts');
});
