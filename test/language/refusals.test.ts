/**
 * What cannot be staged is refused: with its code, its place (line and column of the text that `refused.ts`
 * puts around it), what is wrong and what to write instead. Nothing here may ever be accepted.
 */
import { expect, test } from 'vitest';
import { bodySpec, refusal, systemSpec } from './refused.ts';

type Row = readonly [source: string, error: string, advice: string];

/** In the body of a task. */
const IN_BODIES: readonly Row[] = [
  [
    'const s = `${READ_ONCE(x)}`;',
    'KC0113 16:17 a model value in a template literal',
    'It has no text while the spec loads; the trace shows every value.',
  ],
  ["const s = 'a' + READ_ONCE(x);", "KC0114 16:17 operator '+' on a string", 'It takes numbers.'],
  [
    'READ_ONCE(x).value;',
    "KC0127 16:7 a number has no 'value'",
    'A location has .value; a number or boolean has no properties here.',
  ],
  [
    'READ_ONCE(x).toString();',
    "KC0127 16:7 a number has no 'toString'",
    'A location has .value; a number or boolean has no properties here.',
  ],
  [
    'const { q } = READ_ONCE(x);',
    'KC0113 16:21 a model value is taken apart',
    'Read its fields one by one.',
  ],
  [
    'const [q] = READ_ONCE(x);',
    'KC0113 16:19 a model value is taken apart',
    'Read its fields one by one.',
  ],
  [
    'for (const q of READ_ONCE(x)) smp_mb();',
    'KC0113 16:23 for … of over a number',
    'Loop over an ordinary list, and test for each element whether it takes part.',
  ],
  [
    'smp_mb(...READ_ONCE(x));',
    'KC0113 16:14 a model value is taken apart',
    'Read its fields one by one.',
  ],
  [
    'const o = { ...READ_ONCE(x) };',
    'KC0113 16:19 a model value is taken apart',
    'Read its fields one by one.',
  ],
  [
    'const o = [...READ_ONCE(x)];',
    'KC0113 16:18 a model value is taken apart',
    'Read its fields one by one.',
  ],
  [
    "'a' in READ_ONCE(x);",
    "KC0113 16:7 operator 'in' on a model value",
    'Model values know + - * / % & | ^ << >> >>> < <= > >= === !== ! ~ && || and ?: .',
  ],
  [
    'READ_ONCE(x) in {};',
    "KC0113 16:7 operator 'in' on a model value",
    'Model values know + - * / % & | ^ << >> >>> < <= > >= === !== ! ~ && || and ?: .',
  ],
  [
    'READ_ONCE(x) instanceof Map;',
    "KC0113 16:7 operator 'instanceof' on a model value",
    'Model values know + - * / % & | ^ << >> >>> < <= > >= === !== ! ~ && || and ?: .',
  ],
  [
    'delete READ_ONCE(x).q;',
    "KC0113 16:7 'delete' on a model value",
    'It works on ordinary objects only.',
  ],
  [
    'READ_ONCE(x) ** 2;',
    "KC0113 16:7 operator '**' on a model value",
    'Model values know + - * / % & | ^ << >> >>> < <= > >= === !== ! ~ && || and ?: .',
  ],
  [
    "READ_ONCE(x) === 'a';",
    'KC0114 16:7 a number is compared with a string',
    'Compare values of one type: numbers, booleans, or pointers to one kind of structure (or null).',
  ],
  [
    'READ_ONCE(x) === true;',
    'KC0114 16:7 a number is compared with a boolean',
    'Compare values of one type: numbers, booleans, or pointers to one kind of structure (or null).',
  ],
  [
    'READ_ONCE(on) === 1;',
    'KC0114 16:7 a boolean is compared with a number',
    'Compare values of one type: numbers, booleans, or pointers to one kind of structure (or null).',
  ],
  [
    'READ_ONCE(on) + 1;',
    "KC0114 16:7 operator '+' on a boolean",
    'It takes numbers; write (b ? 1 : 0) for a boolean, && and || for logic.',
  ],
  [
    'READ_ONCE(x) === null;',
    'KC0114 16:7 a number is compared with null',
    'Compare values of one type: numbers, booleans, or pointers to one kind of structure (or null).',
  ],
  [
    'READ_ONCE(head) === READ_ONCE(far);',
    'KC0114 16:7 a pointer is compared with a pointer',
    'Compare values of one type: numbers, booleans, or pointers to one kind of structure (or null).',
  ],
  [
    'READ_ONCE(head) === 0;',
    'KC0114 16:7 a pointer is compared with a number',
    'Compare values of one type: numbers, booleans, or pointers to one kind of structure (or null).',
  ],
  [
    'READ_ONCE(head)?.data;',
    "KC0110 16:7 '?.' on a pointer that is known only while the state space is explored",
    'Write if (p !== null) …',
  ],
  ['READ_ONCE(head) ?? node;', "KC0110 16:7 '??' on a pointer", 'Write p !== null ? p : other.'],
  [
    'JSON.stringify(READ_ONCE(x));',
    'KC0112 16:7 a model value is given to stringify(), which is not staged',
    'A model value has no text while the spec loads; the trace shows every value.',
  ],
  [
    'Number(READ_ONCE(x));',
    'KC0112 16:7 a model value is given to Number(), which is not staged',
    'It would take it for an ordinary value. Write the computation out with operators, if and loops.',
  ],
  [
    'String(READ_ONCE(x));',
    'KC0112 16:7 a model value is given to String(), which is not staged',
    'It would take it for an ordinary value. Write the computation out with operators, if and loops.',
  ],
  [
    'parseInt(READ_ONCE(x));',
    'KC0112 16:7 a model value is given to parseInt(), which is not staged',
    'It would take it for an ordinary value. Write the computation out with operators, if and loops.',
  ],
  [
    'isNaN(READ_ONCE(x));',
    'KC0112 16:7 a model value is given to isNaN(), which is not staged',
    'It would take it for an ordinary value. Write the computation out with operators, if and loops.',
  ],
  [
    'Number.isInteger(READ_ONCE(x));',
    'KC0112 16:7 a model value is given to isInteger(), which is not staged',
    'It would take it for an ordinary value. Write the computation out with operators, if and loops.',
  ],
  [
    'Object.is(READ_ONCE(x), 0);',
    'KC0112 16:7 a model value is given to is(), which is not staged',
    'It would take it for an ordinary value. Write the computation out with operators, if and loops.',
  ],
  [
    '[1, 2].includes(READ_ONCE(x));',
    'KC0112 16:7 a model value is given to includes(), which is not staged',
    'Compare the elements one by one in a loop.',
  ],
  [
    '[1, 2].indexOf(READ_ONCE(x));',
    'KC0112 16:7 a model value is given to indexOf(), which is not staged',
    'Compare the elements one by one in a loop.',
  ],
  [
    'new Map().get(READ_ONCE(x));',
    'KC0112 16:7 a model value is given to get(), which is not staged',
    'A map is looked up while the spec loads; index an array instead.',
  ],
  [
    'new Map([[1, 2]]).has(READ_ONCE(x));',
    'KC0112 16:7 a model value is given to has(), which is not staged',
    'A map or set is looked up while the spec loads; compare in a loop.',
  ],
  [
    'new Set([READ_ONCE(x)]);',
    'KC0112 16:7 a model value is given to Set(), which is not staged',
    'It would take it for an ordinary value. Write the computation out with operators, if and loops.',
  ],
  [
    'new Set().add(READ_ONCE(x));',
    'KC0112 16:7 a model value is given to add(), which is not staged',
    'An element of a set must be an ordinary value.',
  ],
  [
    'const m = new Map(); m.set(READ_ONCE(x), 1);',
    'KC0112 16:28 a model value is given to set(), which is not staged',
    'A map key must be an ordinary value.',
  ],
  [
    '[1, 2].filter((e) => READ_ONCE(x) > e);',
    'KC0112 16:7 a callback decides by a model value, for code that is not staged',
    'Write a loop over the elements with an if in it.',
  ],
  [
    '[1, 2].find((e) => READ_ONCE(x) > e);',
    'KC0112 16:7 a callback decides by a model value, for code that is not staged',
    'Write a loop over the elements with an if in it.',
  ],
  [
    '[1, 2].some((e) => READ_ONCE(x) > e);',
    'KC0112 16:7 a callback decides by a model value, for code that is not staged',
    'Write a loop over the elements with an if in it.',
  ],
  [
    '[1, 2].every((e) => READ_ONCE(x) > e);',
    'KC0112 16:7 a callback decides by a model value, for code that is not staged',
    'Write a loop over the elements with an if in it.',
  ],
  [
    '[1, 2].sort((e) => READ_ONCE(x));',
    'KC0112 16:7 a callback decides by a model value, for code that is not staged',
    'Write a loop over the elements with an if in it.',
  ],
  [
    'const b = [READ_ONCE(x)].map(Number.isInteger);',
    'KC0112 16:17 a model value is given to isInteger(), which is not staged',
    'It would take it for an ordinary value. Write the computation out with operators, if and loops.',
  ],
  [
    'const b = [READ_ONCE(x)].filter(Boolean);',
    'KC0112 16:17 a model value is given to filter(), which is not staged',
    'It would take it for an ordinary value. Write the computation out with operators, if and loops.',
  ],
  [
    '[READ_ONCE(x)].join();',
    'KC0112 16:7 a model value is given to join(), which is not staged',
    'It would take it for an ordinary value. Write the computation out with operators, if and loops.',
  ],
  [
    '[READ_ONCE(x)].toString();',
    'KC0112 16:7 a model value is given to toString(), which is not staged',
    'function toString() { [native code] }',
  ],
  [
    '[READ_ONCE(x)].forEach(Array.isArray);',
    'KC0112 16:7 a model value is given to isArray(), which is not staged',
    'It would take it for an ordinary value. Write the computation out with operators, if and loops.',
  ],
  [
    'const f = Boolean.bind(null, READ_ONCE(x));',
    'KC0128 16:17 bind() is called in a body',
    'It may change what every schedule sees. Call it while system() declares the machine, and use its result.',
  ],
  [
    'const f = Boolean.bind(null); if (f(READ_ONCE(x))) smp_mb();',
    'KC0128 16:17 bind() is called in a body',
    'It may change what every schedule sees. Call it while system() declares the machine, and use its result.',
  ],
  [
    'Boolean.call(null, READ_ONCE(x));',
    'KC0128 16:7 call() is called in a body',
    'It may change what every schedule sees. Call it while system() declares the machine, and use its result.',
  ],
  [
    'Array.from({ length: READ_ONCE(x) });',
    'KC0112 16:7 a model value reaches code that is not staged',
    'Code outside specs and models cannot compute with values that are known only while the state space is explored; write the computation out in the spec.',
  ],
  [
    'new Array(READ_ONCE(x));',
    'KC0112 16:7 a model value is given to Array(), which is not staged',
    'It would take it for an ordinary value. Write the computation out with operators, if and loops.',
  ],
  [
    "'abc'[READ_ONCE(x)];",
    'KC0125 16:7 a string is indexed by a model value',
    'Only an array can be indexed by a value that is known while the state space is explored.',
  ],
  [
    "'abc'.charAt(READ_ONCE(x));",
    'KC0112 16:7 a model value is given to charAt(), which is not staged',
    'It would take it for an ordinary value. Write the computation out with operators, if and loops.',
  ],
  [
    '({ a: 1 })[READ_ONCE(x)];',
    'KC0125 16:7 an object is indexed by a model value',
    'Only an array can be indexed by a value that is known while the state space is explored.',
  ],
  [
    'console.log(READ_ONCE(x));',
    'KC0112 16:7 a model value is given to log(), which is not staged',
    'It would take it for an ordinary value. Write the computation out with operators, if and loops.',
  ],
  [
    '/a/.test(READ_ONCE(x));',
    'KC0128 16:7 test() is called in a body',
    'It may change what every schedule sees. Call it while system() declares the machine, and use its result.',
  ],
  [
    'Math.sqrt(READ_ONCE(x));',
    'KC0112 16:7 a model value is given to sqrt(), which is not staged',
    'It would take it for an ordinary value. Write the computation out with operators, if and loops.',
  ],
  [
    'Math.random();',
    'KC0111 16:7 Math.random is not supported in a spec',
    'Write choose(n): every outcome is explored.',
  ],
  [
    "const r = READ_ONCE(x) ? 1 : 'a';",
    'KC0115 16:17 the value is a number on one path and a string on another',
    'Paths that a model value chooses between must give values of one type: number, boolean or pointer to one structure.',
  ],
  [
    'const r = READ_ONCE(x) ? 1 : true;',
    'KC0115 16:17 the value is a number on one path and a boolean on another',
    'Paths that a model value chooses between must give values of one type: number, boolean or pointer to one structure.',
  ],
  [
    'const r = READ_ONCE(x) ? { a: 1 } : { a: 1 };',
    'KC0115 16:17 the value is an object of its own on each path',
    'Paths that a model value chooses between must give values of one type: number, boolean or pointer to one structure.',
  ],
  [
    'let r; if (READ_ONCE(x)) r = 1; WRITE_ONCE(y, r);',
    "KC0115 15:5 'r' is read where paths join that left a number and no value in it",
    'Give it values of one type (number, boolean or pointer to one structure) on every path, or read it before the paths join.',
  ],
  [
    'let r = {}; if (READ_ONCE(x)) r = {}; smp_mb(r);',
    "KC0115 15:5 'r' is read where paths join that left an object in it",
    'Give it values of one type (number, boolean or pointer to one structure) on every path, or read it before the paths join.',
  ],
  [
    'let r = 0; if (READ_ONCE(x)) r = 0.5; WRITE_ONCE(y, r);',
    "KC0115 15:5 'r' is read where paths join that left a fraction and a number in it",
    'Give it values of one type (number, boolean or pointer to one structure) on every path, or read it before the paths join.',
  ],
  [
    'let r = 0; while (READ_ONCE(x)) { WRITE_ONCE(y, r); r = true; }',
    "KC0115 15:5 'r' is read where paths join that left a number and a boolean in it",
    'Give it values of one type (number, boolean or pointer to one structure) on every path, or read it before the paths join.',
  ],
  [
    "const r = READ_ONCE(x) && 'a';",
    "KC0115 16:17 '&&' would give a number and a string",
    'Give both sides one type, or use the expression as a condition only.',
  ],
  [
    'let f = () => 1; if (READ_ONCE(x)) f = () => 2; f();',
    "KC0115 15:5 'f' is read where paths join that left a function in it",
    'Give it values of one type (number, boolean or pointer to one structure) on every path, or read it before the paths join.',
  ],
  [
    'for (let i = 0; i < 20000; i++) {}',
    'KC0116 16:23 the loop was unrolled 10000 times',
    'Its condition is an ordinary value, so it runs while the spec loads; make it depend on a model value, or end it.',
  ],
  [
    'let b = true; while (b) smp_mb();',
    'KC0116 16:28 the loop was unrolled 10000 times',
    'Its condition is an ordinary value, so it runs while the spec loads; make it depend on a model value, or end it.',
  ],
  [
    'const f = (n) => f(n + 1); f(0);',
    'KC0117 16:24 calls are nested more than 200 deep',
    'Functions are inlined while the spec loads, so a recursion must end on an ordinary value; write a loop.',
  ],
  [
    'const f = (n) => READ_ONCE(x) > n ? f(n + 1) : 0; f(0);',
    'KC0117 16:24 calls are nested more than 200 deep',
    'Functions are inlined while the spec loads, so a recursion must end on an ordinary value; write a loop.',
  ],
  [
    'const o = {}; if (READ_ONCE(x)) o.a = 1;',
    'KC0118 16:39 an ordinary object is changed where only some schedules come by',
    'The change would be there in every schedule. Keep what changes in a let variable, in shared() or in ghost() state.',
  ],
  [
    'const a = []; if (READ_ONCE(x)) a.push(1);',
    'KC0118 16:39 an ordinary object is changed where only some schedules come by',
    'The change would be there in every schedule. Keep what changes in a let variable, in shared() or in ghost() state.',
  ],
  [
    'const m = new Map(); if (READ_ONCE(x)) m.set(1, 1);',
    'KC0118 16:46 an ordinary object is changed where only some schedules come by',
    'The change would be there in every schedule. Keep what changes in a let variable, in shared() or in ghost() state.',
  ],
  [
    'const a = [1]; while (READ_ONCE(x)) a.pop();',
    'KC0118 16:43 an ordinary object is changed where only some schedules come by',
    'The change would be there in every schedule. Keep what changes in a let variable, in shared() or in ghost() state.',
  ],
  [
    'const a = [1]; while (true) { a.push(1); if (READ_ONCE(x)) break; }',
    'KC0118 16:37 an ordinary object is changed where only some schedules come by',
    'The change would be there in every schedule. Keep what changes in a let variable, in shared() or in ghost() state.',
  ],
  [
    'log.push(1);',
    'KC0118 16:7 an ordinary object is changed where only some schedules come by',
    'The change would be there in every schedule. Keep what changes in a let variable, in shared() or in ghost() state.',
  ],
  [
    'const o = { n: 0 }; for (const e of [1, 2]) { if (READ_ONCE(x)) break; o.n++; }',
    'KC0118 16:78 an ordinary object is changed where only some schedules come by',
    'The change would be there in every schedule. Keep what changes in a let variable, in shared() or in ghost() state.',
  ],
  [
    'const o = { n: 0 }; const h = () => { if (READ_ONCE(x)) return 1; o.n++; return 2; }; h();',
    'KC0118 16:73 an ordinary object is changed where only some schedules come by',
    'The change would be there in every schedule. Keep what changes in a let variable, in shared() or in ghost() state.',
  ],
  [
    'const o = {}; if (READ_ONCE(x)) Object.assign(o, { a: 1 });',
    'KC0118 16:39 an ordinary object is changed where only some schedules come by',
    'The change would be there in every schedule. Keep what changes in a let variable, in shared() or in ghost() state.',
  ],
  [
    'const o = {}; if (READ_ONCE(x)) delete o.a;',
    'KC0118 16:39 an ordinary object is changed where only some schedules come by',
    'The change would be there in every schedule. Keep what changes in a let variable, in shared() or in ghost() state.',
  ],
  [
    'const f = () => 0; if (READ_ONCE(x)) f.n = 1;',
    'KC0118 16:44 an ordinary object is changed where only some schedules come by',
    'The change would be there in every schedule. Keep what changes in a let variable, in shared() or in ghost() state.',
  ],
  [
    'const a = [1, 2]; const it = a.values(); if (READ_ONCE(x)) it.next();',
    'KC0128 16:66 next() is called in a body',
    'It may change what every schedule sees. Call it while system() declares the machine, and use its result.',
  ],
  [
    'const w = new WeakMap(); const k = {}; if (READ_ONCE(x)) w.set(k, 1);',
    'KC0128 16:17 WeakMap() is called in a body',
    'It may change what every schedule sees. Call it while system() declares the machine, and use its result.',
  ],
  [
    'const a = []; if (READ_ONCE(x)) [].push.call(a, 1);',
    'KC0128 16:39 call() is called in a body',
    'It may change what every schedule sees. Call it while system() declares the machine, and use its result.',
  ],
  [
    "const o = {}; if (READ_ONCE(x)) Object.defineProperty(o, 'a', { value: 1 });",
    'KC0128 16:39 defineProperty() is called in a body',
    'It may change what every schedule sees. Call it while system() declares the machine, and use its result.',
  ],
  [
    "const r = /a/g; if (READ_ONCE(x)) r.test('a');",
    'KC0128 16:41 test() is called in a body',
    'It may change what every schedule sees. Call it while system() declares the machine, and use its result.',
  ],
  [
    'const a = []; while (a.push(1) < 2 || READ_ONCE(x)) smp_mb();',
    'KC0118 16:28 an ordinary object changes in a part of the loop that has to be staged again',
    'Keep what changes in a let variable, in shared() or in ghost() state.',
  ],
  [
    'const o = { a: 1 }; READ_ONCE(x) && (o.a = 2);',
    'KC0118 16:44 an ordinary object is changed where only some schedules come by',
    'The change would be there in every schedule. Keep what changes in a let variable, in shared() or in ghost() state.',
  ],
  [
    'const o = { a: 1 }; const r = READ_ONCE(x) ? o.a++ : 0;',
    'KC0118 16:52 an ordinary object is changed where only some schedules come by',
    'The change would be there in every schedule. Keep what changes in a let variable, in shared() or in ghost() state.',
  ],
  [
    'variable = 1;',
    "KC0119 16:7 'variable' is declared outside of the body that assigns it",
    'Contexts share shared() and ghost() state only; declare the variable inside the body.',
  ],
  [
    'variable++;',
    "KC0119 16:7 'variable' is declared outside of the body that assigns it",
    'Contexts share shared() and ghost() state only; declare the variable inside the body.',
  ],
  [
    'outside = 1;',
    "KC0119 16:7 'outside' is declared outside of the body that assigns it",
    'Contexts share shared() and ghost() state only; declare the variable inside the body.',
  ],
  [
    'variable = READ_ONCE(x);',
    "KC0119 16:7 'variable' is declared outside of the body that assigns it",
    'Contexts share shared() and ghost() state only; declare the variable inside the body.',
  ],
  [
    'shared(0);',
    'KC0120 16:7 shared() is called in the body of a context',
    'Declare it in system(), outside every body: the machine is fixed before its first step.',
  ],
  [
    'ghost(0);',
    'KC0120 16:7 ghost() is called in the body of a context',
    'Declare it in system(), outside every body: the machine is fixed before its first step.',
  ],
  [
    "task('u', () => {});",
    'KC0120 16:7 task() is called in the body of a context',
    'Declare it in system(), outside every body: the machine is fixed before its first step.',
  ],
  [
    'cpus(1);',
    'KC0120 16:7 cpus() is called in the body of a context',
    'Declare it in system(), outside every body: the machine is fixed before its first step.',
  ],
  [
    "invariant('i', () => true);",
    'KC0120 16:7 invariant() is called in the body of a context',
    'Declare it in system(), outside every body: the machine is fixed before its first step.',
  ],
  [
    'spec({});',
    'KC0120 16:7 spec() is called inside system()',
    'A file defines one spec, as its default export.',
  ],
  [
    'x + 1;',
    'KC0113 16:7 a location is used as if it were its value',
    'Read it: READ_ONCE(x) for shared memory, x.value for a plain access or a ghost.',
  ],
  [
    'if (x) smp_mb();',
    'KC0113 16:11 a location is used as if it were its value',
    'Read it: READ_ONCE(x) for shared memory, x.value for a plain access or a ghost.',
  ],
  [
    'while (!x) smp_mb();',
    'KC0113 16:14 a location is used as if it were its value',
    'Read it: READ_ONCE(x) for shared memory, x.value for a plain access or a ghost.',
  ],
  [
    'x === 0;',
    'KC0113 16:7 a location is used as if it were its value',
    'Read it: READ_ONCE(x) for shared memory, x.value for a plain access or a ghost.',
  ],
  [
    '`${x}`;',
    'KC0113 16:7 a location is used as if it were its value',
    'Read it: READ_ONCE(x) for shared memory, x.value for a plain access or a ghost.',
  ],
  [
    'x.valu;',
    "KC0127 16:7 a location has no 'valu'",
    'A location has .value; a number or boolean has no properties here.',
  ],
  [
    'x.value.value;',
    "KC0127 16:7 a number has no 'value'",
    'A location has .value; a number or boolean has no properties here.',
  ],
  [
    'x.value = true;',
    'KC0114 16:7 an assignment: a location that holds numbers is given a boolean',
    'Values are not converted: write x !== 0 for a boolean, b ? 1 : 0 for a number.',
  ],
  [
    'WRITE_ONCE(x, true);',
    'KC0114 16:7 WRITE_ONCE(): a location that holds numbers is given a boolean',
    'Values are not converted: write x !== 0 for a boolean, b ? 1 : 0 for a number.',
  ],
  [
    'WRITE_ONCE(on, 1);',
    'KC0114 16:7 WRITE_ONCE(): a location that holds booleans is given a number',
    'Values are not converted: write x !== 0 for a boolean, b ? 1 : 0 for a number.',
  ],
  [
    "WRITE_ONCE(x, 'a');",
    'KC0113 16:7 a string is used as a value of the machine',
    'The machine computes with integers, booleans and pointers to shared structures.',
  ],
  [
    'WRITE_ONCE(x, undefined);',
    'KC0113 16:7 no value is used as a value of the machine',
    'The machine computes with integers, booleans and pointers to shared structures.',
  ],
  [
    'WRITE_ONCE(g, 1);',
    'KC0121 16:7 WRITE_ONCE() is given a ghost',
    'Ghost state is outside the memory model: read and assign its .value.',
  ],
  [
    'READ_ONCE(g);',
    'KC0121 16:7 READ_ONCE() is given a ghost',
    'Ghost state is outside the memory model: read and assign its .value.',
  ],
  [
    'READ_ONCE(1);',
    'KC0121 16:7 READ_ONCE is given a number',
    'It takes a location: a scalar that shared() or ghost() made, or a field of one of their structures.',
  ],
  [
    'READ_ONCE(node);',
    'KC0121 16:7 READ_ONCE is given a structure',
    'It takes a location: a scalar that shared() or ghost() made, or a field of one of their structures.',
  ],
  [
    'READ_ONCE(undefined);',
    'KC0121 16:7 READ_ONCE is given no value',
    'It takes a location: a scalar that shared() or ghost() made, or a field of one of their structures.',
  ],
  ['node.date;', "KC0127 16:7 a structure has no 'date'", "Did you mean 'data'?"],
  [
    'node.data = 1;',
    "KC0127 16:7 'data' of a shared structure is assigned",
    'Assign the .value of a field, or WRITE_ONCE() it.',
  ],
  [
    'node = 1;',
    "KC0110 16:7 assigning a constant ('node') is not supported in a spec",
    'Only let variables and parameters can be.',
  ],
  ['READ_ONCE(node.dat);', "KC0127 16:17 a structure has no 'dat'", "Did you mean 'data'?"],
  ['READ_ONCE(head).dat;', "KC0127 16:7 a structure has no 'dat'", "Did you mean 'data'?"],
  [
    'WRITE_ONCE(head, other);',
    'KC0114 16:7 WRITE_ONCE(): a location that holds pointers is given a structure',
    'The pointers of a location all point to structures of one shape.',
  ],
  [
    'WRITE_ONCE(head, 1);',
    'KC0114 16:7 WRITE_ONCE(): a location that holds pointers is given a number',
    'Values are not converted: write x !== 0 for a boolean, b ? 1 : 0 for a number.',
  ],
  [
    'READ_ONCE(head).data = 1;',
    "KC0127 16:7 'data' of a shared structure is assigned",
    'Assign the .value of a field, or WRITE_ONCE() it.',
  ],
  [
    'READ_ONCE(head)(1);',
    'KC0129 16:7 what is called is not a function',
    'Check its spelling and what is imported.',
  ],
  [
    'READ_ONCE(x)();',
    'KC0129 16:7 what is called is not a function',
    'Check its spelling and what is imported.',
  ],
  [
    'null.a;',
    "KC0129 16:7 Cannot read properties of null (reading 'a')",
    'The spec threw this while it was staged.',
  ],
  [
    'undefined();',
    'KC0129 16:7 what is called is not a function',
    'Check its spelling and what is imported.',
  ],
  [
    'x.foo();',
    "KC0127 16:7 a location has no 'foo'",
    'A location has .value; a number or boolean has no properties here.',
  ],
  [
    'nowhere(1);',
    "KC0111 16:7 the global 'nowhere' is not supported in a spec",
    'Import what you use; a spec gives the same machine wherever it is loaded.',
  ],
  [
    'choose(READ_ONCE(x));',
    'KC0121 16:7 choose() is given a number',
    'It takes how many values there are, which is known while the spec loads: at least 1.',
  ],
  [
    'choose(0);',
    'KC0121 16:7 choose() is given 0',
    'It takes how many values there are, which is known while the spec loads: at least 1.',
  ],
  [
    'choose(1.5);',
    'KC0121 16:7 choose() is given 1.5',
    'It takes how many values there are, which is known while the spec loads: at least 1.',
  ],
  [
    'assert(x);',
    'KC0121 16:7 the condition of assert() is a location',
    'It is a number or boolean; read a location with READ_ONCE() or .value.',
  ],
  [
    'assert(undefined);',
    'KC0121 16:7 the condition of assert() has no value',
    'Return one on every path.',
  ],
  [
    'assert(true, READ_ONCE(x));',
    'KC0121 16:7 assert() is given a number as its message',
    'A message is a string.',
  ],
  [
    'spin_lock(x);',
    'KC0121 16:7 spin_lock() is given a location that is no lock',
    'Declare it with spinlock() or mutex().',
  ],
  [
    'progress();',
    'KC0120 16:7 progress() in a task',
    'A task must come to its end; only a service marks its progress.',
  ],
  [
    'atomic(() => { while (READ_ONCE(x)) smp_mb(); });',
    'KC0123 16:29 a loop on a model value inside atomic()',
    'An atomic section is one step and must end; loop over an ordinary list, or outside of it.',
  ],
  ['atomic(1);', 'KC0121 16:7 atomic() is given a number', 'Write atomic(() => …).'],
  [
    'wait_until(() => READ_ONCE(x) > 0);',
    'KC0122 16:24 READ_ONCE in an expression that must be free of steps',
    'A guard, a CPU binding or a wait condition reads ghosts and local variables only.',
  ],
  [
    'wait_until(() => x.value > 0);',
    'KC0122 16:24 a load in an expression that must be free of steps',
    'A guard, a CPU binding or a wait condition reads ghosts and local variables only.',
  ],
  [
    'wait_until(() => { while (g.value > 0) {} return true; });',
    'KC0122 16:33 a loop on a model value in an expression that must be free of steps',
    'A guard, a CPU binding or a wait condition is one expression; unroll the loop over an ordinary list.',
  ],
  [
    'let v = 0; wait_until(() => { v = 1; return g.value > 0; });',
    "KC0122 16:18 the condition of wait_until() assigns 'v'",
    'A condition only reads: it is evaluated whenever the explorer wants to know whether it holds.',
  ],
  [
    'wait_until(() => {});',
    'KC0121 16:7 the condition of wait_until() has no value',
    'Return one on every path.',
  ],
  [
    'wait_until(() => { g.value = 1; return true; });',
    'KC0122 16:26 an assignment to a ghost in an expression that must be free of steps',
    'A guard, a CPU binding or a wait condition reads ghosts and local variables only.',
  ],
  [
    'smp_cond_load_acquire(x, (v) => g.value > 0);',
    'KC0122 16:39 a ghost is read in a condition on the value of a location',
    'The condition of smp_cond_load_*() is over the value read and local variables; read the ghost before.',
  ],
  [
    'smp_cond_load_acquire(x, (v) => READ_ONCE(y) > 0);',
    'KC0122 16:39 READ_ONCE in an expression that must be free of steps',
    'A guard, a CPU binding or a wait condition reads ghosts and local variables only.',
  ],
  [
    'wait_until(() => choose(2) > 0);',
    'KC0122 16:24 choose() in an expression that must be free of steps',
    'A guard, a CPU binding or a wait condition reads ghosts and local variables only.',
  ],
  ['[][READ_ONCE(x)];', 'KC0125 16:7 an empty array is indexed', 'It has no element to access.'],
  [
    '[1, true][READ_ONCE(x)];',
    'KC0125 16:7 a model value chooses among values of different types',
    'The elements must all be integers, or all be booleans.',
  ],
  [
    '[x, g][READ_ONCE(y)].value;',
    'KC0125 16:7 a model value chooses among locations of different types',
    'The elements must have one type, all shared() or all ghost().',
  ],
  [
    '[x, on][READ_ONCE(y)].value;',
    'KC0125 16:7 a model value chooses among locations of different types',
    'The elements must have one type, all shared() or all ghost().',
  ],
  [
    '[() => 1][READ_ONCE(x)]();',
    'KC0112 16:7 a model value reaches code that is not staged',
    'Code outside specs and models cannot compute with values that are known only while the state space is explored; write the computation out in the spec.',
  ],
  [
    '[{ a: 1 }, { b: 1 }][READ_ONCE(x)].a;',
    "KC0127 16:7 an object has no 'a'",
    'Every object that may be meant here must have it.',
  ],
  [
    'const a = [1, 2]; a[READ_ONCE(x)] = 1;',
    'KC0118 16:25 an element of an ordinary array is assigned by a model value',
    'Make the elements shared() or ghost() and assign their .value.',
  ],
  [
    'table[READ_ONCE(on)];',
    'KC0125 16:7 an array is indexed by a boolean',
    'An index is a number; a field name is known while the spec loads.',
  ],
  [
    'const v = choose(2); wait_until(() => { if (v) return true; });',
    'KC0115 15:5 the value is a boolean on one path and no value on another',
    'Paths that a model value chooses between must give values of one type: number, boolean or pointer to one structure.',
  ],
  [
    'READ_ONCE(x)`a`;',
    'KC0110 16:7 a tagged template is not supported in a spec',
    'Call the function.',
  ],
  [
    '0n;',
    'KC0110 16:7 a BigInt is not supported in a spec',
    'Values of a machine are 32-bit integers.',
  ],
  [
    'BigInt(READ_ONCE(x));',
    "KC0111 16:7 the global 'BigInt' is not supported in a spec",
    'Import what you use; a spec gives the same machine wherever it is loaded.',
  ],
  [
    'const a = READ_ONCE; a(x) ** 2;',
    "KC0113 16:28 operator '**' on a model value",
    'Model values know + - * / % & | ^ << >> >>> < <= > >= === !== ! ~ && || and ?: .',
  ],
  ['x.value ??= 1;', 'KC0110 16:7 the operator ??= is not supported in a spec', 'Write an if.'],
  [
    'let q = 0; q ||= READ_ONCE(x);',
    'KC0110 16:18 the operator ||= is not supported in a spec',
    'Write an if.',
  ],
  [
    '[variable] = [1];',
    'KC0110 16:7 assignment to a pattern is not supported in a spec',
    'Assign the variables one by one.',
  ],
  [
    'const { value } = x;',
    'KC0113 16:25 a location is used as if it were its value',
    'Read it: READ_ONCE(x) for shared memory, x.value for a plain access or a ghost.',
  ],
];

/** In system(). */
const IN_SYSTEM: readonly Row[] = [
  [
    "const p = shared(pointer(null)); task('t', () => { READ_ONCE(p).data; });",
    'KC0126 14:56 a field is accessed through a pointer that never points to a structure',
    'Say what it points to where it is declared: pointer(null, like), with any structure of that shape.',
  ],
  [
    'READ_ONCE(x);',
    'KC0120 14:5 READ_ONCE() is used where no body is staged',
    'Use it inside task(), service(), observer(), a property, or a function that those call.',
  ],
  [
    'WRITE_ONCE(x, 1);',
    'KC0120 14:5 WRITE_ONCE() is used where no body is staged',
    'Use it inside task(), service(), observer(), a property, or a function that those call.',
  ],
  [
    'smp_mb();',
    'KC0120 14:5 smp_mb() is used where no body is staged',
    'Use it inside task(), service(), observer(), a property, or a function that those call.',
  ],
  [
    'assert(true);',
    'KC0120 14:5 assert() is used where no body is staged',
    'Use it inside task(), service(), observer(), a property, or a function that those call.',
  ],
  [
    'choose(2);',
    'KC0120 14:5 choose() is used where no body is staged',
    'Use it inside task(), service(), observer(), a property, or a function that those call.',
  ],
  [
    'x.value;',
    "KC0120 14:5 '.value' is used where no body is staged",
    'Use it inside task(), service(), observer(), a property, or a function that those call.',
  ],
  [
    'g.value = 1;',
    "KC0120 14:5 '.value =' is used where no body is staged",
    'Use it inside task(), service(), observer(), a property, or a function that those call.',
  ],
  [
    'const z = shared(null);',
    'KC0121 14:15 shared() is given null',
    'Write pointer(null, like) for a pointer.',
  ],
  [
    "const z = shared('a');",
    'KC0121 14:15 shared() is given a string',
    'It takes integers, booleans, objects, arrays, and u8(), pointer(), spinlock() and the like.',
  ],
  [
    'const z = shared(0.5);',
    'KC0121 14:15 0.5 is no 32-bit integer',
    'A location holds 32-bit integers.',
  ],
  [
    'const z = shared([]);',
    'KC0121 14:15 shared() is given an empty array',
    'An array has at least one element.',
  ],
  [
    'const z = shared({});',
    'KC0121 14:15 shared() is given an object without fields',
    'Name at least one.',
  ],
  [
    'const z = shared([0, true]);',
    'KC0121 14:15 the elements of an array have different shapes: int and bool',
    'Make them alike, or use an object.',
  ],
  [
    'const z = shared(node);',
    'KC0121 14:15 shared() is given a structure',
    'A structure is not copied; write pointer(it) for a pointer to it.',
  ],
  [
    'const z = shared(() => 1);',
    'KC0121 14:15 shared() is given a function',
    'It takes integers, booleans, objects, arrays, and u8(), pointer(), spinlock() and the like.',
  ],
  [
    'const z = shared(pointer({}));',
    'KC0121 14:22 pointer() is given an object',
    'It takes a structure that shared() made, or null.',
  ],
  [
    'const z = ghost(spinlock());',
    'KC0121 14:15 ghost() is given a lock',
    'A lock is a location of shared memory.',
  ],
  ["task('t', 1);", 'KC0121 14:5 task() is given no body', 'Write task(name, () => { … }).'],
  ['task(1, () => {});', 'KC0121 14:5 task() is given a number as its name', 'A name is a string.'],
  ["task('t', {}, 1);", 'KC0121 14:5 task() is given no body', 'Write task(name, () => { … }).'],
  [
    "task('t', { cpu: 7 }, () => {});",
    'KC0121 14:5 there is no CPU 7',
    'Use the numbers that cpu() and cpus() return.',
  ],
  [
    "task('t', { when: 1 }, () => {});",
    "KC0121 14:5 'when' of task() is a number",
    'Write when: () => condition.',
  ],
  [
    "task('t', { when: () => READ_ONCE(x) > 0 }, () => {});",
    'KC0122 14:29 READ_ONCE in an expression that must be free of steps',
    'A guard, a CPU binding or a wait condition reads ghosts and local variables only.',
  ],
  [
    "task('t', { when: () => { x.value = 1; return true; } }, () => {});",
    'KC0122 14:31 a store in an expression that must be free of steps',
    'A guard, a CPU binding or a wait condition reads ghosts and local variables only.',
  ],
  [
    "task('t', { cpu: () => true }, () => {});",
    "KC0121 14:5 'cpu' gives a boolean",
    'It gives the number of a CPU.',
  ],
  [
    "task('t', { when: () => {} }, () => {});",
    "KC0122 14:5 'when' gives no value",
    'Return a number or boolean on every path; read a location through .value or READ_ONCE().',
  ],
  [
    "task('t', () => {}); task('t', () => {});",
    'KC0130 14:26 two contexts are named t',
    'Name one of them differently.',
  ],
  ['', 'KC0107 system() declares no task', 'Declare at least one, with task(name, () => { … }).'],
  [
    "invariant('i', () => { x.value = 1; return true; });task('t', () => {});",
    'KC0124 14:28 an assignment in a property',
    'A property looks at a state and leaves it as it is.',
  ],
  [
    "invariant('i', () => { smp_mb(); return true; });task('t', () => {});",
    'KC0124 14:28 smp_mb() in a property',
    'A property looks at a state and leaves it as it is.',
  ],
  [
    "invariant('i', () => {});task('t', () => {});",
    "KC0124 14:5 'i' gives no value",
    'Return a number or boolean on every path; read a location through .value or READ_ONCE().',
  ],
  [
    "invariant('i', () => x);task('t', () => {});",
    "KC0124 14:5 'i' gives a location",
    'Return a number or boolean on every path; read a location through .value or READ_ONCE().',
  ],
  [
    "invariant('i', () => choose(2) > 0);task('t', () => {});",
    'KC0124 14:26 choose() in a property',
    'A property looks at a state and leaves it as it is.',
  ],
  [
    "invariant('i', () => { g.value = 1; return true; });task('t', () => {});",
    'KC0124 14:28 an assignment to a ghost in a property',
    'A property looks at a state and leaves it as it is.',
  ],
  [
    "invariant('i', () => { spin_lock(spinlock()); return true; });task('t', () => {});",
    'KC0124 14:28 spin_lock() in a property',
    'A property looks at a state and leaves it as it is.',
  ],
  [
    "const box = []; task('a', () => { box.push(READ_ONCE(x)); });",
    'KC0118 14:39 an ordinary object is changed where only some schedules come by',
    'The change would be there in every schedule. Keep what changes in a let variable, in shared() or in ghost() state.',
  ],
  [
    "outside = 1; task('t', () => {});",
    "KC0119 14:5 'outside' belongs to the file, and system() assigns it",
    'system() runs once for every version and memory model, and each must find the same: declare it inside system().',
  ],
  [
    "log.push(1); task('t', () => {});",
    'KC0118 14:5 an object of the file is changed by system()',
    'system() runs once for every version and memory model, and each must find the same: make the object inside system().',
  ],
  [
    "const q = nothere; task('t', () => {});",
    "KC0111 14:15 the global 'nothere' is not supported in a spec",
    'Import what you use; a spec gives the same machine wherever it is loaded.',
  ],
  [
    "const f = async () => {}; task('t', f);",
    'KC0110 14:15 an async function is not supported in a spec',
    'A body is staged in one go; leave out async.',
  ],
  [
    "null.x; task('t', () => {});",
    "KC0129 14:5 Cannot read properties of null (reading 'x')",
    'The spec threw this while it was staged.',
  ],
  [
    'const f = (n) => f(n); f(1);',
    'KC0117 14:22 calls are nested more than 200 deep',
    'Functions are inlined while the spec loads, so a recursion must end on an ordinary value; write a loop.',
  ],
];

/** Anywhere in a file. */
const IN_FILES: readonly Row[] = [
  [
    'class A {}',
    'KC0110 3:1 a class is not supported in a spec',
    'Write a function that returns an object of functions.',
  ],
  ['var q = 1;', 'KC0110 3:1 var is not supported in a spec', 'Write let or const.'],
  [
    'async function f() {}',
    'KC0110 3:1 an async function is not supported in a spec',
    'A body is staged in one go; leave out async.',
  ],
  [
    'function* f() {}',
    'KC0110 3:1 a generator is not supported in a spec',
    'Return an array instead.',
  ],
  [
    'try {} catch {}',
    'KC0110 3:1 try is not supported in a spec',
    'Nothing throws in a staged body; check conditions with if and assert().',
  ],
  [
    'throw 1;',
    'KC0110 3:1 throw is not supported in a spec',
    "Write assert(false, 'why') for a failure of the mechanism.",
  ],
  [
    'function f() { return arguments; }',
    'KC0110 3:23 arguments is not supported in a spec',
    'Name the parameters, or write ...rest.',
  ],
  ["eval('1');", "KC0111 3:1 the global 'eval' is not supported in a spec", 'Write the code out.'],
  [
    "new Function('1');",
    "KC0111 3:5 the global 'Function' is not supported in a spec",
    'Write the code out.',
  ],
  [
    'enum E { A }',
    'KC0110 3:1 an enum is not supported in a spec',
    'Write constants: const IDLE = 0, or names() for a typed location.',
  ],
  [
    'namespace N { export const a = 1; }',
    'KC0110 3:1 a namespace is not supported in a spec',
    'Write an object, or a module of its own.',
  ],
  [
    'const o = { get a() { return 1; } };',
    'KC0110 3:13 a getter is not supported in a spec',
    'Write a method, and call it.',
  ],
  [
    'const q = process.env;',
    "KC0111 3:11 the global 'process' is not supported in a spec",
    'Import what you use; a spec gives the same machine wherever it is loaded.',
  ],
  [
    'setTimeout(() => {}, 1);',
    "KC0111 3:1 the global 'setTimeout' is not supported in a spec",
    'A body is staged in one go; time is what the explorer makes of it.',
  ],
  [
    "fetch('a');",
    "KC0111 3:1 the global 'fetch' is not supported in a spec",
    'Import what you use; a spec gives the same machine wherever it is loaded.',
  ],
  [
    'const d = new Date();',
    "KC0111 3:15 the global 'Date' is not supported in a spec",
    'Import what you use; a spec gives the same machine wherever it is loaded.',
  ],
  [
    'const d = Date.now();',
    "KC0111 3:11 the global 'Date' is not supported in a spec",
    'Import what you use; a spec gives the same machine wherever it is loaded.',
  ],
  [
    'globalThis.x = 1;',
    "KC0111 3:1 the global 'globalThis' is not supported in a spec",
    'Import what you use; a spec gives the same machine wherever it is loaded.',
  ],
  [
    'const p = new Proxy({}, {});',
    "KC0111 3:15 the global 'Proxy' is not supported in a spec",
    'Import what you use; a spec gives the same machine wherever it is loaded.',
  ],
  [
    "Reflect.has({}, 'a');",
    "KC0111 3:1 the global 'Reflect' is not supported in a spec",
    'Import what you use; a spec gives the same machine wherever it is loaded.',
  ],
  [
    'Promise.resolve();',
    "KC0111 3:1 the global 'Promise' is not supported in a spec",
    'Import what you use; a spec gives the same machine wherever it is loaded.',
  ],
  [
    'const q = import.meta.url;',
    'KC0110 3:11 import.meta is not supported in a spec',
    'A spec knows nothing of the file it stands in.',
  ],
  [
    "const q = import('a');",
    'KC0110 3:11 import() is not supported in a spec',
    'Import at the top of the file.',
  ],
  [
    'for (const k in {}) {}',
    'KC0110 3:1 for … in is not supported in a spec',
    'Write for (const key of Object.keys(object)).',
  ],
  [
    'debugger;',
    'KC0110 3:1 debugger is not supported in a spec',
    'Leave it out: the body runs while the spec loads, not while it is explored.',
  ],
  [
    'const q = 1n;',
    'KC0110 3:11 a BigInt is not supported in a spec',
    'Values of a machine are 32-bit integers.',
  ],
  [
    '@dec class B {}',
    "KC0102 3:1 Support for the experimental syntax 'decorators' isn't currently enabled (3:1):",
    'Correct the syntax; a spec is an ordinary TypeScript module.',
  ],
  [
    'const q = `a` `b`;',
    'KC0110 3:11 a tagged template is not supported in a spec',
    'Call the function.',
  ],
  [
    'let export1 = 1; export1 = 2; export { export1 };',
    'KC0110 3:40 exporting a variable that is assigned is not supported in a spec',
    'Export a constant, or a function that gives the value.',
  ],
  [
    "import fs from 'node:fs';",
    "KC0103 3:8 'node:fs' is imported",
    "A spec imports 'kcheck', 'kcheck/models/…' and files beside it: './file.ts'.",
  ],
  [
    "import { x } from 'lodash';",
    "KC0103 3:10 'lodash' is imported",
    "A spec imports 'kcheck', 'kcheck/models/…' and files beside it: './file.ts'.",
  ],
  [
    "import { sheared } from 'kcheck';",
    "KC0106 3:10 'kcheck' exports no 'sheared'",
    "Did you mean 'shared'?",
  ],
  ["import z from './nothere.ts';", 'KC0101 3:8 no such file: ./nothere.ts', 'Check the path.'],
  [
    "import z from './a.json';",
    "KC0103 3:8 './a.json' is imported",
    'A spec imports TypeScript files, by their names.',
  ],
  [
    "import { z } from 'kcheck/models/nothere';",
    'KC0101 3:10 no such file: kcheck/models/nothere',
    'Check the path.',
  ],
  [
    'const q = ;',
    'KC0102 3:11 Unexpected token',
    'Correct the syntax; a spec is an ordinary TypeScript module.',
  ],
  [
    'function f( {',
    "KC0102 4:1 Unexpected keyword 'const'.",
    'Correct the syntax; a spec is an ordinary TypeScript module.',
  ],
  [
    'switch (1) { case 1: const q = 1; }',
    'KC0110 3:22 a declaration directly in a case is not supported in a spec',
    'Put the case in braces: case 1: { … }.',
  ],
  [
    'Array.prototype.foo = 1;',
    'KC0118 3:1 a function, or an object of JavaScript itself, is changed',
    'Every spec lives with it: put the property on an object of your own.',
  ],
  [
    'Math.max = () => 0;',
    'KC0118 3:1 a function, or an object of JavaScript itself, is changed',
    'Every spec lives with it: put the property on an object of your own.',
  ],
  [
    'Object.prototype.foo = 1;',
    'KC0118 3:1 a function, or an object of JavaScript itself, is changed',
    'Every spec lives with it: put the property on an object of your own.',
  ],
  [
    'const q = new WeakRef({});',
    "KC0111 3:15 the global 'WeakRef' is not supported in a spec",
    'Import what you use; a spec gives the same machine wherever it is loaded.',
  ],
  ['using q = null;', 'KC0110 3:1 using is not supported in a spec', 'Write const.'],
  [
    'function f() {} f = 1;',
    "KC0110 3:17 assigning a function ('f') is not supported in a spec",
    'Only let variables and parameters can be.',
  ],
  [
    "import { shared as sh } from 'kcheck'; sh = 1;",
    "KC0110 3:40 assigning an import ('sh') is not supported in a spec",
    'Only let variables and parameters can be.',
  ],
  [
    'const c = 1; c = 2;',
    "KC0110 3:14 assigning a constant ('c') is not supported in a spec",
    'Only let variables and parameters can be.',
  ],
  [
    "const q = require('fs');",
    "KC0111 3:11 the global 'require' is not supported in a spec",
    'Import what you use; a spec gives the same machine wherever it is loaded.',
  ],
  ['var undefined;', 'KC0110 3:1 var is not supported in a spec', 'Write let or const.'],
  [
    'const q = new.target;',
    'KC0102 3:11 `new.target` can only be used in functions or class properties.',
    'Correct the syntax; a spec is an ordinary TypeScript module.',
  ],
  [
    'if (1) function f() {}',
    'KC0102 3:8 In strict mode code, functions can only be declared at top level or inside a block.',
    'Correct the syntax; a spec is an ordinary TypeScript module.',
  ],
  [
    'for (let i = 0; ; i++);',
    'KC0116 3:1 the loop was unrolled 1000000 times',
    'Its condition is an ordinary value, so it runs while the spec loads; make it depend on a model value, or end it.',
  ],
  [
    "const q = (0, eval)('1');",
    "KC0111 3:15 the global 'eval' is not supported in a spec",
    'Write the code out.',
  ],
];

function refuses(rows: readonly Row[], around: (source: string) => string): void {
  test.each(rows)('%s', (source, error, advice) => {
    const lines = refusal(around(source)).split('\n');
    expect([lines[0], lines.at(-1)]).toEqual([error, advice]);
  });
}

refuses(IN_BODIES, bodySpec);
refuses(IN_SYSTEM, systemSpec);
refuses(IN_FILES, (source) => systemSpec("task('t', () => {});", source));

test('an error shows its line with a caret', () => {
  expect(refusal(bodySpec('WRITE_ONCE(y, READ_ONCE(x) ** 2);'))).toMatchInlineSnapshot(`
    "KC0113 16:21 operator '**' on a model value
      WRITE_ONCE(y, READ_ONCE(x) ** 2);
                    ^
    Model values know + - * / % & | ^ << >> >>> < <= > >= === !== ! ~ && || and ?: ."
  `);
});
