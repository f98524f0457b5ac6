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

interface Verdicts {
  readonly architecture: 'X86' | 'PPC';
  readonly never: readonly string[];
  readonly sometimes: readonly string[];
}

/** herd7's verdicts on every name of its collections. */
export const VERDICTS = JSON.parse(
  readFileSync(new URL('./verdicts.json', import.meta.url), 'utf8'),
) as Readonly<Record<'tso' | 'power', Verdicts>>;
