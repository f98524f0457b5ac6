/**
 * Every construct means in a spec what it means in JavaScript: each function is run as it stands, and
 * in a spec with every choice of its parameters being model values, over random inputs.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failuresOf } from './staged.ts';

type Plain = (a: number, b: number, c: number) => number | boolean;
type Input = readonly [number, number, number];

/** What the constructs below share with JavaScript; in a spec it is staged with them. */
const PRELUDE = `
  const sum = (...values) => values.reduce((total, value) => total * 31 + value, 7) | 0;
  const points = [{ x: 3, y: [1, 2] }, { x: 5, y: [4, 0] }, { x: -2, y: [7, 9] }];
  const at = (index) => ((index % 3) + 3) % 3;
  const fact = (n) => (n <= 1 ? 1 : n * fact(n - 1));
`;

/** The function as JavaScript runs it. */
function plain(text: string): Plain {
  // oxlint-disable-next-line typescript/no-implied-eval -- it is JavaScript that is the oracle
  return new Function(`${PRELUDE} return ${text};`)() as Plain;
}

function specBody(text: string, inputs: readonly Input[]): string {
  const js = plain(text);
  const results = inputs.map((input) => js(...input));
  return `${PRELUDE}
    const tested = ${text};
    const inputs = ${JSON.stringify(inputs)}, results = ${JSON.stringify(results)};
    const outside = inputs.map(([a, b, c]) => tested(a, b, c));
    const zero = shared(0), ended = ghost(false);
    task('t', () => {
      const o = READ_ONCE(zero);
      const which = choose(inputs.length);
      const all = inputs.map(([a]) => a), second = inputs.map(([, b]) => b), third = inputs.map(([, , c]) => c);
      assert(tested(all[which], second[which], third[which]) === results[which], 'chosen');
      for (const [i, [a, b, c]] of inputs.entries()) {
        assert(outside[i] === results[i], 'outside');
        for (const mask of [0, 1, 2, 3, 4, 5, 6]) {
          const result = tested(mask & 1 ? a + o : a, mask & 2 ? b + o : b, mask & 4 ? c + o : c);
          assert(result === results[i], 'mask');
        }
      }
      ended.value = true;
    });
    finally_('ended', () => ended.value);`;
}

const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -3, max: 8 }) },
  { weight: 1, arbitrary: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }) },
);

const CONSTRUCTS: readonly string[] = [
  // if
  '(a, b) => { if (a > b) return a; return b; }',
  '(a, b) => { let r = 0; if (a > b) r = 1; else if (a === b) r = 2; else r = 3; return r; }',
  '(a, b, c) => { let r = c; if (a) { if (b > 2) return 9; r += 1; } else if (b) { r -= 2; } else return -1; return r; }',
  '(a, b) => { let r; if (a > 0) { r = b > 0; } else r = false; return r; }',
  '(a, b, c) => { if (a > 0) if (b > 0) return 1; else return 2; if (c) {} else return 3; return 4; }',
  // loops
  '(a) => { let n = a & 7, r = 0; while (n > 0) { r += n; n--; } return r; }',
  '(a) => { let n = a & 7, r = 0; do { r = r * 2 + n; n -= 1; } while (n > 0); return r; }',
  '(a, b) => { let r = 0; for (let i = 0; i < (a & 7); i++) { if (i === b) break; r += i * i; } return r; }',
  '(a, b) => { let r = 0; for (let i = 0; i < (a & 7); i++) { if (i === b) continue; r += i * i; } return r; }',
  '(a, b) => { let r = 0; for (let i = 0; i < 5; i++) { if (i === a) continue; if (i === b) break; r += i + 1; } return r; }',
  '(a, b) => { for (let i = 0; i < 6; i++) { if (i * i > a) return i; if (i === b) return -i; } return 99; }',
  '(a) => { let n = 0; for (;;) { n += 1; if (n * 3 > (a & 15)) break; } return n; }',
  '(a, b) => { let n = 0; while (true) { if (n === 4) return b; if (n === a) break; n++; } return n + 50; }',
  '(a, b) => { let i = 0, r = 0; do { i++; if (i === (b & 3)) continue; if (i > 20) break; r += i; } while (i < (a & 7)); return r * 10 + i; }',
  '(a, b) => { let x = a, y = b; for (let i = 0; i < 3; i++) { const t = x; x = y; y = t; } return sum(x, y); }',
  '(a, b, c) => { let x = a, y = b, n = c & 7; while (n > 0) { const t = x; x = y; y = t; n--; } return sum(x, y); }',
  '(a, b, c) => { let x = a, y = b, z = c; let n = c & 3; while (n-- > 0) { const t = x; x = y; y = z; z = t; } return sum(x, y, z, n); }',
  '(a, b) => { let r = 0; for (let i = 0; i < (a & 3); i++) for (let j = i; j < (b & 3); j++) { r = r * 2 + i + j; } return r; }',
  '(a, b) => { let r = 0, i = 0; while (i < (a & 3)) { let j = 0; while (true) { if (j >= (b & 3)) break; r += i; if (r > 5) { r -= j; break; } j++; } i++; } return sum(r, i); }',
  '(a, b) => { let r = 0; outer: for (let i = 0; i < (a & 7); i++) { for (let j = 0; j < 3; j++) { if (j === b) continue outer; if (i + j === 5) break outer; r += i * j + 1; } r += 100; } return r; }',
  '(a, b) => { let r = 0; outer: while (r < 50) { r += 7; do { r += 1; if (r === (a & 31)) break outer; if (r % 3 === 0) continue outer; } while (r % 5 !== (b & 1)); } return r; }',
  '(a, b) => { let r = 0; for (const p of points) { if (p.x === a) continue; if (p.x === b) break; r += p.x; } return r; }',
  '(a, b) => { let r = 0; outer: for (const p of points) { for (const y of p.y) { if (y === a) continue outer; if (y === b) break outer; r = r * 3 + y; } } return r; }',
  '(a) => { for (const p of points) for (const y of p.y) if (y > a) return y * 10 + p.x; return -1; }',
  '(a) => { let last = 0, e = 0; for (e of [1, 2, 3]) { if (e > a) break; last += e; } return sum(last, e); }',
  '(a) => { let r = 0; for (const [i, p] of points.entries()) if (i !== a) r += p.x * (i + 1); return r; }',
  '(a) => { let prev = 0, r = 0; for (let i = 0; i < (a & 7); i++) { r = r * 2 + prev; prev = i; } return r; }',
  '(a, b) => { let i = 0; for (i = 1; i < (a & 15); i *= 2) if (i > b) break; return i; }',
  '(a) => { let r = 0; for (let i = 0, n = a & 3; i < n; i++, r += 2) r += i; return r; }',
  '(a) => { let r = 0; for (let i = a & 7; i; i >>= 1) if (i & 1) r++; return r; }',
  '(a) => { const fs = []; for (let i = 0; i < 3; i++) fs.push(() => i * a); return sum(...fs.map((f) => f())); }',
  '(a) => { const fs = []; for (let i = 0; i < 3; i++) { fs.push(() => i); i += 0; } return sum(a, ...fs.map((f) => f())); }',
  '(a) => { let found = false, i = 0; while (!found && i < 5) { found = i === a; i++; } return found ? i : -i; }',
  '(a, b) => { let n = 3; b &= 31; while (n > 0) { n--; if (a === n) { while (b > 0) { b--; if (b === n) return 77; if (b < 4) break; } } b -= 1; if (b > 20) break; } return sum(n, b); }',
  '(a) => { let x = 1, y = 1; for (let i = 0; i < (a & 7); i++) { const next = x + y; x = y; y = next; } return y; }',
  '(a) => { let i = a & 3; let seen = 0; while (i < 6) { if (i === 4) { i += 2; continue; } seen += i; i++; } return sum(i, seen); }',
  '(a) => { let r = 0; for (let i = 0; i < (a & 3); i++) { function twice(n) { return n * 2; } r += twice(i) + 1; } return r; }',
  '(a) => { let r = 0; for (const e of [1, 2]) { function plus(n) { return n + e; } r += plus(a & 3); } return r; }',
  '(a) => { let c = a & 3; let x; let r = 0; while (c > 0) { let y; if (c > 1) y = c; else y = 0; x = y; r += x; c--; } return r; }',
  // switch
  '(a) => { switch (a) { case 1: return 10; case 2: return 20; default: return 30; } }',
  '(a, b) => { let r = 0; switch (a & 3) { case 0: r += 1; case 1: r += 2; break; case 2: r += 4; default: r += 8; } return r + b % 2; }',
  '(a) => { let r = 0; switch (a) { case 1: r += 1; default: r += 2; case 2: r += 4; break; case 3: r += 8; } return r; }',
  '(a, b) => { switch (true) { case a > b: return 1; case a > 0: return 2; case b > 0: return 3; } return 4; }',
  '(a, b, c) => { switch (a) { case b: return 1; case c: return 2; } return 3; }',
  '(a, b) => { let r = 0; for (let i = 0; i < 5; i++) { switch (i) { case a: continue; case b: break; default: r += i; } r += 10; } return r; }',
  '(a, b) => { let r = 0; out: switch (a & 3) { case 0: switch (b & 1) { case 0: r = 1; break out; case 1: r = 2; } r += 10; break; case 1: { const q = r + 5; r = q; } } return r; }',
  '(a) => { let r = 0, n = 0; switch (n++, a & 1) { case n++: r = 1; break; case n++: r = 2; } return sum(r, n); }',
  '(a) => { let r = 0; switch (a & 3) { } switch (a & 3) { default: r = 1; break; case 1: r = 2; } return r; }',
  // labelled blocks
  '(a, b) => { let r = 0; done: { if (a > 2) break done; r = 1; inner: { if (b > 2) break done; if (b > 0) break inner; r += 2; } r += 4; } return r; }',
  '(a) => { let r = 0; one: two: for (let i = 0; i < 3; i++) { if (i === a) continue one; if (i > 1) break two; r += i + 1; } return r; }',
  // logic
  '(a, b, c) => (a && b) || c',
  '(a, b, c) => (a > 0 && b > 0) || c > 0',
  '(a, b) => { const r = a || b; return r; }',
  '(a, b) => { let n = 0; const t = a > 0 && ((n += 1), b > 0) && ((n += 10), a > b); return t ? n + 100 : n; }',
  '(a, b) => { let n = 0; if (a || (n++, b)) n += 10; return n; }',
  '(a, b) => { let n = 0; (a > 0 && n++) || (n += 5); b > 0 || (n += 100); return n; }',
  '(a, b) => !a === !b',
  '(a, b) => !(a && !b)',
  '(a, b) => !!a || !!b',
  '(a, b) => (a > b ? a - b : b > 5 ? 1 : 2)',
  '(a, b) => { let n = 0; const r = a > b ? (n++, n + 1) : (n += 4); return sum(n, r); }',
  '(a, b) => (a ? b : !b) ? 1 : 0',
  '(a) => { const f = { x: null, z: 0 }; return sum(f.x ?? a, f.y ?? 4, f.z ?? 5, a ?? 8); }',
  '(a, b) => { const f = { g: (n) => n + 1, h: { k: a } }; return sum(f?.g(b), f.none?.x ?? 3, f.h?.k, f?.h?.none ?? 1); }',
  // arithmetic
  '(a, b) => (a + b * 2 - (a - b)) | 0',
  '(a, b) => (b === 0 ? 0 : a % b)',
  '(a, b) => (b === 0 ? 0 : Math.trunc(a / b))',
  '(a, b) => (b === 0 ? 0 : (a / b) | 0)',
  '(a, b) => (b === 0 ? false : a / b < 1.5)',
  '(a) => a / 2 === Math.trunc(a / 2)',
  '(a, b) => (a << (b & 31)) ^ (a >> (b & 31)) ^ ((a >>> (b & 31)) | 0)',
  '(a, b) => (a << b) | (a >> b)',
  '(a, b) => a >>> b > 5',
  '(a, b) => (a & b) + (a | b) * 2 - (a ^ b) + ~a < 9',
  '(a) => (-a + +a) * 3 + ~a === ~a',
  '(a, b, c) => (Math.max(a, b, c) - Math.min(a, b)) % 1000 + Math.abs(c % 1000)',
  '(a, b) => (a * b) % 1000 > 5',
  '(a, b) => (a * b) | 0',
  '(a, b) => (a + b) >> 1',
  '(a, b) => a % (b & 3 || 1)',
  '(a, b) => (a % b) > 0',
  '(a, b) => !(a % b)',
  '(a, b) => (a % b ? 1 : 2)',
  '(a, b) => a % b === a % b',
  '(a, b) => Math.max(1, a % b) > 0',
  '(a, b) => a / b > b / a || a / b === b / a',
  '(a, b) => a < b !== (a <= b)',
  '(a, b) => a > b === a >= b && (a != b || a == b)',
  '(a, b) => (a | 0) === a && a >>> 0 >= 0 && (b >>> 0) % 2 === (b & 1)',
  '(a) => a === undefined || a === void 0',
  '(a) => (typeof a === "number" ? 1 : 2) + (typeof (a > 0) === "boolean" ? 4 : 8)',
  '(a) => (Boolean(a) ? 1 : 0)',
  // assignment
  '(a, b) => { let r = a & 255; r += b & 15; r -= 3; r *= 2; r %= 50; r <<= 2; r >>= 1; r |= 8; r &= 0xff; r ^= b & 3; r >>>= 1; return r; }',
  '(a) => { let n = a & 15; const x = n++, y = ++n, z = n--, w = --n; return sum(x, y, z, w, n); }',
  '(a, b) => { let x, y; x = y = a - b; return x === y; }',
  '(a) => { let x = a; const r = x + (x = 3) * x + x++; return (r + x) | 0; }',
  '(a, b) => { let x = 1; const f = () => ((x = b), 2); x += a > 0 ? f() : 0; return x | 0; }',
  '(a, b) => { a = a > 5 ? 5 : a; b -= 1; a++; return sum(a, b); }',
  '(a, b) => { const x = a; { const x = b; if (x > 0) { let x = 5; x++; return x; } } return x; }',
  '(a) => { let x = 1; const f = (x) => { x += a; return x; }; return sum(f(2), x); }',
  '(a, b) => { let x = a; const set = (v) => { x = v; }; if (b > 0) set(7); return x; }',
  '(a, b) => { const f = (x, y = x) => { y += 5; return sum(x, y); }; return f(a) + f(a, b) > 0; }',
  '(a) => { let x = 9; const f = (y = x) => { y += 1; return sum(x, y); }; x += 1; return f() + f(a) > 0; }',
  '(a) => { let { p, q = p } = { p: a }; q += 1; return sum(p, q); }',
  '(a, b) => { const f = ({ x, y: [z, w = 4] }, ...rest) => { z -= 1; return sum(x, z, w, ...rest); }; return f({ x: a, y: [b] }, 3, a); }',
  '(a, b) => { const { x, ...others } = { x: a, y: b, z: 2 }; const [first, , third = 8, ...tail] = [a, b]; return sum(x, others.y, others.z, first, third, tail.length); }',
  '(a) => { let f = (n) => n + 1; const g = f; f = (n) => n + 2; return sum(f(a), g(a)); }',
  '(a) => { function f(n) { return g(n) + 1; } function g(n) { return n > 0 ? 1 : 2; } return f(a); }',
  // ordinary structures
  '(a, b) => { const o = { n: a, m: { k: b } }; o.n += 1; o.m.k++; --o.n; o["z"] = o.n; return sum(o.n, o.m.k, o.z); }',
  '(a) => points[at(1)].x + a % 2',
  '(a) => [3, 1, 4, 1, 5, 9, 2, 6][a & 7] * 2',
  '(a) => [true, false, false, true][a & 3]',
  '(a) => { const t = [5, 6, 7, 8]; return t[a & 3] > t[3 - (a & 3)] ? 1 : 0; }',
  '(a, b) => { const l = [a, b]; l.push(a + 1); l[0] = 3; l[1] += 2; return sum(...l, l.length, l.pop(), l.at(-1)); }',
  '(a) => sum(...[1, 2, 3].map((n) => n * a))',
  '(a) => [4, 5, 6].reduce((best, n) => (n > a && best === 0 ? n : best), 0)',
  '(a) => { let r = 0; [1, 2, 3].forEach((n, i) => { if (n === a) return; r += n * (i + 1); }); return r; }',
  '(a, b) => sum(...Array.from({ length: 3 }, (_, i) => (i > a ? b : i)))',
  '(a) => sum(...[1, 2, 3, 4].filter((n) => n % 2), a, [1, 2].concat([3]).length, [3, 1, 2].sort((x, y) => x - y)[0])',
  '(a) => { const m = new Map([["l", 1]]); m.set("k", a); m.set("l", 2); return sum(m.get("k"), m.get("l"), m.size); }',
  '(a) => { const name = "x"; const o = { [`${name}1`]: a, [name + 2]: 4 }; return sum(o.x1, o["x2"]); }',
  '(a) => { const o = { k: 2, twice(n) { return n * this.k; } }; return o.twice(a) % 1000; }',
  '(a) => { const o = { k: 2 }; delete o.k; return "k" in o ? a : a === 1 ? 5 : 6; }',
  // functions
  '(a) => fact(5) % 7 + (a > 0 ? fact(3) : fact(4))',
  '(a) => { const depth = (n, x) => (n === 0 ? x : depth(n - 1, x > 3 ? x - 1 : x + 2)); return depth(4, a & 7); }',
  '(a, b) => { const find = (list) => { for (const e of list) { if (e === a) return e * 2; if (e === b) return e * 3; } return 0; }; return sum(find([1, 2, 3]), find([2, 4])); }',
  '(a, b) => { const first = () => { let i = 0; while (true) { if (i >= (b & 7)) return i; i++; } }; return first() + first() * 10 + a % 2; }',
  '(a, b) => { const f = (n) => { if (n > 3) return true; if (n < 0) return false; for (let i = 0; i < n; i++) if (i === b) return true; return false; }; return f(a) !== f(b); }',
  '(a) => { const once = (f, n) => f(f(n)); return once((n) => (n > 2 ? n - 2 : n + 1), a & 15); }',
  '(a) => { const f = function self(n) { return n > 2 ? 0 : 1 + self(n + 1); }; return f(0) + a % 2; }',
  '(a) => { const f = () => {}; return f() === undefined ? a : 0; }',
  '(a, b) => { const f = (n) => { done: { if (n > 2) break done; return 1; } return 2; }; return sum(f(a), f(b)); }',
  '(a, b) => { let calls = 0; const f = (r) => { calls++; return r; }; const t = f(a > 0) && f(b > 0) || f(a > b); return t ? calls : -calls; }',
  '(a, b) => (a, b)',
];

test.each(CONSTRUCTS)('%s', async (text) => {
  const inputs = fc.array(fc.tuple(value, value, value), { minLength: 3, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(inputs, async (triples) => {
      expect(await failuresOf(specBody(text, triples))).toEqual([]);
    }),
    { numRuns: 3, endOnFailure: true },
  );
});

test('the comparison notices a difference', async () => {
  const body = specBody('(a, b) => a + b', [[1, 2, 3]]).replace('=> a + b', '=> a - b');
  expect(await failuresOf(body)).not.toEqual([]);
});
