/** `explore --watch` as a process: a change of the spec, or of what it imports, explores again. */
import { spawn } from 'node:child_process';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { READER, WRITER, directoryOf, messagePassing } from './real.ts';

const root = join(import.meta.dirname, '../..');

/** A process whose output can be waited for. */
function watching(directory: string): {
  readonly until: (words: string) => Promise<string>;
  readonly stop: () => Promise<number | null>;
} {
  const line = ['explore', 'mp.ts', '--version', 'plain', '--model', 'power', '--watch'];
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
    const { until, stop } = watching(directory);
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
