/** Every construct means in a machine what it means in JavaScript, whichever values are the machine's. */
import { expect, test } from 'vitest';
import fc from 'fast-check';
import { BothWays } from './both-ways.ts';

const small = fc.integer({ min: -3, max: 6 });

const CONSTRUCTS: Readonly<Record<string, string>> = {
  if: `function f(a, b, c) { if (a > b) emit(c); return a; }`,
  'if, else': `function f(a, b, c) { let r = 0; if (a > b) r = c; else r = a - b; return r; }`,
  'else if': `function f(a, b) { if (a < 0) return 1; else if (b < 0) return 2; else return 3; }`,
  'if on a number': `function f(a, b) { if (a) emit(1); if (!b) emit(2); return a & b; }`,
  'nested ifs': `function f(a, b, c) { let r = 0; if (a) { if (b) { r += 1; } else { if (c) r += 2; } r *= 3; } return r; }`,
  'early return': `function f(a, b, c) { if (a > 1) { emit(a); return b; } emit(c); if (b > 1) return c; return 7; }`,
  'return without a value on some path': `function g(a) { if (a > 0) return; emit(a); } function f(a, b) { g(a); g(b); return a; }`,
  conditional: `function f(a, b, c) { return a > 0 ? b : c > 0 ? 5 : a; }`,
  'conditional with effects': `function g(x) { emit(x); return x; } function f(a, b, c) { return g(a) > 0 ? g(b) : g(c); }`,
  'conditional as a statement': `function f(a, b, c) { a ? emit(b) : emit(c); return 0; }`,
  'and, as a value': `function f(a, b) { return a && b; }`,
  'or, as a value': `function f(a, b) { return a || b; }`,
  'and with effects': `function g(x) { emit(x); return x; } function f(a, b, c) { return g(a) && g(b) && g(c); }`,
  'or with effects': `function g(x) { emit(x); return x; } function f(a, b, c) { return g(a) || g(b) || g(c); }`,
  'and, or as a test': `function g(x) { emit(x); return x > 0; } function f(a, b, c) { if ((g(a) && g(b)) || !g(c)) return 1; return 2; }`,
  'and, or as a test of mixed types': `function f(a, b, c) { if (a && b > 1) emit(1); if (a > 1 || c) emit(2); while (a && b > 90) emit(3); return 0; }`,
  'and, or as a statement': `function f(a, b, c) { a && emit(b); b || emit(c); return 0; }`,
  'and, or on booleans': `function f(a, b, c) { return (a > 0 && b > 0) || c > 0; }`,
  'and that assigns': `function f(a, b) { let r = 0; (a > 0 && (r = b)) || (r = 9); return r; }`,
  not: `function f(a, b) { const x = !a; const y = !(a > b); emit(x); return !x && y; }`,
  'double not': `function f(a) { return !!a; }`,
  arithmetic: `function f(a, b, c) { return (a + b) * c - (a - b) + +c + -a; }`,
  'remainder and division': `function f(a, b) { return ((a * 7) % (b + 10)) + Math.trunc(a / (b + 10)) + ((a / (b + 10)) | 0); }`,
  bits: `function f(a, b, c) { return ((a & b) | (b ^ c)) + (~a << 2) + (b >> 1) + ((c & 7) >>> 1); }`,
  comparisons: `function f(a, b) { emit(a < b); emit(a <= b); emit(a > b); emit(a >= b); emit(a === b); emit(a !== b); emit(a == b); return a != b; }`,
  'equal booleans': `function f(a, b) { return a > 0 === b > 0; }`,
  'comparison with undefined': `function g(x, y) { return x === undefined || y !== undefined; } function f(a) { return g(a); }`,
  Math: `function f(a, b, c) { return Math.min(a, b, c) * 100 + Math.max(a, b) * 10 + Math.abs(c); }`,
  typeof: `function f(a, b) { emit(typeof a === 'number'); return typeof (a > b) === 'boolean'; }`,
  comma: `function f(a, b) { return (emit(a), emit(b), a + b); }`,
  void: `function f(a) { return void emit(a) === undefined; }`,
  'assignment operators': `function f(a, b, c) { let r = a; r += b; r -= c; r *= 2; r &= 31; r |= 64; r ^= a; r <<= 1; r >>= 1; r %= 50; return r; }`,
  'assignment as a value': `function f(a, b) { let x = 0; let y = (x = a) + b; y += x = b; return x * 10 + y; }`,
  increments: `function f(a) { let x = a; emit(x++); emit(++x); emit(x--); emit(--x); return x; }`,
  'chained assignment': `function f(a) { let x = 0, y = 0; x = y = a; x++; return x * 10 + y; }`,
  'reassigned parameter': `function f(a, b) { a += 1; if (b > 0) a = b; b = a; return a + b; }`,
  'let without a value': `function f(a, b) { let x; if (a > 0) x = b; else x = a; return x; }`,
  while: `function f(a) { let n = a; let s = 0; while (n > 0) { s += n; n--; emit(s); } return s; }`,
  'while with an ordinary part': `function f(a, b) { let i = 0; while (i < 3 && a > i) { emit(i); i++; } return i + b; }`,
  'while true': `function f(a, b) { let n = 0; while (true) { if (n >= a) break; n += 1; if (n > b) return n; } return n * 10; }`,
  'for ever': `function f(a) { for (let i = 0; ; i++) { if (i > a) { emit(i); return i; } } }`,
  'do while': `function f(a) { let n = a; do { emit(n); n--; } while (n > 0); return n; }`,
  'do while with continue': `function f(a, b) { let n = 0; do { n++; if (n === b) continue; emit(n); } while (n < a); return n; }`,
  for: `function f(a, b) { let s = b; for (let i = 0; i < a; i++) s += i; return s; }`,
  'for with break and continue': `function f(a, b, c) { let s = 0; for (let i = 0; i < a; i++) { if (i === b) continue; if (i === c) break; s += i; emit(i); } return s; }`,
  'for over ordinary numbers': `function f(a, b) { let s = 0; for (let i = 0; i < 4; i++) { if (i === a) continue; if (i === b) break; s += i; } return s; }`,
  'for of': `function f(a, b) { let s = 0; for (const x of [1, 2, 3, 4]) { if (x === a) continue; if (x === b) break; s += x; } return s; }`,
  'for of over model values': `function f(a, b, c) { let s = 0; for (let x of [a, b, c]) { x += 1; s = s * 3 + x; } return s; }`,
  'for of with an outer variable': `function f(a, b) { let x = 0; for (x of [a, b, 3]) { if (x > 2) break; } return x; }`,
  'return from nested loops': `function f(a, b, c) { for (let i = 0; i < 3; i++) { for (const x of [a, b]) { if (x === i) return x * 10 + i; emit(x); } if (c === i) return 99; } return -1; }`,
  'labelled break': `function f(a, b) { let n = 0; outer: for (let i = 0; i < 3; i++) { for (let j = 0; j < 3; j++) { n++; if (i === a && j === b) break outer; } } return n; }`,
  'labelled continue': `function f(a, b) { let n = 0; outer: for (let i = 0; i < 3; i++) { for (let j = 0; j < b; j++) { if (j === a) continue outer; n++; } n += 10; } return n; }`,
  'labelled block': `function f(a, b) { let r = 0; done: { if (a > 0) break done; r = 1; if (b > 0) { r = 2; break done; } r += 10; } return r; }`,
  'loop in a loop': `function f(a, b) { let n = 0; for (let i = 0; i < a; i++) { let j = i; while (j < b) { n += j; j++; } } return n; }`,
  'variable of an iteration': `function f(a, b) { let last = 0; for (let i = 0; i < a; i++) { let t = i * 2; if (t > b) t = b; last = last + t; } return last; }`,
  'values carried in a ring': `function f(a, b, c) { let x = a, y = b, z = c; for (let i = 0; i < 3; i++) { [0].forEach(() => 0); const t = x; x = y; y = z; z = t; } let n = c; while (n > 0) { const t = x; x = y; y = t; n--; } return x * 100 + y * 10 + z; }`,
  'closure of an iteration': `function f(a, b) { const fs = []; for (let i = 0; i < 3; i++) fs.push(() => i * a + b); let s = 0; for (const g of fs) s = s * 5 + g(); return s; }`,
  switch: `function f(a, b) { switch (a) { case 0: return b; case 1: emit(1); break; case 2: emit(2); default: emit(9); } return a; }`,
  'switch, default first': `function f(a) { let r = 0; switch (a) { default: r += 1; case 1: r += 10; break; case 2: r += 100; } return r; }`,
  'switch, default in the middle': `function f(a, b) { let r = 0; switch (a) { case 0: r = 1; default: r += 2; case b: r += 4; break; case 3: r += 8; } return r; }`,
  'switch with model labels': `function f(a, b, c) { switch (a) { case b: return 1; case c: return 2; default: return 3; } }`,
  'switch in a loop': `function f(a, b) { let n = 0; for (let i = 0; i < 4; i++) { switch (i) { case a: continue; case b: n += 100; break; default: n += 1; } n += 10; } return n; }`,
  functions: `function g(x, y = 2) { if (x > y) return x; return y; } const h = (x) => g(x, 1) + g(x); function f(a, b) { return h(a) * 10 + h(b); }`,
  'default of a model value': `function g(x, y = x + 1) { return x * y; } function f(a, b) { return g(a) + g(a, b) + g(a, undefined); }`,
  'rest and spread': `function g(...xs) { let s = 0; for (const x of xs) s = s * 3 + x; return s; } function f(a, b, c) { return g(...[a, b], c); }`,
  recursion: `function g(n, x) { if (n === 0) return x; return g(n - 1, x > 2 ? x - 1 : x + 2); } function f(a) { return g(4, a); }`,
  closures: `function f(a, b) { let n = 0; const add = (x) => { n += x; if (n > 3) n = b; }; add(a); add(1); if (b > 0) add(b); return n; }`,
  'methods and this': `const o = { k: 3, m(x) { return x * this.k; }, n: function (x) { return this.m(x) + 1; } }; function f(a) { return o.m(a) + o.n(a); }`,
  destructuring: `function g({ x, y: [y, z = 5] = [1] }) { return x * 100 + y * 10 + z; } function f(a, b) { const [p, ...q] = [a, b, 3]; let { m, ...rest } = { m: p, n: q[0] }; m += 1; return g({ x: m }) + g({ x: rest.n, y: [a, b] }) + q.length; }`,
  'ordinary objects': `function f(a, b) { const o = { x: a, n: 1 }; o.x += b; o.n++; o['y'] = o.x * 2; const { x, y } = o; return x + y + o.n; }`,
  'ordinary arrays': `function f(a, b, c) { const xs = [a, b]; xs.push(c); xs[0] += 1; return xs.map((x) => x + 1).reduce((s, x) => s * 5 + x, 0) + xs.length; }`,
  'table by a model value': `function f(a, b) { const t = [5, 7, 11]; if (a < 0 || a > 2) return -1; return t[a] + b; }`,
  'table of booleans': `function f(a) { const t = [true, false, true]; if (a < 0 || a > 2) return false; return t[a]; }`,
  'spread of objects': `function f(a, b) { const o = { ...{ x: a, y: 1 }, y: b }; return o.x * 10 + o.y; }`,
  'template of ordinary values':
    'function f(a) { const o = { x1: a }; const i = 1; return o[`x${i}`]; }',
  'optional chaining of ordinary values': `function f(a) { const o = { p: { q: a } }; const n = null; return o?.p?.q + (n?.p.q.r ?? 1); }`,
  nullish: `function f(a, b) { const o = {}; return (o.x ?? a) + (a ?? b); }`,
  'some and every': `function f(a, b) { const xs = [1, 2, 3]; emit(xs.some((x) => x > 2)); return xs.every((x) => x > 0) ? a : b; }`,
  shadowing: `function f(a, b) { let x = a; { let x = b; x += 1; emit(x); } if (b > 0) { const x = 5; emit(x); } return x; }`,
  'path that never comes': `function g(x) { if (x > 0) return 1; else return 2; } function f(a) { let r = 0; if (a > 0) r = g(a); else r = g(a) * 10; return r; }`,
  'variables after a break': `function f(a, b, c) { let x = 0, y = 0; for (const e of [a, b, c]) { x = e; if (e > 2) break; y += e; } return x * 100 + y; }`,
};

test.each(Object.entries(CONSTRUCTS))('%s', (_, source) => {
  const both = new BothWays(source);
  fc.assert(
    fc.property(small, small, small, (...args) => {
      expect(both.difference(args, [true, true, true])).toBeNull();
    }),
    { numRuns: 60 },
  );
  fc.assert(
    fc.property(small, small, small, (...args) => {
      expect(both.differenceInAnyMix(args)).toBeNull();
    }),
    { numRuns: 8 },
  );
});
