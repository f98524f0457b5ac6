/** The codes of everything that can be wrong with a command line and its files. */
import { dirname } from 'node:path';
import { KcheckError } from '../errors.ts';

/** Code → title. docs/errors.md has a section for each. */
export const cliErrors = {
  KC0001: 'No such file',
  KC0002: 'Directory in place of a spec file',
  KC0003: 'File cannot be read',
  KC0004: 'No such version',
  KC0005: 'No such configuration',
  KC0006: 'No such memory model',
  KC0007: 'No such parameter',
  KC0008: 'Wrong parameter value',
  KC0009: 'No such reporter',
  KC0010: 'Two reporters for one output',
  KC0011: 'Nothing to run',
  KC0012: 'No spec found',
  KC0013: 'Report cannot be written',
  KC0014: 'No such format',
  KC0015: 'No litmus test found',
  KC0016: 'No such fairness',
  KC0017: 'Baseline cannot be used',
  KC0018: 'Nothing to compare with the baseline',
  KC0019: 'Trace cannot be replayed',
  KC0020: 'No such trace',
  KC0021: 'No such strategy',
  KC0022: 'Trace cannot be written in this format',
  KC0023: 'No such reduction',
  KC0031: 'Nothing to explain by this name',
  KC0032: 'File cannot be written',
  KC0041: 'Spec changed while it was checked',
  KC0042: 'Git does not tell what changed',
  KC0043: 'Options that do not go together',
  KC0044: 'State graph too large to draw',
  KC0051: 'Waiting states cannot be kept on disk',
  KC0052: 'Checkpoint cannot be written',
  KC0053: 'Checkpoint cannot be gone on with',
  KC0054: 'No checkpoint of this search',
} as const;

export type CliErrorCode = keyof typeof cliErrors;

export function usageError(code: CliErrorCode, message: string, advice: string): KcheckError {
  return new KcheckError(code, message, null, advice);
}

/** What to do about a file that cannot be written. */
export function writeAdvice(error: unknown, file: string): string {
  switch ((error as Partial<NodeJS.ErrnoException> | null)?.code) {
    case 'ENOENT':
      return `Create the directory ${dirname(file)} first.`;
    case 'ENOSPC':
    case 'EDQUOT':
      return 'Make room, or name a file on another disk.';
    case 'EISDIR':
      return 'Name a file in that directory.';
    default:
      return 'Name a file that you may write.';
  }
}

/** The message of whatever was thrown. */
export function causeOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
