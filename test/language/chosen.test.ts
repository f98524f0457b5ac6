/** What a model value chooses: elements, fields behind pointers, and what happens beside them. */
import { expect, test } from 'vitest';
import { loadSpecSource } from '../../src/language/loader.ts';
import { systemSpec } from './refused.ts';
import { execute } from './execute.ts';

/** The stores of a task with this body, given initial values of locations. */
function run(system: string, body: string, inputs: Readonly<Record<string, number>> = {}): string {
  const spec = loadSpecSource(systemSpec(`${system}\ntask('t', () => { ${body} });`), 'spec.ts');
  const { stores, failure } = execute(spec.machine({}), inputs);
  return [...stores, ...(failure === null ? [] : [failure])].join(' ');
}

const ROWS = 'const rows = shared([{ n: 10, ok: true }, { n: 20, ok: false }]);';

test('an element of an array of structures', () => {
  const body =
    'const row = rows[READ_ONCE(x)]; if (READ_ONCE(row.ok)) WRITE_ONCE(row.n, 1); else WRITE_ONCE(row.n, 2);';
  expect(run(ROWS, body)).toBe('rows[0].n=1');
  expect(run(ROWS, body, { x: 1 })).toBe('rows[1].n=2');
  expect(run(ROWS, body, { x: 2 })).toBe('index-out-of-bounds');
  expect(run(ROWS, body, { x: -1 })).toBe('index-out-of-bounds');
});

test('an element of an array of locations that are no neighbours', () => {
  const system = 'const a = shared(0), b = shared(0), c = shared(0); const list = [c, a, b];';
  const body = 'list[READ_ONCE(x)].value = 5;';
  expect([0, 1, 2, 3].map((i) => run(system, body, { x: i }))).toEqual([
    'c=5',
    'a=5',
    'b=5',
    'index-out-of-bounds',
  ]);
});

test('a field of ordinary objects in an array', () => {
  const system = 'const tasks = [{ id: 7, state: ghost(0) }, { id: 9, state: ghost(0) }];';
  const body = 'const each = tasks[READ_ONCE(x)]; each.state.value = each.id;';
  expect(run(system, body)).toBe('tasks[0].state=7');
  expect(run(system, body, { x: 1 })).toBe('tasks[1].state=9');
  expect(run(system, body, { x: 2 })).toBe('index out of bounds');
});

test('a field behind a pointer, and NULL', () => {
  const system = 'const a = shared({ n: 0 }), b = shared({ n: 0 }); const p = shared(pointer(a));';
  const body =
    'if (READ_ONCE(x)) WRITE_ONCE(p, READ_ONCE(x) > 1 ? null : b); WRITE_ONCE(READ_ONCE(p).n, 5);';
  expect(run(system, body)).toBe('a.n=5');
  expect(run(system, body, { x: 1 })).toMatch(/ b\.n=5$/);
  expect(run(system, body, { x: 2 })).toBe('p=0 null-dereference');
});

test('an index out of bounds never makes a pointer to a neighbour', () => {
  const system =
    'const list = shared([{ n: 0 }, { n: 0 }]); const next = shared({ n: 0 }); const p = shared(pointer(null, next));';
  const store = 'WRITE_ONCE(p, list[READ_ONCE(x)]);';
  const inside = [0, 1].map((i) => run(system, store, { x: i }));
  const beyond = run(system, store, { x: 2 });
  expect(inside).not.toContain(beyond);
  expect(beyond).toBe('p=-1');
  const compare = 'WRITE_ONCE(on, list[READ_ONCE(x)] === next);';
  expect(run(system, compare, { x: 2 })).toBe('on=0');
});

test('a pointer that a branch chooses', () => {
  const system = 'const a = shared({ n: 0 }), b = shared({ n: 0 });';
  const body =
    'let p = a; if (READ_ONCE(x)) p = b; const q = READ_ONCE(y) ? p : null; if (q !== null) WRITE_ONCE(q.n, 3);';
  expect(run(system, body, { y: 1 })).toBe('a.n=3');
  expect(run(system, body, { x: 1, y: 1 })).toBe('b.n=3');
  expect(run(system, body)).toBe('');
});

test('a walk along pointers', () => {
  const system = `const c = shared({ next: pointer(null), n: 3 });
    const b = shared({ next: pointer(c), n: 2 }), a = shared({ next: pointer(b), n: 1 });`;
  const body =
    'let sum = 0; let p = a; while (p !== null) { sum = sum * 10 + READ_ONCE(p.n); p = READ_ONCE(p.next); } WRITE_ONCE(x, sum);';
  expect(run(system, body)).toBe('x=123');
});
