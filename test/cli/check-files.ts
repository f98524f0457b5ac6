/** `kcheck check` as it is, on files of a directory, with what it had to do for its answer. */
import { engine } from '../../src/cli/engine.ts';
import { run } from '../../src/cli/main.ts';

export interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Specs that were loaded, machines that were staged, runs that were explored. */
  readonly work: string;
}

/** `directory` is `@` in outputs. */
export async function check(directory: string, options: string): Promise<Told> {
  const done = { loaded: 0, staged: 0, explored: 0 };
  const counting: typeof engine = {
    ...engine,
    loadSpec: async (path) => {
      done.loaded++;
      const spec = await engine.loadSpec(path);
      return { ...spec, machine: (params) => (done.staged++, spec.machine(params)) };
    },
    check: (machine, model, of) => (done.explored++, engine.check(machine, model, of)),
  };
  const written = { out: '', err: '' };
  const shown = (words: string): string => words.replaceAll(directory, '@');
  const code = await run(`check ${options}`.split(' ').filter(Boolean), counting, {
    out: (words) => void (written.out += shown(words)),
    err: (words) => void (written.err += shown(words)),
    colour: false,
    columns: null,
    progressColumns: null,
    jobSummaryFile: undefined,
  });
  const { loaded, staged, explored } = done;
  return { code, ...written, work: `${loaded} loaded, ${staged} staged, ${explored} explored` };
}
