/**
 * `--watch`: does something again whenever a file that it has read changes. Directories are watched, not
 * files: an editor that writes a new file and renames it would be lost sight of. A change while it is at
 * work counts when it is done.
 */
import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import { KcheckError } from '../errors.ts';
import { count } from '../report/words.ts';
import type { Engine } from './engine.ts';
import { errorText } from './error-text.ts';
import { ExitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** An editor writes a file in several strokes. */
const STROKES_MS = 100;

/** Ends when the work was interrupted; while it waits, Ctrl-C ends the process. */
export async function watched(
  engine: Engine,
  terminal: Terminal,
  work: (engine: Engine) => Promise<number>,
): Promise<number> {
  const files = new Files();
  const watching: Engine = {
    ...engine,
    loadSpec: (path) => engine.loadSpec(path, (file) => files.add(file)),
  };
  try {
    for (;;) {
      const code = await attempted(terminal, () => work(watching));
      if (code === ExitCode.interrupted) return code;
      if (files.count === 0) return code;
      terminal.err(`kcheck: watching ${count(files.count, 'file')}; Ctrl-C ends\n`);
      const changed = await files.changed();
      const name = relative(process.cwd(), changed);
      terminal.err(`kcheck: ${name.length < changed.length ? name : changed} has changed\n\n`);
    }
  } finally {
    files.close();
  }
}

/** A mistake is told, and the next change is waited for. */
async function attempted(terminal: Terminal, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof KcheckError)) throw error;
    terminal.err(errorText(error));
    return ExitCode.usage;
  }
}

class Files {
  readonly #files = new Set<string>();
  readonly #directories = new Map<string, FSWatcher>();
  #changed: string | null = null;
  #waiting: ((file: string) => void) | null = null;

  get count(): number {
    return this.#files.size;
  }

  add(file: string): void {
    this.#files.add(file);
    const directory = dirname(file);
    if (this.#directories.has(directory)) return;
    const watcher = watch(directory, (_, name) => this.#see(directory, name));
    // A directory that goes away takes its files with it; the others are still watched.
    watcher.on('error', () => watcher.close());
    this.#directories.set(directory, watcher);
  }

  async changed(): Promise<string> {
    const file =
      this.#changed ?? (await new Promise<string>((resolve) => (this.#waiting = resolve)));
    await new Promise((resolve) => setTimeout(resolve, STROKES_MS));
    this.#changed = null;
    this.#waiting = null;
    return file;
  }

  close(): void {
    for (const watcher of this.#directories.values()) watcher.close();
  }

  #see(directory: string, name: string | null): void {
    const file = [...this.#files].find(
      (each) => dirname(each) === directory && (name === null || basename(each) === name),
    );
    if (file === undefined) return;
    this.#changed = file;
    this.#waiting?.(file);
  }
}
