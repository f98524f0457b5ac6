/**
 * The last part of a litmus test: `locations [x; 1:r0;] filter (…) exists (…)`. The propositions are
 * those of herd7: `/\`, `\/`, `~` or `not`, `=>` and atoms such as `1:r0=1`, `[x]=2`, `x=y` (where y
 * is a location: its address).
 */
import type { Cursor } from './cursor.ts';
import type { Final, Name, Proposition, Quantifier, Value } from './litmus-test.ts';

const STARTS = new Set(['locations', 'filter', 'exists', 'forall', 'final', 'observed']);

/** Whether the final part starts here. */
export function startsFinal(cursor: Cursor): boolean {
  const token = cursor.peek();
  if (token.kind === 'end') return true;
  return STARTS.has(token.text) || (token.text === '~' && cursor.is('exists', 1));
}

export function parseFinal(cursor: Cursor): Final {
  const locations = cursor.accept('locations') ? parseLocations(cursor) : [];
  const filter = cursor.accept('filter') ? parseProposition(cursor) : null;
  if (cursor.atEnd()) return { locations, filter, quantifier: 'forall', condition: TRUE };
  const quantifier = parseQuantifier(cursor);
  const condition = parseProposition(cursor);
  cursor.accept(';');
  if (!cursor.atEnd()) throw cursor.error(`'${cursor.peek().text}' follows the condition`);
  return { locations, filter, quantifier, condition };
}

const TRUE: Proposition = { kind: 'and', operands: [] };

function parseQuantifier(cursor: Cursor): Quantifier {
  if (cursor.accept('~')) {
    cursor.expect('exists');
    return '~exists';
  }
  cursor.accept('final');
  if (cursor.accept('exists')) return 'exists';
  if (cursor.accept('forall')) return 'forall';
  throw cursor.error(`expected 'exists', '~exists' or 'forall' but found '${cursor.peek().text}'`);
}

function parseLocations(cursor: Cursor): Name[] {
  const names: Name[] = [];
  cursor.expect('[');
  while (!cursor.accept(']')) {
    names.push(parseName(cursor));
    // herd7 lets a location's format follow its name: `0:r1 %d;`.
    cursor.until((token) => token.text === ';' || token.text === ']');
    cursor.accept(';');
  }
  return names;
}

/** `1:r0`, `P1:r0`, `x`, `*x`, `[x]`, `a[1]`. */
export function parseName(cursor: Cursor): Name {
  if (cursor.accept('[')) {
    const name = parseLocation(cursor);
    cursor.expect(']');
    return name;
  }
  if (cursor.accept('*')) return parseLocation(cursor);
  const thread = threadPrefix(cursor);
  if (thread === null) return parseLocation(cursor);
  cursor.next();
  cursor.expect(':');
  cursor.accept('%');
  return { kind: 'register', thread, name: cursor.word('a register').text };
}

function threadPrefix(cursor: Cursor): number | null {
  if (!cursor.is(':', 1)) return null;
  const token = cursor.peek();
  if (token.kind === 'number') return Number(token.text);
  return /^P\d+$/.test(token.text) ? Number(token.text.slice(1)) : null;
}

function parseLocation(cursor: Cursor): Name {
  const name = cursor.word('a location').text;
  if (!cursor.is('[')) return { kind: 'location', name };
  cursor.next();
  const index = cursor.integer();
  cursor.expect(']');
  return { kind: 'location', name: `${name}[${index}]` };
}

/** A value: a number, or a location's name for its address. */
export function parseValue(cursor: Cursor): Value {
  cursor.accept('&');
  if (cursor.peek().kind !== 'word') return cursor.integer();
  const name = parseLocation(cursor);
  return { addressOf: name.name };
}

function parseProposition(cursor: Cursor): Proposition {
  const left = parseOr(cursor);
  if (!cursor.accept('=>')) return left;
  return { kind: 'implies', left, right: parseProposition(cursor) };
}

function parseOr(cursor: Cursor): Proposition {
  const first = parseAnd(cursor);
  const operands = [first];
  while (cursor.accept('\\/')) operands.push(parseAnd(cursor));
  return operands.length === 1 ? first : { kind: 'or', operands: flatten('or', operands) };
}

function parseAnd(cursor: Cursor): Proposition {
  const first = parseFactor(cursor);
  const operands = [first];
  while (cursor.accept('/\\')) operands.push(parseFactor(cursor));
  return operands.length === 1 ? first : { kind: 'and', operands: flatten('and', operands) };
}

/** `(a /\ b) /\ c` is one conjunction of three, as it is printed. */
function flatten(kind: 'and' | 'or', operands: readonly Proposition[]): Proposition[] {
  return operands.flatMap((operand) => (operand.kind === kind ? operand.operands : [operand]));
}

function parseFactor(cursor: Cursor): Proposition {
  if (cursor.accept('~') || cursor.accept('not')) {
    return { kind: 'not', operand: parseFactor(cursor) };
  }
  if (cursor.accept('(')) {
    const inner = parseProposition(cursor);
    cursor.expect(')');
    return inner;
  }
  if (cursor.accept('true')) return TRUE;
  if (cursor.accept('false')) return { kind: 'or', operands: [] };
  return parseAtom(cursor);
}

function parseAtom(cursor: Cursor): Proposition {
  const name = parseName(cursor);
  const differs = cursor.accept('<>') || cursor.accept('!=');
  if (!differs && !cursor.accept('==')) cursor.expect('=');
  const value = threadPrefix(cursor) === null ? parseValue(cursor) : parseName(cursor);
  const atom: Proposition = { kind: 'atom', name, value };
  return differs ? { kind: 'not', operand: atom } : atom;
}
