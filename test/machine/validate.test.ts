import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { KcheckError } from '../../src/errors.ts';
import { machineErrors } from '../../src/machine/errors.ts';
import type { Context, Machine } from '../../src/machine/machine.ts';
import { validateMachine } from '../../src/machine/validate.ts';
import { MachineBuilder, add, element, eq, ghost, int } from './builder.ts';
import type { ProgramBuilder, Reg, Variable } from './builder.ts';

interface Things {
  readonly p: ProgramBuilder;
  readonly r: Reg;
  readonly x: Variable;
  readonly g: Variable;
}

/** One context, with a location, a ghost and a register at hand. */
function one(body: (things: Things) => void): Machine {
  const b = new MachineBuilder('one');
  const [x, g] = [b.location('x'), b.ghost('g')];
  b.task('T', 0, (p) => body({ p, r: p.register('r'), x, g }));
  return b.build();
}

function withContext(change: Partial<Context>): Machine {
  const machine = one(({ p, x }) => p.store(x, 1));
  return { ...machine, contexts: machine.contexts.map((context) => ({ ...context, ...change })) };
}

function withFirstNode(change: object): Machine {
  const machine = one(({ p, r, x }) => p.load(r, x));
  const contexts = machine.contexts.map((context) => ({
    ...context,
    nodes: context.nodes.map((node, i) => (i === 0 ? { ...node, ...change } : node)),
  }));
  return { ...machine, contexts };
}

function property(formula: (things: Things) => void): Machine {
  const b = new MachineBuilder('property');
  const [x, g] = [b.location('x'), b.ghost('g')];
  b.property('invariant', 'holds', (p) => (formula({ p, r: p.register('r'), x, g }), 1));
  return b.build();
}

function cellOf(initial: number, type = int(0, 3)): Machine {
  const b = new MachineBuilder('cell');
  b.location('x', initial, type);
  return b.build();
}

function contexts(count: number, cpus = 1): Machine {
  const b = new MachineBuilder('contexts', cpus);
  for (let i = 0; i < count; i++) b.task(`T${i}`, 0, (p) => p.done());
  return b.build();
}

function messageOf(machine: Machine): string {
  try {
    validateMachine(machine);
  } catch (error) {
    if (!(error instanceof KcheckError)) throw error;
    return `${error.code} ${error.message}`;
  }
  return 'valid';
}

const always = { op: 'const', value: 1 } as const;
const REGISTER = { op: 'reg', register: 0 } as const;

test.each<[expected: string, Machine]>([
  ['KC0201 node 7 does not exist: there are 2', withContext({ entry: 7 })],
  ['KC0201 node 9 does not exist: there are 2', withFirstNode({ next: 9 })],
  ['KC0201 site 99 does not exist: there are 3', withFirstNode({ site: 99 })],
  ['KC0201 register 4 does not exist: there are 1', withFirstNode({ register: 4 })],
  ['KC0201 register 5 does not exist: there are 1', withContext({ liveAtEnd: [5] })],
  ['KC0201 register 0 does not exist: there are 0', withContext({ guard: REGISTER })],
  [
    'KC0201 location 1 does not exist: there are 1',
    one(({ p, r, x }) => p.load(r, element(x, r, 2))),
  ],
  [
    'KC0202 the locations of an address do not ascend',
    one(({ p, r }) => p.load(r, { expr: REGISTER, candidates: [0, 0], fault: null })),
  ],
  [
    'KC0202 the constant address 1 is none of its locations',
    one(({ p, r }) => p.load(r, { expr: always, candidates: [0], fault: null })),
  ],
  ['KC0203 a choice among 0', one(({ p, r }) => p.choose(r, 0))],
  ['KC0203 NaN is no constant', one(({ p, x }) => p.store(x, NaN))],
  [
    'KC0204 an expression reads a ghost by itself outside a guard, a CPU binding or a wait',
    one(({ p, x, g }) => p.store(x, add(ghost(g), 1))),
  ],
  [
    'KC0205 the property holds has a store; it may only read',
    property(({ p, x }) => p.store(x, 1)),
  ],
  [
    'KC0205 the property holds has a load (acquire); it may only read',
    property(({ p, r, x }) => p.load(r, x, 'acquire')),
  ],
  ['KC0206 there are 32 contexts, at most 31 can be explored', contexts(32)],
  ['KC0207 x starts as 4, which is not within 0 to 3', cellOf(4)],
  ['KC0207 the bounds of x, 3 to 0, hold no 32-bit integer', cellOf(3, int(3, 0))],
  ['KC0208 there are contexts and no CPU to step on', contexts(1, 0)],
  ['KC0208 T steps on CPU 2, and there are 2', withContext({ cpu: { op: 'const', value: 2 } })],
  [
    'KC0209 an atomic region touches shared memory twice',
    one(({ p, r, x }) =>
      p.atomic(() => {
        p.choose(r, 2);
        p.if(eq(r, 0), () => p.load(r, x));
        p.store(x, 1);
      }),
    ),
  ],
  [
    'KC0210 a loop inside an atomic region may never end its step',
    one(({ p, r }) =>
      p.atomic(() => {
        p.choose(r, 2);
        p.loop(() => (p.assign([r, 1]), p.breakIf(eq(r, 0))));
      }),
    ),
  ],
  ['KC0211 T starts inside an atomic region', withFirstNode({ atomic: true })],
])('%s', (expected, machine) => {
  expect(messageOf(machine)).toBe(expected);
});

test.each<[what: string, Machine]>([
  ['31 contexts', contexts(31)],
  ['a property that reads', property(({ p, r, x, g }) => (p.load(r, x), p.get(r, g)))],
  [
    'an access in each arm of a region, and waits around them',
    one(({ p, r, x, g }) =>
      p.atomic(() => {
        p.choose(r, 2);
        p.if(
          eq(r, 0),
          () => (p.wait(eq(ghost(g), r)), p.store(x, 1)),
          () => p.load(r, x),
        );
        p.set(g, r);
        p.wait(eq(r, 0));
      }),
    ),
  ],
  [
    'two regions in a row, in a loop',
    one(({ p, r, x }) =>
      p.loop(() => {
        p.atomic(() => (p.load(r, x), p.assign([r, 1])));
        p.atomic(() => (p.store(x, 1), p.assign([r, 1])));
      }),
    ),
  ],
])('valid: %s', (_, machine) => {
  expect(messageOf(machine)).toBe('valid');
});

test('an error names the place of the construct', () => {
  const machine = one(({ p, r }) => p.choose(r, 0));
  expect(() => validateMachine(machine)).toThrow(
    expect.objectContaining({ place: { file: 'test.ts', line: 2, column: 1, source: '' } }),
  );
});

test('every error code is documented, with its title', () => {
  const documented = readFileSync('docs/errors.md', 'utf8').match(/(?<=^## )KC02\d\d .*$/gm);
  expect(documented).toEqual(
    Object.entries(machineErrors).map(([code, title]) => `${code} ${title}`),
  );
});
