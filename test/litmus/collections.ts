/** The collections of litmus tests with herd7's verdicts, which lie outside of the repository. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readJsonLines, type JsonLinesTest } from '../../src/litmus/index.ts';

const FOLDER = fileURLToPath(new URL('../../../shared/litmus/', import.meta.url));

/** Tests that need the collections skip where they are missing. */
export const haveCollections = existsSync(FOLDER);

export function collection(name: string): JsonLinesTest[] {
  const file = `${FOLDER}${name}.jsonl`;
  return readJsonLines(readFileSync(file, 'utf8'), file);
}
