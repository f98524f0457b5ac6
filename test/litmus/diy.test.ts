/** The generator against diy's own files, and herd7's verdicts by name. */
import { describe, expect, test } from 'vitest';
import { scReference } from '../../src/checker/reference/sc.ts';
import { tsoReference } from '../../src/checker/reference/tso.ts';
import { generateLitmus } from '../../src/litmus/diy/index.ts';
import { VERDICTS, collection, haveCollections } from './collections.ts';
import { outcomeUnder, programOf } from './explore.ts';

test('a PowerPC test with dependencies', () => {
  expect(generateLitmus('WRC+data+ctrlisync', 'PPC')).toMatchInlineSnapshot(`
    "PPC WRC+data+ctrlisync
    {
    0:r2=x;
    1:r2=x; 1:r4=y;
    2:r2=y; 2:r4=x;
    }
     P0           | P1           | P2           ;
     li r1,1      | lwz r1,0(r2) | lwz r1,0(r2) ;
     stw r1,0(r2) | xor r3,r1,r1 | cmpw r1,r1   ;
                  | addi r3,r3,1 | beq  LC00    ;
                  | stw r3,0(r4) | LC00:        ;
                  |              | isync        ;
                  |              | lwz r3,0(r4) ;
    locations [x; y;]
    exists (1:r1=1 /\\ 2:r1=1 /\\ 2:r3=0)
    "
  `);
});

test('an x86 test with a locked exchange', () => {
  expect(generateLitmus('SB+mfence+locked', 'X86')).toMatchInlineSnapshot(`
    "X86 SB+mfence+locked
    {
    }
     P0          | P1           ;
     MOV [x],$1  | MOV EAX,$1   ;
     MFENCE      | XCHG [y],EAX ;
     MOV EAX,[y] | MOV EBX,[x]  ;
    locations [x; y;]
    exists ([y]=1 /\\ 0:EAX=0 /\\ 1:EBX=0)
    "
  `);
});

test('one edge in the plural is the same edge everywhere', () => {
  const plural = generateLitmus('3.SB+mfences', 'X86');
  const spelt = generateLitmus('3.SB+mfence+mfence+mfence', 'X86');
  expect(plural.replace('3.SB+mfences', '')).toBe(spelt.replace('3.SB+mfence+mfence+mfence', ''));
});

test.each([
  ['XY+po+po', 'no shape has this name'],
  ['MP+lwsync', 'it has 2 threads that an edge orders'],
  ['MP+lwsync+foo', "'foo' is not an edge"],
])('%s is refused', (name, why) => {
  expect(() => generateLitmus(name, 'PPC')).toThrow(why);
});

test('an edge of the other architecture is refused', () => {
  expect(() => generateLitmus('MP+mfence+addr', 'PPC')).toThrow('an edge of x86');
  expect(() => generateLitmus('MP+mfence+addr', 'X86')).toThrow('an edge of PowerPC');
});

test.each([
  ['tso', tsoReference],
  ['power', 'power'],
] as const)('every name has its verdict under %s', (name, model) => {
  const { architecture, never, sometimes } = VERDICTS[name];
  const found = (expected: string) => (test: string) =>
    outcomeUnder(programOf(generateLitmus(test, architecture)), model).observation !== expected;
  expect(never.filter(found('Never'))).toEqual([]);
  expect(sometimes.filter(found('Sometimes'))).toEqual([]);
});

test('no cycle is there under SC', () => {
  const { never, sometimes } = VERDICTS.tso;
  const seen = [...never, ...sometimes].filter((name) => {
    const program = programOf(generateLitmus(name, 'X86'));
    return outcomeUnder(program, scReference).observation !== 'Never';
  });
  // diy asks CoRW2 for a final value that coherence does not forbid.
  expect(seen).toEqual(['CoRW2']);
});

describe.skipIf(!haveCollections)('with the collections beside the repository', () => {
  test.each([
    ['x86-tso', 'X86'],
    ['power', 'PPC'],
  ] as const)('the texts of %s, from their names', (name, architecture) => {
    const differing = collection(name).filter(
      (line) => essence(generateLitmus(line.name, architecture)) !== essence(line.text),
    );
    expect(differing.map((line) => line.name)).toEqual([]);
  });
});

/** The text from the initial state on, white space aside. */
function essence(text: string): string {
  return text.slice(text.indexOf('{\n')).replaceAll(/\s+/g, ' ').trim();
}
