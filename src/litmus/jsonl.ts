/** Reads `.jsonl` collections of tests: one object a line. */
import { litmusError } from './errors.ts';
import { Source } from './source.ts';

export interface JsonLinesTest {
  readonly name: string;
  /** The whole .litmus file. */
  readonly text: string;
  /** 1-based. */
  readonly line: number;
  /** What the line expects of the test; null where it says nothing. */
  readonly expected: 'Never' | 'Sometimes' | 'Always' | null;
  readonly states: readonly string[] | null;
  readonly flags: string | null;
}

/** Throws KcheckError KC0307 at the first line that is no test; empty lines are skipped. */
export function readJsonLines(text: string, fileName: string): JsonLinesTest[] {
  const source = new Source(fileName, text);
  const tests: JsonLinesTest[] = [];
  let offset = 0;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() !== '') tests.push(readLine(source, line, index + 1, offset));
    offset += line.length + 1;
  }
  return tests;
}

function readLine(source: Source, line: string, number: number, offset: number): JsonLinesTest {
  const fields = parseObject(source, line, offset);
  const { name, text, expected, states, flags } = fields;
  if (typeof name !== 'string' || typeof text !== 'string') {
    throw litmusError('KC0307', "a test needs a 'name' and a 'text'", source, offset);
  }
  return {
    name,
    text,
    line: number,
    expected: isObservation(expected) ? expected : null,
    states: isStrings(states) ? states : null,
    flags: typeof flags === 'string' ? flags : null,
  };
}

function parseObject(source: Source, line: string, offset: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    const cause = error instanceof Error ? error.message : 'malformed';
    throw litmusError('KC0307', `not JSON: ${cause}`, source, offset);
  }
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw litmusError('KC0307', 'not a JSON object', source, offset);
}

function isObservation(value: unknown): value is 'Never' | 'Sometimes' | 'Always' {
  return value === 'Never' || value === 'Sometimes' || value === 'Always';
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
