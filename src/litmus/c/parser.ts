/** The threads of a C litmus test: `P0(int *x, spinlock_t *s) { … }`. */
import { startsFinal } from '../condition.ts';
import type { Cursor } from '../cursor.ts';
import { parseExpression, skipTypeWords, startsType } from './expression-parser.ts';
import type { CThread, Declared, Statement } from './syntax.ts';

export function parseThreads(cursor: Cursor): CThread[] {
  const threads: CThread[] = [];
  while (!startsFinal(cursor)) threads.push(parseThread(cursor));
  return threads;
}

function parseThread(cursor: Cursor): CThread {
  skipTypeWords(cursor);
  while (cursor.is('static')) cursor.next();
  skipTypeWords(cursor);
  const name = cursor.word('a thread (P0, P1 …)');
  const match = /^P(\d+)$/.exec(name.text);
  if (match === null)
    throw cursor.error(`expected a thread (P0, P1 …) but found '${name.text}'`, name);
  cursor.expect('(');
  const parameters: string[] = [];
  while (!cursor.accept(')')) parameters.push(...parseParameter(cursor));
  const { statements, end } = parseBraces(cursor);
  return { index: Number(match[1]), parameters, body: statements, start: name.offset, end };
}

/** The last word of a declarator is its name; `void` alone declares nothing. */
function parseParameter(cursor: Cursor): string[] {
  let name: string | null = null;
  while (!cursor.is(',') && !cursor.is(')')) {
    const token = cursor.next();
    if (token.kind === 'end') throw cursor.error("expected ')'", token);
    if (token.kind === 'word') name = token.text;
  }
  cursor.accept(',');
  return name === null || name === 'void' ? [] : [name];
}

function parseBraces(cursor: Cursor): { statements: Statement[]; end: number } {
  cursor.expect('{');
  const statements: Statement[] = [];
  while (!cursor.is('}')) statements.push(parseStatement(cursor));
  return { statements, end: cursor.expect('}').offset + 1 };
}

function parseStatement(cursor: Cursor): Statement {
  const start = cursor.peek().offset;
  if (cursor.is('{')) {
    const { statements: body, end } = parseBraces(cursor);
    return { kind: 'block', body, start, end };
  }
  if (cursor.accept(';')) return { kind: 'block', body: [], start, end: start + 1 };
  if (cursor.accept('if')) return parseIf(cursor, start);
  if (cursor.accept('while')) return parseWhile(cursor, start);
  if (cursor.accept('do')) return parseDo(cursor, start);
  if (cursor.accept('for')) return parseFor(cursor, start);
  if (cursor.accept('break')) return { kind: 'break', start, end: endStatement(cursor) };
  if (cursor.accept('continue')) return { kind: 'continue', start, end: endStatement(cursor) };
  if (startsDeclaration(cursor)) return parseDeclaration(cursor, start);
  const value = parseExpression(cursor);
  return { kind: 'expression', value, start, end: endStatement(cursor) };
}

function endStatement(cursor: Cursor): number {
  return cursor.expect(';').offset + 1;
}

/** `int r0`, and `foo_t *p` for types that the parser does not know by name. */
function startsDeclaration(cursor: Cursor): boolean {
  if (startsType(cursor)) return true;
  if (cursor.peek().kind !== 'word') return false;
  let ahead = 1;
  while (cursor.is('*', ahead)) ahead++;
  return cursor.peek(ahead).kind === 'word' && (ahead === 1 || cursor.peek().text.endsWith('_t'));
}

function parseDeclaration(cursor: Cursor, start: number): Statement {
  if (startsType(cursor)) skipTypeWords(cursor);
  else cursor.next();
  const names: Declared[] = [];
  do {
    while (cursor.accept('*'));
    const name = cursor.word('a variable').text;
    names.push({ name, value: cursor.accept('=') ? parseExpression(cursor) : null });
  } while (cursor.accept(','));
  return { kind: 'declare', names, start, end: endStatement(cursor) };
}

function parseCondition(cursor: Cursor): Extract<Statement, { kind: 'if' }>['condition'] {
  cursor.expect('(');
  const condition = parseExpression(cursor);
  cursor.expect(')');
  return condition;
}

function parseIf(cursor: Cursor, start: number): Statement {
  const condition = parseCondition(cursor);
  const end = cursor.peek().offset;
  const then = parseStatement(cursor);
  const otherwise = cursor.accept('else') ? parseStatement(cursor) : null;
  return { kind: 'if', condition, then, otherwise, start, end };
}

function parseWhile(cursor: Cursor, start: number): Statement {
  const condition = parseCondition(cursor);
  const end = cursor.peek().offset;
  const body = parseStatement(cursor);
  return { kind: 'loop', condition, body, step: null, atLeastOnce: false, start, end };
}

function parseDo(cursor: Cursor, start: number): Statement {
  const body = parseStatement(cursor);
  cursor.expect('while');
  const condition = parseCondition(cursor);
  const end = endStatement(cursor);
  return { kind: 'loop', condition, body, step: null, atLeastOnce: true, start, end };
}

function parseFor(cursor: Cursor, start: number): Statement {
  cursor.expect('(');
  const first = cursor.is(';') ? null : parseStatement(cursor);
  if (first === null) cursor.expect(';');
  const condition = cursor.is(';') ? null : parseExpression(cursor);
  cursor.expect(';');
  const step = cursor.is(')') ? null : parseExpression(cursor);
  const end = cursor.expect(')').offset + 1;
  const body = parseStatement(cursor);
  const loop: Statement = { kind: 'loop', condition, body, step, atLeastOnce: false, start, end };
  return first === null ? loop : { kind: 'block', body: [first, loop], start, end };
}
