/** docs/errors.md has a section for every code, and its examples give the errors that they stand for. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { KcheckError } from '../../src/errors.ts';
import * as api from '../../src/language/index.ts';
import { loadSpecSource } from '../../src/language/loader.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PAGE = readFileSync(path.join(ROOT, 'docs/errors.md'), 'utf8');

test('every code in the sources has one section, and every section a code', () => {
  const sources = readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  const codes = sources
    .filter((file) => file.endsWith('.ts'))
    .flatMap(
      (file) => readFileSync(path.join(ROOT, 'src', file), 'utf8').match(/\bKC\d{4}\b/g) ?? [],
    );
  expect(documented().toSorted()).toEqual([...new Set(codes)].toSorted());
});

function documented(): readonly string[] {
  return PAGE.match(/(?<=^## )KC\d{4}\b/gm) ?? [];
}

const examples = [...PAGE.matchAll(/^## (KC\d{4}).*\n(?:(?!## ).*\n)*?```ts\n([^]*?)```$/gm)].map(
  ([, code = '', example = '']) => ({ code, example }),
);

test.each(examples)('the example of $code gives that error', ({ code, example }) => {
  expect(codeOf(whole(example))).toBe(code);
});

function codeOf(text: string): string {
  try {
    const spec = loadSpecSource(text, path.join(ROOT, 'test/docs/example.ts'));
    spec.machine(spec.parameters('v', '', {}));
  } catch (error) {
    if (error instanceof KcheckError) return error.code;
    throw error;
  }
  return 'none';
}

/** The page says what stands around an example. */
function whole(example: string): string {
  const missing = Object.keys(api).filter((name) => !example.includes(`import { ${name} }`));
  const imports = `import { ${missing.join(', ')} } from 'kcheck';\n`;
  if (/\bspec\(/.test(example)) return imports + example;
  const system = /^task\(/m.test(example) ? example : `task('T', () => {\n${example}});`;
  return `${imports}export default spec({ title: 'example', versions: { v: {} }, system() {
    const [x, y, ok, g, list] = [shared(0), shared(0), shared(false), ghost(0), [1, 2]];
    ${system}
  } });`;
}
