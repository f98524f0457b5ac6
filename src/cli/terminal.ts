/** Where a command writes, and what may be written there. */

import type { LineInput } from './line-input.ts';

export interface Terminal {
  /** Results. */
  out(text: string): void;
  /** Progress and errors. */
  err(text: string): void;
  /** Whether results may have colour. */
  readonly colour: boolean;
  /** Columns of the results' terminal; null when they go to a file or a pipe. */
  readonly columns: number | null;
  /** Columns of a terminal on which progress is shown; null: it is not. */
  readonly progressColumns: number | null;
  /** The file that becomes the page of a GitHub job; absent where there is none. */
  readonly jobSummaryFile?: string | undefined;
  /** What the user types; absent: the process's standard input. */
  readonly input?: () => LineInput;
}

/** The process's own streams. Progress needs a terminal, and is noise in a CI log. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  const inCi = env['CI'] !== undefined && env['CI'] !== '' && env['CI'] !== 'false';
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    colour: stdout.isTTY && stdout.hasColors(),
    columns: stdout.isTTY ? widthOf(stdout) : null,
    jobSummaryFile: env['GITHUB_STEP_SUMMARY'],
    progressColumns: stderr.isTTY && !inCi ? widthOf(stderr) : null,
  };
}

/** Some terminals say 0 because they do not know. */
function widthOf(stream: NodeJS.WriteStream): number {
  return stream.columns > 0 ? stream.columns : 80;
}
