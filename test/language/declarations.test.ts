/** Memory, ghosts, contexts and properties: their names, types and places. */
import { expect, test } from 'vitest';
import { refusalOf, stagedMachine } from './staged.ts';

const END = "task('a', () => {});";

function names(body: string): string {
  const { locations, ghosts } = stagedMachine(`${body}\n${END}`);
  return [...locations, ...ghosts].map(({ name }) => name).join(' ');
}

test('a declaration names what it makes', () => {
  expect(names('const flag = shared(0);')).toBe('flag');
  expect(names('const msg = shared({ len: 0, at: { seq: 0 } });')).toBe('msg.len msg.at.seq');
  expect(names('const list = shared([0, 0]); const up = ghost(true);')).toBe('list[0] list[1] up');
});

test('what it makes in a list or an object is named by its place there', () => {
  expect(names('const rq = cpus(2).map(() => shared({ lock: spinlock() }));')).toBe(
    'rq[0].lock rq[1].lock',
  );
  expect(names('const o = { x: shared(0), y: [shared(1), ghost(2)] };')).toBe('o.x o.y[0] o.y[1]');
});

test('the innermost declaration wins, and an explicit name before it', () => {
  expect(names('const make = () => { const mm = shared(0); return mm; }; const x = make();')).toBe(
    'mm',
  );
  expect(names("const x = shared(0, 'y');")).toBe('y');
});

test('a name that is taken gets a number', () => {
  expect(
    names('const make = () => { const mm = shared({ a: 0 }); return mm; }; make(); make();'),
  ).toBe('mm.a mm#2.a');
});

test('what no declaration names has a name all the same', () => {
  expect(names('shared(0); ghost(0);')).toBe('shared ghost');
});

test('initial values say what a location may hold', () => {
  const { locations } = stagedMachine(`
    const x = shared({ b: bool(true), u: u8(255), r: ranged(2, 1, 3), n: names(1, { idle: 0, on: 1 }),
      h: hex(16), l: spinlock(), f: flags(-2147483648, { ON: 1 }, { prefix: 'X', exact: { UNSET: -2147483648 } }) });
    ${END}`);
  expect(locations.map(({ initial, type, lock }) => [initial, type, lock])).toEqual([
    [1, { kind: 'bool' }, false],
    [255, { kind: 'int', min: 0, max: 255, display: { kind: 'decimal' } }, false],
    [2, { kind: 'int', min: 1, max: 3, display: { kind: 'decimal' } }, false],
    [
      1,
      {
        kind: 'int',
        min: 0,
        max: 1,
        display: {
          kind: 'names',
          names: [
            [0, 'idle'],
            [1, 'on'],
          ],
        },
      },
      false,
    ],
    [16, { kind: 'int', min: -2147483648, max: 2147483647, display: { kind: 'hex' } }, false],
    [0, { kind: 'int', min: 0, max: 1, display: { kind: 'decimal' } }, true],
    [
      -2147483648,
      {
        kind: 'int',
        min: -2147483648,
        max: 2147483647,
        display: {
          kind: 'flags',
          flags: [[1, 'ON']],
          prefix: 'X',
          exact: [[-2147483648, 'UNSET']],
        },
      },
      false,
    ],
  ]);
});

test('a pointer has the shape of what it points to, of what it is like, or of the only shape', () => {
  const { locations } = stagedMachine(`
    const a = shared({ v: 1 });
    const p = shared(pointer(a)), q = shared(pointer(null, a)), r = shared(pointer(null));
    ${END}`);
  const pointers = locations.slice(1);
  expect(pointers.map(({ initial }) => initial)).toEqual([1, 0, 0]);
  expect(new Set(pointers.map(({ type }) => JSON.stringify(type)))).toEqual(
    new Set(['{"kind":"ref","shape":"{ v: int }"}']),
  );
});

test('a task without a CPU has one of its own', () => {
  const { cpus, contexts } = stagedMachine(
    "cpu('boot'); task('a', () => {}); task('b', { cpu: 0 }, () => {});",
  );
  expect(cpus).toEqual(['boot', 'CPU1']);
  expect(contexts.map(({ cpu }) => cpu)).toEqual([
    { op: 'const', value: 1 },
    { op: 'const', value: 0 },
  ]);
});

test('a context says where and when it runs, and what its liveness is called', () => {
  const { contexts } = stagedMachine(`
    const on = ghost(0), up = ghost(false); cpus(2);
    task('a', { cpu: () => on.value, when: () => up.value, property: 'L1' }, () => {});
    service('b', { cpu: 1 }, () => { for (;;) progress(); });
    observer('c', () => {});`);
  expect(contexts.map(({ liveness, livenessName }) => [liveness, livenessName])).toEqual([
    ['done', 'L1'],
    ['mark', undefined],
    ['none', undefined],
  ]);
  const ghost = (index: number) => ({
    op: 'ghost',
    address: { expr: { op: 'const', value: index }, candidates: [index], fault: null },
  });
  expect(contexts[0]).toMatchObject({ cpu: ghost(0), guard: ghost(1) });
});

test.each([
  ['shared(u8(300));', 'KC0121 3:8 u8() is given 300'],
  ['shared(1.5);', 'KC0121 3:1 1.5 is no 32-bit integer'],
  ["shared('x');", 'KC0121 3:1 shared() is given a string'],
  ['shared([0, true]);', 'KC0121 3:1 the elements of an array have different shapes: int and bool'],
  ['shared({});', 'KC0121 3:1 shared() is given an object without fields'],
  ['ghost(spinlock());', 'KC0121 3:1 ghost() is given a lock'],
  ["task('a', { cpu: 3 }, () => {});", 'KC0121 3:1 there is no CPU 3'],
  ["task('a', () => {}); task('a', () => {});", 'KC0130 3:22 two contexts are named a'],
  [
    "invariant('i', () => true); sometimes('i', () => true);",
    "KC0130 3:29 two properties are named 'i'",
  ],
  ["task('a', () => { shared(0); });", 'KC0120 3:19 shared() is called in the body of a context'],
])('%s is refused', (body, refusal) => {
  expect(refusalOf(() => stagedMachine(body))).toBe(refusal);
});
