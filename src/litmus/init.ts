/** The initial state: `{ x=1; int y = 2; 0:r1=x; int a[2] = {1,2}; spinlock_t l; p = &x; }`. */
import { parseName, parseValue } from './condition.ts';
import type { Cursor } from './cursor.ts';
import type { Initial, Name } from './litmus-test.ts';

export function parseInit(cursor: Cursor): Initial[] {
  const initials: Initial[] = [];
  cursor.expect('{');
  while (!cursor.accept('}')) {
    if (cursor.accept(';')) continue;
    initials.push(...parseEntry(cursor));
    if (!cursor.is('}')) cursor.expect(';');
  }
  return initials;
}

function parseEntry(cursor: Cursor): Initial[] {
  skipType(cursor);
  const { offset } = cursor.peek();
  const name = parseName(cursor);
  if (!cursor.accept('=')) return uninitialised(name, offset);
  if (cursor.is('{')) return parseElements(cursor, arrayName(name), offset);
  return [{ name, value: parseWrapped(cursor), offset }];
}

/** A type is all the words and stars in front of the last word of the declarator. */
function skipType(cursor: Cursor): void {
  while (cursor.peek().kind === 'word') {
    let ahead = 1;
    while (cursor.is('*', ahead)) ahead++;
    const after = cursor.peek(ahead);
    if (after.kind !== 'word' && after.kind !== 'number') return;
    for (let skipped = 0; skipped < ahead; skipped++) cursor.next();
  }
}

/** `int a[3];` declares three elements; anything else declares itself. */
function uninitialised(name: Name, offset: number): Initial[] {
  const size = name.kind === 'location' ? /^(.*)\[(\d+)\]$/.exec(name.name) : null;
  if (size === null) return [{ name, value: 0, offset }];
  const values = Array.from({ length: Number(size[2]) }, () => 0 as const);
  return values.map((value, index) => element(size[1] ?? '', index, value, offset));
}

function element(array: string, index: number, value: Initial['value'], offset: number): Initial {
  return { name: { kind: 'location', name: `${array}[${index}]` }, value, offset };
}

function arrayName(name: Name): string {
  return name.name.replace(/\[\d+\]$/, '');
}

function parseElements(cursor: Cursor, array: string, offset: number): Initial[] {
  const initials: Initial[] = [];
  cursor.expect('{');
  while (!cursor.accept('}')) {
    initials.push(element(array, initials.length, parseValue(cursor), offset));
    if (!cursor.is('}')) cursor.expect(',');
  }
  return initials;
}

/** A value, possibly inside `ATOMIC_INIT(…)` or parentheses. */
function parseWrapped(cursor: Cursor): Initial['value'] {
  if (cursor.peek().kind === 'word' && cursor.is('(', 1)) cursor.next();
  if (!cursor.accept('(')) return parseValue(cursor);
  const value = parseWrapped(cursor);
  cursor.expect(')');
  return value;
}
