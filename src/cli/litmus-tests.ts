/** The litmus tests that a command line names: one a `.litmus` file, one a line of a `.jsonl` file. */
import { basename } from 'node:path';
import { readJsonLines } from '../litmus/index.ts';
import type { LitmusExpectation } from '../report/litmus.ts';
import { findLitmusFiles, readText } from './files.ts';

export interface LitmusInput {
  readonly file: string;
  /** Null: what the test's header says. */
  readonly name: string | null;
  readonly text: string;
  /** How errors call the text: its file, and within a collection the line's name. */
  readonly label: string;
  readonly expected: LitmusExpectation | null;
}

/** Throws KcheckError where a path leads to no test or a collection is malformed. */
export function readLitmusTests(paths: readonly string[]): LitmusInput[] {
  return findLitmusFiles(paths).flatMap((file) => {
    const text = readText(file);
    return file.endsWith('.jsonl') ? linesOf(file, text) : [single(file, text)];
  });
}

/** What a test is called whose header does not say it. */
export function nameOfFile({ file, name }: LitmusInput): string {
  return name ?? basename(file, '.litmus');
}

function single(file: string, text: string): LitmusInput {
  return { file, name: null, text, label: file, expected: null };
}

function linesOf(file: string, text: string): LitmusInput[] {
  return readJsonLines(text, file).map(({ name, text, expected, states }) => ({
    file,
    name,
    text,
    label: `${file}#${name}`,
    expected: expected === null && states === null ? null : { observation: expected, states },
  }));
}
