/** Litmus tests become machines; what is no litmus test is refused with its place. */
import { describe, expect, test } from 'vitest';
import { scReference } from '../../src/checker/reference/sc.ts';
import { KcheckError } from '../../src/errors.ts';
import type { Node } from '../../src/machine/machine.ts';
import { parseLitmus, toMachine } from '../../src/litmus/index.ts';
import { collection, haveCollections } from './collections.ts';
import { outcomeUnder, programOf } from './explore.ts';

function nodesOf(text: string, context = 0): readonly Node[] {
  return programOf(text).machine.contexts[context]?.nodes ?? [];
}

function ofKind<K extends Node['kind']>(
  nodes: readonly Node[],
  kind: K,
): Extract<Node, { kind: K }>[] {
  return nodes.filter((node): node is Extract<Node, { kind: K }> => node.kind === kind);
}

function failure(text: string): string {
  try {
    programOf(text, 'bad.litmus');
  } catch (error) {
    if (!(error instanceof KcheckError)) throw error;
    const { code, message, place } = error;
    const caret = place === null ? '' : `${' '.repeat(place.column - 1)}^`;
    return [`${code} ${place?.file}:${place?.line}: ${message}`, place?.source, caret].join('\n');
  }
  return 'accepted';
}

function ppc(...lines: readonly string[]): string {
  return `PPC t\n{ 0:r2=x; 0:r9=y; }\n P0 ;\n${lines.map((line) => ` ${line} ;\n`).join('')}exists (0:r1=0)\n`;
}

function c(body: string, init = ''): string {
  return `C t\n{ ${init} }\nP0(int *x, int *y)\n{\n${body}\n}\nexists (0:r0=0)\n`;
}

describe('PowerPC', () => {
  test('an address dependency stays an expression over the register, with one candidate', () => {
    const loads = ofKind(nodesOf(ppc('lwz r1,0(r2)', 'xor r3,r1,r1', 'lwzx r4,r3,r9')), 'load');
    expect(loads.map((load) => load.address.candidates)).toEqual([[0], [1]]);
    expect(loads[1]?.address.expr).toMatchObject({ op: 'binary', operator: '-' });
  });

  test('xor of a register with itself is not folded', () => {
    const assigns = ofKind(nodesOf(ppc('lwz r1,0(r2)', 'xor r3,r1,r1')), 'assign');
    const value = assigns.at(-1)?.moves[0]?.[1];
    expect(value).toMatchObject({ operator: '^', left: { op: 'reg' }, right: { op: 'reg' } });
  });

  test('a branch depends on what was compared, for ever', () => {
    const nodes = nodesOf(ppc('lwz r1,0(r2)', 'cmpw r1,r1', 'beq L', 'L:', 'stw r1,0(r2)'));
    const [branch] = ofKind(nodes, 'branch');
    expect(branch?.join).toBeNull();
    expect(branch?.then).toBe(branch?.otherwise);
  });

  test('lwarx and stwcx. in a loop are one update that stores', () => {
    const nodes = nodesOf(ppc('L:', 'lwarx r1,r0,r2', 'addi r3,r1,1', 'stwcx. r3,r0,r2', 'bne L'));
    expect(ofKind(nodes, 'rmw')).toMatchObject([
      { order: 'relaxed', condition: null, value: { operator: '+' } },
    ]);
  });

  test('a stwcx. that is not repeated may fail', () => {
    const nodes = nodesOf(ppc('lwarx r1,r0,r2', 'stwcx. r3,r0,r2', 'bne F', 'F:'));
    expect(ofKind(nodes, 'choose')).toHaveLength(1);
    expect(ofKind(nodes, 'rmw')[0]?.condition).not.toBeNull();
  });

  test('what the condition names is live at the end', () => {
    const { machine, observed } = programOf(ppc('lwz r1,0(r2)'));
    expect(observed).toMatchObject([{ kind: 'register', thread: 0, name: 'r1' }]);
    expect(machine.contexts[0]?.liveAtEnd).toEqual([
      observed[0]?.kind === 'register' ? observed[0].register : -1,
    ]);
  });
});

describe('x86', () => {
  const x86 = (line: string): readonly Node[] =>
    nodesOf(`X86 t\n{ }\n P0 ;\n ${line} ;\nexists ([x]=0)\n`);

  test.each(['XCHG [x],EAX', 'LOCK INC [x]', 'LOCK XADD [x],EBX', 'LOCK CMPXCHG [x],EBX'])(
    '%s is a full update',
    (line) => {
      expect(ofKind(x86(line), 'rmw')).toMatchObject([{ order: 'full' }]);
    },
  );

  test('without the prefix an increment is a load and a store', () => {
    expect(x86('INC [x]').map((node) => node.kind)).toEqual([
      'load',
      'assign',
      'store',
      'assign',
      'done',
    ]);
  });
});

describe('C', () => {
  test('primitives keep their orders', () => {
    const nodes = nodesOf(
      c(
        'int r0; r0 = smp_load_acquire(x); smp_store_release(y, r0); r0 = xchg_relaxed(x, 1); smp_wmb(); *y = 2;',
      ),
    );
    expect(
      nodes.map((node) => ('order' in node ? `${node.kind} ${node.order}` : node.kind)),
    ).toEqual(['load acquire', 'store release', 'rmw relaxed', 'fence', 'store plain', 'done']);
  });

  test('the control dependence of an if ends where its arms meet', () => {
    const nodes = nodesOf(
      c(
        'int r0 = READ_ONCE(*x); if (r0) WRITE_ONCE(*y, 1); else WRITE_ONCE(*y, 2); WRITE_ONCE(*x, 3);',
      ),
    );
    const [branch] = ofKind(nodes, 'branch');
    const last = nodes.findLastIndex((node) => node.kind === 'store');
    expect(branch?.join).toBe(last);
  });

  test('a failed cmpxchg orders nothing', () => {
    expect(ofKind(nodesOf(c('int r0; r0 = cmpxchg(x, 0, 1);')), 'rmw')).toMatchObject([
      { order: 'full', orderOnFailure: 'relaxed' },
    ]);
  });

  test('the word given to spin_lock() is a lock', () => {
    const { machine } = programOf(c('spin_lock(x); spin_unlock(x);'));
    expect(machine.locations.map((cell) => cell.lock)).toEqual([true, false]);
  });

  test('pointers lead where they may point', () => {
    const nodes = nodesOf(c('int *p; int r0; p = READ_ONCE(*y); r0 = READ_ONCE(*p);', 'y=z; z=5;'));
    expect(ofKind(nodes, 'load').map((load) => load.address.candidates)).toEqual([[0], [1]]);
  });

  test('a loop comes back to its condition', () => {
    const nodes = nodesOf(c('int r0; do { r0 = READ_ONCE(*x); } while (!r0);'));
    const [branch] = ofKind(nodes, 'branch');
    expect(branch?.otherwise).toBe(0);
  });
});

describe('values that arise', () => {
  const states = (text: string): readonly string[] =>
    outcomeUnder(programOf(text), scReference).states;

  test('arrays, a loop and pointer arithmetic', () => {
    const body =
      'int i; int s = 0; for (i = 0; i < 3; i++) s += x[i]; WRITE_ONCE(*(y + 1), s / 2);';
    const text = `C t\n{ int x[3] = {1, 2, 4}; int y[2]; }\nP0(int *x, int *y)\n{ ${body} }\nexists (y[1]=3 /\\ 0:s=7)\n`;
    expect(states(text)).toEqual(['0:s=7; y[1]=3;']);
  });

  test('effects under && and ?: happen only where they must', () => {
    const body = 'int r0 = 0 && xchg(x, 1); int r1 = r0 ? atomic_inc_return(y) : READ_ONCE(*y);';
    const text = `C t\n{ y=5; }\nP0(int *x, int *y)\n{ ${body} }\nexists (x=0 /\\ y=5 /\\ 0:r1=5)\n`;
    expect(states(text)).toEqual(['0:r1=5; [x]=0; [y]=5;']);
  });

  test('atomic operations return what their names say', () => {
    const body =
      'r0 = atomic_fetch_add(2, x); r1 = atomic_add_return(2, x); r2 = atomic_dec_and_test(y); r3 = atomic_add_unless(x, 1, 4);';
    const text = `C t\n{ y=1; }\nP0(atomic_t *x, atomic_t *y)\n{ int r0; int r1; int r2; int r3; ${body} }\nexists (0:r0=0 /\\ 0:r1=4 /\\ 0:r2=1 /\\ 0:r3=0 /\\ x=4)\n`;
    expect(states(text)).toEqual(['0:r0=0; 0:r1=4; 0:r2=1; 0:r3=0; [x]=4;']);
  });

  test('AT&T order of X86_64, whatever a register is called', () => {
    const rows = ['movl $1,(x)', 'movl (x),%eax', 'movl $2,%ebx', 'xchgl %ebx,(x)'];
    const text = `X86_64 t\n{ }\n P0 ;\n ${rows.join(' ;\n ')} ;\nexists (0:rax=1 /\\ 0:rbx=1 /\\ x=2)\n`;
    expect(states(text)).toEqual(['0:rax=1; 0:rbx=1; [x]=2;']);
  });

  test('lwarx and stwcx. add once each', () => {
    const rows = ['L:', 'lwarx r1,r0,r2', 'addi r3,r1,1', 'stwcx. r3,r0,r2', 'bne L'];
    const cells = rows.map((row) => ` ${row} | ${row} ;`);
    const text = `PPC t\n{ 0:r2=x; 1:r2=x; }\n P0 | P1 ;\n${cells.join('\n')}\nexists (x=2)\n`;
    expect(states(text)).toEqual(['[x]=2;']);
    expect(outcomeUnder(programOf(text), 'power').states).toEqual(['[x]=2;']);
  });
});

describe('refusals', () => {
  test('an unknown architecture', () => {
    expect(failure('MIPS t\n{ }')).toMatchInlineSnapshot(`
      "KC0301 bad.litmus:1: this is not the header of a litmus test of a known architecture
      MIPS t
      ^"
    `);
  });

  test('an unknown instruction', () => {
    expect(failure(ppc('lwz r1,0(r2)', 'frob r1,r2'))).toMatchInlineSnapshot(`
      "KC0303 bad.litmus:5: unknown instruction 'frob'
       frob r1,r2 ;
       ^"
    `);
  });

  test('a displacement', () => {
    expect(failure(ppc('lwz r1,4(r2)'))).toMatchInlineSnapshot(`
      "KC0304 bad.litmus:4: a displacement other than 0 is not modelled
       lwz r1,4(r2) ;
              ^"
    `);
  });

  test('a label that is not there', () => {
    expect(failure(ppc('beq L'))).toMatchInlineSnapshot(`
      "KC0305 bad.litmus:4: there is no label 'L' in this thread
       beq L ;
           ^"
    `);
  });

  test('RCU grace periods', () => {
    expect(failure(c('synchronize_rcu();'))).toMatchInlineSnapshot(`
      "KC0304 bad.litmus:5: synchronize_rcu() is not modelled
      synchronize_rcu();
      ^"
    `);
  });

  test('an unknown variable', () => {
    expect(failure(c('WRITE_ONCE(*x, r7);'))).toMatchInlineSnapshot(`
      "KC0305 bad.litmus:5: 'r7' is neither a parameter nor a variable
      WRITE_ONCE(*x, r7);
                     ^"
    `);
  });

  test('a malformed condition', () => {
    expect(failure(c('').replace('0:r0=0', '0:r0 0'))).toMatchInlineSnapshot(`
      "KC0302 bad.litmus:7: expected '=' but found '0'
      exists (0:r0 0)
                   ^"
    `);
  });

  test('an address that is never one', () => {
    expect(failure(ppc('li r1,7', 'lwz r3,0(r1)'))).toMatchInlineSnapshot(`
      "KC0306 bad.litmus:5: 'lwz r3,0(r1)' never has the address of a location
       lwz r3,0(r1) ;
       ^"
    `);
  });

  test('a comment that is not closed', () => {
    expect(failure('PPC t\n(* once\n{ }')).toMatchInlineSnapshot(`
      "KC0302 bad.litmus:2: this comment is not closed
      (* once
      ^"
    `);
  });
});

test.skipIf(!haveCollections)('every test of the collections, RCU and SRCU aside', () => {
  const counts = ['x86-tso', 'power', 'lkmm-generated', 'lkmm-kernel'].map((name) => {
    const lines = collection(name);
    const taken = lines.filter((line) => {
      try {
        toMachine(parseLitmus(line.text, line.name));
        return true;
      } catch (error) {
        if (error instanceof KcheckError && error.code === 'KC0304') return false;
        throw error;
      }
    });
    return [name, taken.length, lines.length];
  });
  expect(counts).toEqual([
    ['x86-tso', 454, 454],
    ['power', 1553, 1553],
    ['lkmm-generated', 2285, 2285],
    ['lkmm-kernel', 50, 52],
  ]);
});
