/** C expressions by precedence climbing. Casts are read and dropped: every value is an int or a pointer. */
import type { Cursor } from '../cursor.ts';
import type { Expression } from './syntax.ts';

const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ['||', 1],
  ['&&', 2],
  ['|', 3],
  ['^', 4],
  ['&', 5],
  ['==', 6],
  ['!=', 6],
  ['<', 7],
  ['>', 7],
  ['<=', 7],
  ['>=', 7],
  ['<<', 8],
  ['>>', 8],
  ['+', 9],
  ['-', 9],
  ['*', 10],
  ['/', 10],
  ['%', 10],
]);

const ASSIGNMENT = /^(|\+|-|\*|\/|%|&|\||\^|<<|>>)=$/;
const TYPE_WORDS =
  /^(int|long|short|char|unsigned|signed|void|const|volatile|struct|bool|atomic_t|atomic_long_t|atomic64_t|spinlock_t|raw_spinlock_t|mtx_t|[us](8|16|32|64)|u?int\w*_t|size_t)$/;

export function startsType(cursor: Cursor, ahead = 0): boolean {
  const token = cursor.peek(ahead);
  return token.kind === 'word' && TYPE_WORDS.test(token.text);
}

/** Takes the words of a type; the stars belong to what follows. */
export function skipTypeWords(cursor: Cursor): void {
  while (startsType(cursor)) {
    if (cursor.next().text === 'struct') cursor.word('a structure');
  }
}

export function parseExpression(cursor: Cursor): Expression {
  const left = parseSelect(cursor);
  const match = ASSIGNMENT.exec(cursor.peek().text);
  if (match === null) return left;
  cursor.next();
  const value = parseExpression(cursor);
  const operator = match[1] ?? '';
  return { kind: 'assign', operator, target: left, value, start: left.start, end: value.end };
}

function parseSelect(cursor: Cursor): Expression {
  const condition = parseBinary(cursor, 1);
  if (!cursor.accept('?')) return condition;
  const then = parseExpression(cursor);
  cursor.expect(':');
  const otherwise = parseSelect(cursor);
  return { kind: 'select', condition, then, otherwise, start: condition.start, end: otherwise.end };
}

function parseBinary(cursor: Cursor, minimum: number): Expression {
  let left = parseUnary(cursor);
  for (;;) {
    const operator = cursor.peek().text;
    const precedence = PRECEDENCE.get(operator) ?? 0;
    if (precedence < minimum) return left;
    cursor.next();
    const right = parseBinary(cursor, precedence + 1);
    left = { kind: 'binary', operator, left, right, start: left.start, end: right.end };
  }
}

function parseUnary(cursor: Cursor): Expression {
  const { text: operator, offset: start } = cursor.peek();
  if (['*', '&', '!', '~', '-', '+'].includes(operator)) {
    cursor.next();
    const operand = parseUnary(cursor);
    return { kind: 'unary', operator, operand, start, end: operand.end };
  }
  if (operator === '++' || operator === '--') {
    cursor.next();
    const target = parseUnary(cursor);
    const sign = operator === '++' ? '+' : '-';
    return { kind: 'step', operator: sign, target, result: 'new', start, end: target.end };
  }
  if (operator === '(' && startsType(cursor, 1)) return parseCast(cursor);
  return parsePostfix(cursor);
}

function parseCast(cursor: Cursor): Expression {
  cursor.expect('(');
  skipTypeWords(cursor);
  while (cursor.accept('*'));
  cursor.expect(')');
  return parseUnary(cursor);
}

function parsePostfix(cursor: Cursor): Expression {
  let value = parsePrimary(cursor);
  for (;;) {
    const { start } = value;
    const token = cursor.peek();
    if (cursor.accept('[')) {
      const index = parseExpression(cursor);
      const end = cursor.expect(']').offset + 1;
      const pointer: Expression = {
        kind: 'binary',
        operator: '+',
        left: value,
        right: index,
        start,
        end,
      };
      value = { kind: 'unary', operator: '*', operand: pointer, start, end };
    } else if (cursor.accept('++') || cursor.accept('--')) {
      const operator = token.text === '++' ? '+' : '-';
      const end = token.offset + 2;
      value = { kind: 'step', operator, target: value, result: 'old', start, end };
    } else if (cursor.is('->') || cursor.is('.')) {
      throw cursor.error('structures are not modelled in litmus tests', token, 'KC0304');
    } else {
      return value;
    }
  }
}

function parsePrimary(cursor: Cursor): Expression {
  const token = cursor.next();
  const start = token.offset;
  const end = start + token.text.length;
  if (token.kind === 'number') return { kind: 'number', value: Number(token.text), start, end };
  if (token.text === '(') {
    const inner = parseExpression(cursor);
    return { ...inner, start, end: cursor.expect(')').offset + 1 };
  }
  if (token.kind !== 'word')
    throw cursor.error(`expected a value but found '${token.text}'`, token);
  if (!cursor.accept('(')) return { kind: 'name', name: token.text, start, end };
  const args = parseArguments(cursor);
  return { kind: 'call', callee: token.text, args, start, end: cursor.expect(')').offset + 1 };
}

function parseArguments(cursor: Cursor): Expression[] {
  const args: Expression[] = [];
  while (!cursor.is(')')) {
    args.push(parseExpression(cursor));
    if (!cursor.is(')')) cursor.expect(',');
  }
  return args;
}
