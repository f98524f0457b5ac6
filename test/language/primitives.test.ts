/** Primitives: the nodes that they record, and what they refuse. */
import { expect, test } from 'vitest';
import type { Load, Node, Rmw, Store } from '../../src/machine/machine.ts';
import * as api from '../../src/language/index.ts';
import { failuresOf, printed, refusalOf, stagedMachine } from './staged.ts';

function nodes(statement: string): readonly Node[] {
  const [context] = stagedMachine(
    `const x = shared(0); task('a', () => { ${statement} });`,
  ).contexts;
  return context?.nodes ?? [];
}

function access(statement: string): Load | Store | Rmw {
  const found = nodes(statement).find(
    (node) => node.kind === 'load' || node.kind === 'store' || node.kind === 'rmw',
  );
  if (found === undefined) throw new Error(`${statement} accesses nothing`);
  return found;
}

test.each([
  ['x.value;', 'load', 'plain'],
  ['READ_ONCE(x);', 'load', 'relaxed'],
  ['rcu_dereference(x);', 'load', 'relaxed'],
  ['smp_load_acquire(x);', 'load', 'acquire'],
  ['atomic_read(x);', 'load', 'relaxed'],
  ['atomic_read_acquire(x);', 'load', 'acquire'],
  ['test_bit(1, x);', 'load', 'relaxed'],
  ['smp_cond_load_relaxed(x, (v) => v > 0);', 'load', 'relaxed'],
  ['smp_cond_load_acquire(x, (v) => v > 0);', 'load', 'acquire'],
  ['x.value = 1;', 'store', 'plain'],
  ['WRITE_ONCE(x, 1);', 'store', 'relaxed'],
  ['smp_store_mb(x, 1);', 'store', 'relaxed'],
  ['atomic_set(x, 1);', 'store', 'relaxed'],
  ['smp_store_release(x, 1);', 'store', 'release'],
  ['rcu_assign_pointer(x, 1);', 'store', 'release'],
  ['atomic_set_release(x, 1);', 'store', 'release'],
  ['xchg(x, 1);', 'rmw', 'full'],
  ['try_cmpxchg(x, 0, 1);', 'rmw', 'full'],
  ['atomic_dec_and_test(x);', 'rmw', 'full'],
  ['atomic_inc_not_zero(x);', 'rmw', 'full'],
  ['atomic_add_unless(x, 1, 2);', 'rmw', 'full'],
  ['set_bit(1, x);', 'rmw', 'relaxed'],
  ['clear_bit(1, x);', 'rmw', 'relaxed'],
  ['change_bit(1, x);', 'rmw', 'relaxed'],
  ['clear_bit_unlock(1, x);', 'rmw', 'release'],
  ['test_and_set_bit(1, x);', 'rmw', 'full'],
  ['test_and_clear_bit(1, x);', 'rmw', 'full'],
  ['test_and_set_bit_lock(1, x);', 'rmw', 'acquire'],
])('%s is a %s with %s order', (statement, kind, order) => {
  expect(access(statement)).toMatchObject({ kind, order });
});

const FAMILY =
  /^(?:atomic_(?:fetch_)?(?:add|sub|inc|dec|and|andnot|or|xor)(?:_return)?|(?:atomic_)?(?:cmp)?xchg)(_relaxed|_acquire|_release)?$/;
const family = Object.keys(api).filter((name) => FAMILY.test(name));

test('the families are complete', () => {
  expect(family).toHaveLength(8 + 4 * 4 + 8 * 4 + 4 * 4);
});

test.each(family)('%s has the order and primitive of its name', (name) => {
  const [, suffix] = FAMILY.exec(name) ?? [];
  const order = /fetch|return|xchg/.test(name) ? (suffix?.slice(1) ?? 'full') : 'relaxed';
  const args = /cmpxchg/.test(name)
    ? 'x, 0, 1'
    : /xchg/.test(name)
      ? 'x, 1'
      : /inc|dec/.test(name)
        ? 'x'
        : '1, x';
  const orderOnFailure = /cmpxchg/.test(name) ? 'relaxed' : order;
  expect(access(`${name}(${args});`)).toMatchObject({
    kind: 'rmw',
    primitive: name,
    order,
    orderOnFailure,
  });
});

test.each([
  ['add(6, x)', 9],
  ['sub(6, x)', -3],
  ['and(6, x)', 2],
  ['andnot(6, x)', 1],
  ['or(6, x)', 7],
  ['xor(6, x)', 5],
  ['inc(x)', 4],
  ['dec(x)', 2],
])('atomic_fetch_%s of 3 returns 3 and leaves %s', async (call, after) => {
  const body = `const x = shared(3); task('a', () => {
    assert(atomic_fetch_${call} === 3, 'old'); assert(READ_ONCE(x) === ${after}, 'new'); });`;
  expect(await failuresOf(body)).toEqual([]);
});

test('operations return what the kernel documents', async () => {
  expect(
    await failuresOf(`const x = shared(1); const p = shared(false); task('a', () => {
      assert(atomic_add_return(4, x) === 5); assert(atomic_sub_return(4, x) === 1);
      assert(atomic_dec_and_test(x)); assert(!atomic_inc_not_zero(x)); assert(READ_ONCE(x) === 0);
      assert(atomic_add_unless(x, 2, 7)); assert(!atomic_add_unless(x, 2, 2));
      assert(cmpxchg(x, 1, 9) === 2); assert(cmpxchg(x, 2, 9) === 2); assert(READ_ONCE(x) === 9);
      assert(!try_cmpxchg(x, 1, 3)); assert(try_cmpxchg(x, 9, 3)); assert(xchg(x, 4) === 3);
      assert(test_bit(2, x) && !test_bit(1, x)); assert(!test_and_set_bit(1, x)); assert(READ_ONCE(x) === 6);
      assert(test_and_clear_bit(1, x)); assert(!test_and_clear_bit(1, x)); assert(READ_ONCE(x) === 4);
      assert(!xchg(p, true)); assert(READ_ONCE(p)); });`),
  ).toEqual([]);
});

test('fences are nodes, cpu_relax() is none', () => {
  const fences =
    'smp_mb(); smp_rmb(); smp_wmb(); smp_mb__before_atomic(); smp_mb__after_atomic(); smp_mb__after_spinlock(); smp_mb__after_unlock_lock(); barrier(); cpu_relax();';
  expect(nodes(fences).flatMap((node) => (node.kind === 'fence' ? node.fence : []))).toEqual([
    'mb',
    'rmb',
    'wmb',
    'mb__before_atomic',
    'mb__after_atomic',
    'mb__after_spinlock',
    'mb__after_unlock_lock',
    'barrier',
  ]);
  expect(nodes('smp_store_mb(x, 1);').map(({ kind }) => kind)).toEqual(['store', 'fence', 'done']);
});

test('a lock is an acquiring rmw that waits, its release one releasing store', () => {
  expect(
    printed("const l = shared(spinlock()); task('a', () => { spin_lock(l); spin_unlock(l); });"),
  ).toMatchInlineSnapshot(`
    "a  on CPU0
       0   spin_lock(l)
       1   spin_unlock(l)
       2   end"
  `);
});

test('releasing a lock that is not held fails where every path agrees that it is not', async () => {
  const locked = (body: string): string =>
    `const l = shared(spinlock()); task('a', () => { ${body} });`;
  const failure = 'a: assertion does not hold: spin_unlock() of a lock that is not held';
  expect(await failuresOf(locked('spin_unlock(l);'))).toEqual([failure]);
  expect(await failuresOf(locked('spin_lock(l); spin_unlock(l); spin_unlock(l);'))).toEqual([
    failure,
  ]);
  expect(
    await failuresOf(
      locked('const c = choose_bool(); if (c) spin_lock(l); if (c) spin_unlock(l);'),
    ),
  ).toEqual([]);
  expect(
    await failuresOf(
      locked(`let held = false;
        for (;;) {
          if (held) { spin_unlock(l); held = false; } else { spin_lock(l); held = true; }
          if (choose_bool()) break;
        }
        if (held) spin_unlock(l);`),
    ),
  ).toEqual([]);
});

test('pointers are followed, NULL and wild indices fail', async () => {
  expect(
    await failuresOf(`
      const a = shared({ v: 1, next: pointer(null) }), b = shared({ v: 2, next: pointer(a) });
      const head = shared(pointer(b));
      task('t', () => {
        const p = rcu_dereference(head);
        assert(p === b); assert(p.v.value === 2);
        const q = p.next.value;
        assert(q === a); assert(q.v.value === 1); assert(q.next.value === null);
      });`),
  ).toEqual([]);
  expect(
    await failuresOf(
      "const s = shared({ a: 1 }), p = shared(pointer(null, s)); task('t', () => { p.value.a.value = 1; });",
    ),
  ).toEqual(['t: NULL dereference']);
  expect(
    await failuresOf("const g = ghost([0, 0]); task('t', () => { g[choose(3)].value = 1; });"),
  ).toEqual(['t: index out of bounds']);
});

test('an element of an element is that one and no other', async () => {
  const rows = (index: string): string => `
    const rows = [0, 1].map(() => shared({ before: 9, cells: [0, 0, 0], after: 9 }));
    task('t', () => {
      const i = choose(2), j = choose(4);
      ${index}
      for (const r of [0, 1]) for (const c of [0, 1, 2]) {
        assert((rows[r].cells[c].value === 1) === (i === r && j === c), 'the one');
      }
      assert(rows[0].before.value === 9 && rows[0].after.value === 9, 'the others');
    });`;
  expect(await failuresOf(rows('if (j < 3) rows[i].cells[j].value = 1;'))).toEqual([]);
  expect(await failuresOf(rows('rows[i].cells[j].value = 1;'))).toEqual(['t: index out of bounds']);
  expect(await failuresOf(rows('if (j < 3) rows[i / 2].cells[j].value = 1;'))).toContain(
    't: index out of bounds',
  );
});

test('a table of ordinary values is read by model values, in conditions too', async () => {
  const table = (body: string): string =>
    `const g = ghost(0), table = [3, 1, 2], allowed = [true, false]; task('t', () => { ${body} });`;
  const failure = ['t: index out of bounds'];
  const first = 'const i = choose(4);';
  expect(
    await failuresOf(table(`${first} if (i < 3) assert(table[i] === (i === 0 ? 3 : i));`)),
  ).toEqual([]);
  expect(await failuresOf(table(`${first} g.value = table[i];`))).toEqual([
    't: assertion does not hold: index out of bounds',
  ]);
  const wait = (condition: string): string => table(`${first} wait_until(() => ${condition});`);
  expect(await failuresOf(wait('i > 1 || allowed[i] || g.value === 0'))).toEqual([]);
  expect(await failuresOf(wait('allowed[i] || g.value === 0'))).toEqual(failure);
});

test('an atomic region begins with a step of its own', () => {
  expect(
    printed(`const x = shared(0), g = ghost(0), h = ghost(0);
      task('a', () => { const c = READ_ONCE(x); atomic(() => { if (c && g.value) h.value = 1; }); });`),
  ).toMatchInlineSnapshot(`
    "a  on CPU0
       0   c = READ_ONCE(x)
       1 { if (c) else -> 4
       2 | g' := g
       3 | value = !!g' -> 5
       4 | value = 0
       5 | if (value) else -> 7
       6 | h := 1
       7   end"
  `);
});

test.each([
  ['assert(x);', 'KC0121 3:40 the condition of assert() is a location'],
  [
    'WRITE_ONCE(x, true);',
    'KC0114 3:40 WRITE_ONCE(): a location that holds numbers is given a boolean',
  ],
  ['READ_ONCE(1);', 'KC0121 3:40 READ_ONCE is given a number'],
  ['choose(0);', 'KC0121 3:40 choose() is given 0'],
  ['spin_lock(x);', 'KC0121 3:40 spin_lock() is given a location that is no lock'],
  ['set_bit(32, x);', 'KC0121 3:40 set_bit() is given bit 32'],
  ['progress();', 'KC0120 3:40 progress() in a task'],
  [
    'wait_until(() => x.value === 1);',
    'KC0122 3:57 a load in an expression that must be free of steps',
  ],
  [
    'atomic(() => { x.value = 1; x.value = 2; });',
    'KC0209 3:55 an atomic region touches shared memory twice',
  ],
  [
    'atomic(() => { while (READ_ONCE(x)) cpu_relax(); });',
    'KC0123 3:62 a loop on a model value inside atomic()',
  ],
  [
    'let i = 0; wait_until(() => { i = 1; return true; });',
    "KC0122 3:51 the condition of wait_until() assigns 'i'",
  ],
])('%s is refused', (statement, refusal) => {
  expect(refusalOf(() => nodes(statement))).toBe(refusal);
});

test('a property only reads', () => {
  const property = (formula: string): string =>
    refusalOf(() =>
      stagedMachine(
        `const x = shared(0); task('a', () => {}); invariant('i', () => { ${formula} });`,
      ),
    );
  expect(property('return READ_ONCE(x) === 0 && x.value < 1;')).toBe('nothing is refused');
  expect(property('x.value = 1; return true;')).toMatchInlineSnapshot(
    `"KC0124 3:66 an assignment in a property"`,
  );
  expect(property('smp_mb(); return true;')).toMatchInlineSnapshot(
    `"KC0124 3:66 smp_mb() in a property"`,
  );
  expect(property('return choose_bool();')).toMatchInlineSnapshot(
    `"KC0124 3:73 choose_bool() in a property"`,
  );
  expect(property('if (x.value) return true;')).toMatchInlineSnapshot(
    `"KC0115 3:43 the value is a boolean on one path and no value on another"`,
  );
});
