/**
 * One lexer for all dialects: words, numbers, punctuation. Comments are `(* *)` (nested, as in OCaml)
 * and, for C, also the C ones; inside a C function `(*` opens no comment, it precedes a pointer. The dialects differ in which runs of characters are one punctuation mark
 * (`||` is two column separators in a table of assembly) and in whether a word may hold a dot (`stwcx.`).
 */
import { litmusError } from './errors.ts';
import type { Source } from './source.ts';

export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'punctuation' | 'end';
  readonly text: string;
  readonly offset: number;
}

export type Lexis = 'c' | 'assembly';

const SHARED = ['/\\', '\\/', '=>', '<>', '!=', '=='];
const OPERATORS = ['<<=', '>>=', '&&', '||', '<<', '>>', '<=', '>=', '->', '++', '--'];
const ASSIGNMENTS = ['+=', '-=', '*=', '/=', '%=', '|=', '&=', '^='];

const PUNCTUATION: Readonly<Record<Lexis, readonly string[]>> = {
  c: [...OPERATORS, ...ASSIGNMENTS, ...SHARED],
  assembly: SHARED,
};

const WORD: Readonly<Record<Lexis, RegExp>> = {
  c: /[A-Za-z_]\w*/y,
  assembly: /[A-Za-z_][\w.]*/y,
};

const NUMBER = /0[xX][0-9a-fA-F]+|\d+/y;
const NUMBER_SUFFIX = /[uUlL]*/y;
const STRING = /"[^"]*"/y;

export function tokenize(source: Source, lexis: Lexis, from: number): Token[] {
  const tokens: Token[] = [];
  const braces = { depth: 0, closed: 0 };
  let at = skipBlank(source, lexis, from);
  while (at < source.text.length) {
    const token = tokenAt(source, lexis, at);
    tokens.push(token);
    countBraces(braces, token);
    at += token.text.length;
    if (token.kind === 'number' && lexis === 'c')
      at += matchAt(NUMBER_SUFFIX, source.text, at).length;
    // The first pair of braces holds the initial state, every other one the body of a function.
    const inBody = lexis === 'c' && braces.depth > 0 && braces.closed > 0;
    at = skipBlank(source, lexis, at, !inBody);
  }
  tokens.push({ kind: 'end', text: 'the end of the file', offset: source.text.length });
  return tokens;
}

function countBraces(braces: { depth: number; closed: number }, token: Token): void {
  if (token.text === '{') braces.depth++;
  if (token.text !== '}') return;
  braces.depth--;
  if (braces.depth === 0) braces.closed++;
}

/** The offset of the first thing at or after `at` that is neither white space nor a comment. */
export function skipBlank(source: Source, lexis: Lexis, at: number, ocaml = true): number {
  const { text } = source;
  for (;;) {
    while (at < text.length && text.charAt(at).trim() === '') at++;
    if (ocaml && text.startsWith('(*', at)) at = endOfComment(source, at);
    else if (text.startsWith('//', at)) at = endOf(text, '\n', at);
    else if (lexis === 'c' && text.startsWith('/*', at)) at = endOf(text, '*/', at);
    else return at;
  }
}

function endOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at === -1 ? text.length : at + mark.length;
}

function endOfComment(source: Source, start: number): number {
  let depth = 0;
  for (let at = start; at < source.text.length; at++) {
    if (source.text.startsWith('(*', at)) {
      depth++;
      at++;
    } else if (source.text.startsWith('*)', at)) {
      depth--;
      at++;
      if (depth === 0) return at + 1;
    }
  }
  throw litmusError('KC0302', 'this comment is not closed', source, start);
}

function tokenAt(source: Source, lexis: Lexis, at: number): Token {
  const { text } = source;
  const word = matchAt(WORD[lexis], text, at);
  if (word !== '') return { kind: 'word', text: word, offset: at };
  const number = matchAt(NUMBER, text, at);
  if (number !== '') return { kind: 'number', text: number, offset: at };
  const string = matchAt(STRING, text, at);
  if (string !== '') return { kind: 'string', text: string, offset: at };
  const mark = PUNCTUATION[lexis].find((candidate) => text.startsWith(candidate, at));
  return { kind: 'punctuation', text: mark ?? text.charAt(at), offset: at };
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}
