/** `kcheck init`: files that work as they are, and none that is overwritten. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { engine } from '../../src/cli/engine.ts';
import { run } from '../../src/cli/main.ts';
import { directoryWith, kcheck } from './stage.ts';

const SPEC = 'specs/wake-up/spec.ts';
const FILES = [SPEC, 'ci/github-actions.yml', 'ci/gitlab-ci.yml', 'ci/check.sh'];

/** `kcheck <line>` with the real engine, on real files. */
async function really(line: string): Promise<{ readonly code: number; readonly out: string }> {
  let out = '';
  const terminal = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (out += text),
    colour: false,
    columns: null,
    progressColumns: null,
  };
  return { code: await run(line.split(' '), engine, terminal), out };
}

test('the starter passes under every model, and fails without its barrier', async () => {
  const directory = directoryWith({});
  const { code, out } = await kcheck(`init ${directory}`);
  expect(code).toBe(0);
  for (const file of FILES)
    expect(out).toContain(`written  ${join('@', file)}`.replace('@', directory));
  const checked = await really(`check ${join(directory, 'specs')} --no-cache`);
  expect(checked.out).toContain('3 runs: 3 as expected');
  expect(checked.code).toBe(0);
  const without = `explore ${join(directory, SPEC)} -p barrier=false --model`;
  expect((await really(`${without} sc`)).code).toBe(0);
  const lost = await really(`${without} tso`);
  expect(lost.code).toBe(1);
  expect(lost.out).toContain('*** DEADLOCK: no context can step, and sleeper has not finished ***');
});

test('the starter fails where its barrier is deleted, as its first lines say', async () => {
  const directory = directoryWith({});
  await kcheck(`init ${directory}`);
  const file = join(directory, SPEC);
  const text = readFileSync(file, 'utf8');
  const changed = text.replace(/^.*if \(barrier\) smp_mb\(\);.*\n/m, '');
  expect(changed).not.toBe(text);
  writeFileSync(file, changed);
  const { code, out } = await really(`check ${directory} --no-cache`);
  expect(code).toBe(1);
  expect(out).toContain('FAIL deadlock !');
});

test('a file that is there is kept, and the others are written', async () => {
  const directory = directoryWith({ [SPEC]: 'mine' });
  const { code, out } = await kcheck(`init ${directory}`);
  expect(code).toBe(0);
  expect(out).toContain(`kept     ${join(directory, SPEC)}`);
  expect(readFileSync(join(directory, SPEC), 'utf8')).toBe('mine');
  for (const file of FILES) expect(existsSync(join(directory, file))).toBe(true);
});

test('a file where a directory has to be is an error', async () => {
  const directory = directoryWith({ specs: 'a file' });
  const { code, out } = await really(`init ${directory}`);
  expect(code).toBe(2);
  expect(out).toContain('KC0032: cannot write');
});

test('the snippets call kcheck with options that it has', async () => {
  const root = join(import.meta.dirname, '../..');
  for (const name of ['github-actions.yml', 'gitlab-ci.yml', 'check.sh']) {
    const text = readFileSync(join(root, 'templates', name), 'utf8');
    const line = /kcheck (check specs .*)$/m.exec(text)?.[1] ?? '';
    const { code } = await kcheck(line.replace('specs', '@').replaceAll(/=kcheck/g, '=@/kcheck'));
    expect(code).toBe(0);
  }
});
