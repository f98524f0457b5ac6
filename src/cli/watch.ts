/**
 * `--watch`: does something again whenever a file that it has read changes. Directories are watched, not
 * files: an editor that writes a new file and renames it would be lost sight of. A change while it is at
 * work counts when it is done.
 */
import { existsSync, watch } from 'node:fs';
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

/** What one round of the work is told. */
export interface Round {
  /** The files that have changed since the round before; null: this is the first. */
  readonly changed: ReadonlySet<string> | null;
  /** Watches a file that the engine did not have to load. */
  readonly watch: (file: string) => void;
}

/** Ends when the work was interrupted; while it waits, Ctrl-C ends the process. */
export async function watched(
  engine: Engine,
  terminal: Terminal,
  work: (engine: Engine, round: Round) => Promise<number>,
): Promise<number> {
  const files = new Files();
  const watching: Engine = {
    ...engine,
    loadSpec: (path) => engine.loadSpec(path, (file) => files.add(file)),
  };
  const watch = (file: string): void => files.add(file);
  let changed: ReadonlySet<string> | null = null;
  try {
    for (;;) {
      const round = { changed, watch };
      const code = await attempted(terminal, () => work(watching, round));
      if (code === ExitCode.interrupted) return code;
      if (files.count === 0) return code;
      terminal.err(`kcheck: watching ${count(files.count, 'file')}; Ctrl-C ends\n`);
      changed = await files.changed();
      for (const file of changed) terminal.err(`kcheck: ${shortest(file)} has changed\n`);
      terminal.err('\n');
    }
  } finally {
    files.close();
  }
}

function shortest(file: string): string {
  const name = relative(process.cwd(), file);
  return name.length < file.length ? name : file;
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
  #changed = new Set<string>();
  #waiting: (() => void) | null = null;

  get count(): number {
    return this.#files.size;
  }

  add(file: string): void {
    this.#files.add(file);
    const directory = dirname(file);
    if (this.#directories.has(directory)) return;
    // What a spec imports need not be there, nor its directory.
    if (!existsSync(directory)) return;
    const watcher = watch(directory, (_, name) => this.#see(directory, name));
    // A directory that goes away takes its files with it; the others are still watched.
    watcher.on('error', () => watcher.close());
    this.#directories.set(directory, watcher);
  }

  /** At least one. */
  async changed(): Promise<ReadonlySet<string>> {
    if (this.#changed.size === 0) {
      await new Promise<void>((resolve) => (this.#waiting = resolve));
    }
    await new Promise((resolve) => setTimeout(resolve, STROKES_MS));
    const changed = this.#changed;
    this.#changed = new Set();
    this.#waiting = null;
    return changed;
  }

  close(): void {
    for (const watcher of this.#directories.values()) watcher.close();
  }

  #see(directory: string, name: string | null): void {
    const file = [...this.#files].find(
      (each) => dirname(each) === directory && (name === null || basename(each) === name),
    );
    if (file === undefined) return;
    this.#changed.add(file);
    this.#waiting?.();
  }
}
