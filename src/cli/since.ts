/**
 * `--since ref`: which specs may have another machine than at a commit: one of the files that they are
 * loaded from is not as it was there. Models of an installed kcheck belong to the tool, and a file that
 * git does not know may always be another.
 */
import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { LoadedSpec } from '../language/loaded-spec.ts';
import { usageError } from './errors.ts';

export interface Since {
  readonly ref: string;
  mayDiffer(spec: LoadedSpec): boolean;
}

/** Asks git, in the working directory. @throws KcheckError KC0042 */
export function since(ref: string): Since {
  const root = realpathSync(git(['rev-parse', '--show-toplevel'], ref).trimEnd());
  const commit = git(
    ['rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`],
    ref,
  ).trimEnd();
  const inRoot = (names: string): Set<string> =>
    new Set(names.split('\0').flatMap((name) => (name === '' ? [] : join(root, name))));
  const changed = inRoot(
    git(['-C', root, 'diff', '--name-only', '--no-renames', '-z', commit], ref),
  );
  const tracked = inRoot(git(['-C', root, 'ls-files', '-z'], ref));
  const differs = (path: string): boolean => {
    const real = realpathSync(path);
    if (tracked.has(real)) return changed.has(real);
    return !real.startsWith(OWN_MODELS);
  };
  return { ref, mayDiffer: ({ files }) => files.some(({ path }) => differs(path)) };
}

const OWN_MODELS = realpathSync(join(import.meta.dirname, '..', '..', 'src', 'models')) + sep;

/** What it prints may be the names of every file of a large repository. */
const MOST_BYTES = 2 ** 28;

function git(args: readonly string[], ref: string): string {
  const { status, stdout, stderr, error } = spawnSync('git', args, {
    encoding: 'utf8',
    maxBuffer: MOST_BYTES,
  });
  if (status === 0) return stdout;
  const why = error?.message ?? stderr.trim().split('\n')[0] ?? '';
  throw usageError('KC0042', `git does not tell what changed since ${ref}`, `${why}.`);
}
