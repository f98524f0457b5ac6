/** From the text of a `.litmus` file to a parsed test: header, initial state, code, final part. */
import type { KcheckError } from '../errors.ts';
import { parseColumns } from './assembly/syntax.ts';
import { parseThreads } from './c/parser.ts';
import { parseFinal } from './condition.ts';
import { Cursor } from './cursor.ts';
import { litmusError } from './errors.ts';
import { parseInit } from './init.ts';
import { skipBlank, tokenize } from './lexer.ts';
import type { Architecture, Code, LitmusTest } from './litmus-test.ts';
import { Source } from './source.ts';

const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  X86: 'X86',
  X86_64: 'X86_64',
  PPC: 'PPC',
  POWER: 'PPC',
  C: 'C',
  LKMM: 'C',
};

/** Throws KcheckError (KC03xx) with the place where the text is not a litmus test that kcheck takes. */
export function parseLitmus(text: string, fileName: string): LitmusTest {
  const source = new Source(fileName, text.replaceAll('\r\n', '\n'));
  const header = parseHeader(source);
  const lexis = header.architecture === 'C' ? 'c' : 'assembly';
  const cursor = new Cursor(source, tokenize(source, lexis, header.end));
  const init = parseInit(cursor);
  const code = parseCode(cursor, header.architecture);
  return { ...header, source, init, code, final: parseFinal(cursor) };
}

/** The architecture that a text's first words name, whether or not the rest is a test. */
export function architectureOf(text: string): Architecture | null {
  const start = skipBlank(new Source('', text), 'c', 0);
  return ARCHITECTURES[/^\w+/.exec(text.slice(start))?.[0] ?? ''] ?? null;
}

function parseCode(cursor: Cursor, architecture: Architecture): Code {
  if (architecture === 'C') return { kind: 'c', threads: parseThreads(cursor) };
  return { kind: 'assembly', threads: parseColumns(cursor) };
}

interface Header {
  readonly architecture: Architecture;
  readonly name: string;
  /** The offset of the initial state's `{`. */
  readonly end: number;
}

function parseHeader(source: Source): Header {
  const start = skipBlank(source, 'c', 0);
  const line = /^(\w+)[ \t]+(\S+)/.exec(source.text.slice(start));
  const architecture = ARCHITECTURES[line?.[1] ?? ''];
  if (line === null || architecture === undefined) throw unknownHeader(source, start);
  return { architecture, name: line[2] ?? '', end: findInit(source, start + line[0].length) };
}

function unknownHeader(source: Source, offset: number): KcheckError {
  const names = Object.keys(ARCHITECTURES).join(', ');
  const advice = `A litmus test starts with its architecture (${names}) and its name.`;
  const message = 'this is not the header of a litmus test of a known architecture';
  return litmusError('KC0301', message, source, offset, advice);
}

/** Between the header and the initial state are a description, comments and `Key=Value` lines. */
function findInit(source: Source, from: number): number {
  for (let at = from; at < source.text.length; at++) {
    at = skipBlank(source, 'c', at);
    const character = source.text.charAt(at);
    if (character === '{') return at;
    if (character === '"') at = source.text.indexOf('"', at + 1);
    if (at === -1) break;
  }
  throw litmusError('KC0302', 'the initial state, { … }, is missing', source, from);
}
