/** `--watch` as a process: a change of a spec, or of what it imports, counts at once. */
import { spawn } from 'node:child_process';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { READER, WRITER, directoryOf, kcheckIn, messagePassing } from './real.ts';

const root = join(import.meta.dirname, '../..');

/** A process whose output can be waited for. */
function watching(
  directory: string,
  line: readonly string[],
): {
  readonly until: (words: string) => Promise<string>;
  readonly stop: () => Promise<number | null>;
} {
  const child = spawn(process.execPath, [join(root, 'bin/kcheck.js'), ...line], { cwd: directory });
  let text = '';
  let look = (): void => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      text += data.toString();
      look();
    });
  }
  return {
    until: (words) =>
      new Promise((resolve) => {
        look = (): void => {
          const end = text.indexOf(words);
          if (end < 0) return;
          const said = text.slice(0, end + words.length);
          text = text.slice(end + words.length);
          resolve(said);
        };
        look();
      }),
    stop: () =>
      new Promise((resolve) => {
        child.on('close', (code) => resolve(code));
        child.kill('SIGINT');
      }),
  };
}

describe.skipIf(!existsSync(join(root, 'dist/cli/main.js')))('explore --watch', () => {
  test('a change of either file, also by renaming, and a mistake in between', async () => {
    const spec = messagePassing(`write(msg, flag, barriers);`, READER).replace(
      'export default',
      "import { write } from './writer.ts';\nexport default",
    );
    const helper = `import { WRITE_ONCE, smp_wmb } from 'kcheck';
export function write(msg, flag, barriers) { ${WRITER} }
`;
    const directory = directoryOf({ 'mp.ts': spec, 'writer.ts': helper });
    const line = ['explore', 'mp.ts', '--version', 'plain', '--model', 'power', '--watch'];
    const { until, stop } = watching(directory, line);
    expect(await until('watching 2 files')).toContain('FAIL');

    writeFileSync(join(directory, 'new.ts'), helper.replace('WRITE_ONCE(flag, 1);', ''));
    renameSync(join(directory, 'new.ts'), join(directory, 'writer.ts'));
    expect(await until('watching 2 files')).toMatch(/writer\.ts has changed[^]*PASS/);

    writeFileSync(join(directory, 'mp.ts'), spec.replace('smp_rmb();', 'smp_rmb(;'));
    expect(await until('watching 2 files')).toMatch(/mp\.ts has changed[^]*KC0102/);

    writeFileSync(join(directory, 'mp.ts'), spec);
    expect(await until('watching 2 files')).toContain('PASS');
    expect(await stop()).not.toBe(0);
  }, 30_000);
});

describe.skipIf(!existsSync(join(root, 'dist/cli/main.js')))('check --watch', () => {
  const named = (title: string): string =>
    messagePassing(WRITER, READER).replace('message passing', title);
  const files = { 'specs/a/spec.ts': named('first'), 'specs/b/spec.ts': named('second') };
  const line = ['check', '--version', 'plain', '--model', 'sc', '--watch'];

  test('only the spec that a change concerns is checked again', async () => {
    const directory = directoryOf(files);
    const { until, stop } = watching(directory, line);
    expect(await until('watching 2 files')).toMatch(/first[^]*second/);

    writeFileSync(join(directory, 'specs/b/spec.ts'), named('third'));
    const second = await until('watching 2 files');
    expect(second).toMatch(/specs\/b\/spec\.ts has changed[^]*third/);
    expect(second).not.toContain('first');

    writeFileSync(join(directory, 'specs/b/spec.ts'), 'export default');
    const broken = await until('watching 2 files');
    expect(broken).toContain('KC0102');
    expect(broken).not.toContain('first');
    expect(await stop()).not.toBe(0);
  }, 30_000);

  test('specs that an earlier session knows, and needs not load, are watched', async () => {
    const directory = directoryOf(files);
    const early = watching(directory, line);
    await early.until('watching 2 files');
    await early.stop();
    const { until, stop } = watching(directory, line);
    expect(await until('watching 2 files')).toContain('every verdict from the cache');
    writeFileSync(join(directory, 'specs/a/spec.ts'), named('third'));
    expect(await until('watching 2 files')).toContain('third');
    await stop();
  }, 30_000);
});

test('a report to a file, or a comparison, does not go with check --watch', async () => {
  const directory = directoryOf({ 'spec.ts': messagePassing(WRITER, READER) });
  for (const option of ['--reporter json=@/out.json', '--since HEAD', '--update']) {
    const { code, err } = await kcheckIn(directory, `check @/spec.ts --watch ${option}`);
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('KC0043') });
    expect(err).toContain(option.split(' ')[0]);
  }
});
