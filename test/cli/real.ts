/** The command line with nothing staged: real specs in a directory of their own. */
import { engine } from '../../src/cli/engine.ts';
import { run } from '../../src/cli/main.ts';
import { directoryWith } from './stage.ts';

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `kcheck <line>`, where `@` stands for the directory; it is `@` in outputs too. */
export async function kcheckIn(
  directory: string,
  line: string,
  typed: readonly string[] = [],
): Promise<Said> {
  const lines = [...typed];
  const written = { out: '', err: '' };
  const code = await run(line.replaceAll('@', directory).split(' ').filter(Boolean), engine, {
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
    colour: false,
    columns: null,
    progressColumns: null,
    input: () => ({
      interactive: false,
      next: async () => lines.shift() ?? null,
      close: () => {},
    }),
  });
  const shown = (text: string): string => text.replaceAll(directory, '@');
  return { code, out: shown(written.out), err: shown(written.err) };
}

export function messagePassing(writer: string, reader: string): string {
  return `import { spec, shared, task, assert, READ_ONCE, WRITE_ONCE, smp_wmb, smp_rmb } from 'kcheck';
export default spec({
  title: 'message passing',
  versions: { plain: { barriers: false }, fenced: { barriers: true } },
  system({ barriers }) {
    const msg = shared(0);
    const flag = shared(0);
    task('writer', () => {
      ${writer}
    });
    task('reader', () => {
      ${reader}
    });
  },
});`;
}

export const WRITER = 'WRITE_ONCE(msg, 42); if (barriers) smp_wmb(); WRITE_ONCE(flag, 1);';
export const READER = `if (READ_ONCE(flag) === 0) return;
      if (barriers) smp_rmb();
      assert(READ_ONCE(msg) === 42, 'S1: the message is there');`;

export function directoryOf(files: Readonly<Record<string, string>>): string {
  return directoryWith(files);
}
