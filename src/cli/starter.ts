/** What `kcheck init` writes: the files below templates/, which are shipped. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { causeOf, usageError, writeAdvice } from './errors.ts';
import { templateText } from './templates.ts';

/** A template, and where it goes. */
const FILES = [
  ['spec.ts', 'specs/wake-up/spec.ts'],
  ['github-actions.yml', 'ci/github-actions.yml'],
  ['gitlab-ci.yml', 'ci/gitlab-ci.yml'],
  ['check.sh', 'ci/check.sh'],
] as const;

export interface Written {
  readonly path: string;
  /** It was there already, and was left alone. */
  readonly kept: boolean;
}

export function writeStarter(directory: string): Written[] {
  return FILES.map(([template, to]) => {
    const path = join(directory, to);
    return { path, kept: !writeNew(path, templateText(template)) };
  });
}

/** The system refuses to create what is there, so that nothing is overwritten between a look and a write. */
function writeNew(path: string, text: string): boolean {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && !isBlocked(path)) return false;
    const advice = `${causeOf(error)}. ${writeAdvice(error, path)}`;
    throw usageError('KC0032', `cannot write ${path}`, advice);
  }
}

/** Whether a file stands where a directory has to be. */
function isBlocked(path: string): boolean {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return false;
  } catch {
    return true;
  }
}
