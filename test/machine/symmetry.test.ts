/** Which machines have symmetries: examples, and near misses that look alike and are not. */
import { expect, test } from 'vitest';
import { at } from '../../src/machine/graph.ts';
import type { Context, Machine, Node } from '../../src/machine/machine.ts';
import { mapped } from '../../src/machine/symmetry/automorphism.ts';
import { symmetryOf } from '../../src/machine/symmetry/symmetry.ts';
import { MachineBuilder, add, binary, element, eq, ghost, int, lt, ne } from './builder.ts';
import type { ProgramBuilder, Variable } from './builder.ts';

function elementsOf(machine: Machine): number {
  return symmetryOf(machine)?.elements.length ?? 1;
}

interface Shared {
  readonly x: Variable;
  readonly lock: Variable;
  readonly flags: readonly Variable[];
  readonly run: Variable;
}

interface Differences {
  readonly initial?: number;
  readonly body?: (p: ProgramBuilder, shared: Shared) => void;
  readonly liveness?: Context['liveness'];
  readonly guarded?: boolean;
  readonly cpu?: number;
  readonly property?: (b: MachineBuilder, shared: Shared) => void;
}

/** Three contexts that take a lock, and of which the last one is different. */
function three(different: Differences = {}): Machine {
  const b = new MachineBuilder('three', 3);
  const all = [0, 1, 2];
  const shared: Shared = {
    x: b.location('x', 0, int(0, 9)),
    lock: b.lockWord('lock'),
    flags: all.map((c) =>
      b.location(`flag${c}`, c === 2 ? (different.initial ?? 0) : 0, int(0, 9)),
    ),
    run: b.ghost('run', 1, int(0, 1)),
  };
  for (const me of all) {
    const own = me === 2 ? different : {};
    const body = (p: ProgramBuilder): void => {
      p.lock(shared.lock);
      p.store(flagOf(shared, me), 1);
      if (own.body === undefined) steps(p, shared);
      else own.body(p, shared);
      p.unlock(shared.lock);
    };
    b.task(`T${me}`, own.cpu ?? me, body, {
      liveness: own.liveness ?? 'done',
      ...(own.guarded === true ? { guard: ne(ghost(shared.run), 0) } : {}),
    });
  }
  different.property?.(b, shared);
  return b.build();
}

function flagOf({ flags }: Pick<Shared, 'flags'>, context: number): Variable {
  return at(flags, context);
}

function steps(p: ProgramBuilder, { x }: Shared): void {
  const r = p.register('r');
  p.load(r, x, 'acquire');
  p.store(x, add(r, 1), 'release');
}

test('three contexts that take a lock are alike', () => {
  expect(elementsOf(three())).toBe(6);
});

const nearMisses: readonly (readonly [name: string, different: Differences])[] = [
  [
    'a constant',
    {
      body: (p, { x }) => {
        const r = p.register('r');
        p.load(r, x, 'acquire');
        p.store(x, add(r, 2), 'release');
      },
    },
  ],
  [
    'an order',
    {
      body: (p, { x }) => {
        const r = p.register('r');
        p.load(r, x, 'relaxed');
        p.store(x, add(r, 1), 'release');
      },
    },
  ],
  [
    'a fence',
    {
      body: (p, shared) => {
        p.fence('mb');
        steps(p, shared);
      },
    },
  ],
  [
    'an operator',
    {
      body: (p, { x }) => {
        const r = p.register('r');
        p.load(r, x, 'acquire');
        p.store(x, binary('-', r, 1), 'release');
      },
    },
  ],
  [
    'the type of a register',
    {
      body: (p, { x }) => {
        const r = p.register('r', int(0, 9));
        p.load(r, x, 'acquire');
        p.store(x, add(r, 1), 'release');
      },
    },
  ],
  [
    'a location of another context',
    {
      body: (p, shared) => {
        const r = p.register('r');
        p.load(r, flagOf(shared, 0), 'acquire');
        p.store(shared.x, add(r, 1), 'release');
      },
    },
  ],
  [
    'an atomic region',
    {
      body: (p, { x }) => {
        const r = p.register('r');
        p.atomic(() => {
          p.assign([r, 0]);
          p.load(r, x, 'acquire');
        });
        p.store(x, add(r, 1), 'release');
      },
    },
  ],
  ['a guard', { guarded: true }],
  ['the liveness', { liveness: 'none' }],
  [
    'a property',
    {
      property: (b, shared) =>
        b.property('invariant', 'the last flag is small', (p) => {
          const r = p.register('r');
          p.load(r, flagOf(shared, 2));
          return lt(r, 2);
        }),
    },
  ],
  [
    'the kind of a property',
    {
      property: (b, { flags }) => {
        flags.forEach((flag, i) =>
          b.property(i === 2 ? 'sometimes' : 'invariant', `flag ${i}`, (p) => {
            const r = p.register('r');
            p.load(r, flag);
            return lt(r, 2);
          }),
        );
      },
    },
  ],
];

test.each(nearMisses)('one that differs in %s is not like the others', (_name, different) => {
  const symmetry = symmetryOf(three(different));
  const images = symmetry?.elements.map(({ contexts }) => at(contexts, 2)) ?? [2];
  expect(new Set(images)).toEqual(new Set([2]));
});

test('those that share a CPU are like each other, and not like one that has its own', () => {
  const symmetry = symmetryOf(three({ cpu: 1 }));
  expect(symmetry?.elements.map(({ contexts }) => contexts)).toEqual([
    [0, 1, 2],
    [0, 2, 1],
  ]);
});

test('what a program could only do in the end counts too', () => {
  const machine = three();
  const contexts = machine.contexts.map((context, index) => {
    if (index !== 2) return context;
    const nodes = context.nodes.map((node): Node =>
      node.kind === 'store' && node.order === 'release' ? { ...node, order: 'relaxed' } : node,
    );
    return { ...context, nodes };
  });
  expect(elementsOf({ ...machine, contexts })).toBe(2);
});

test('an initial value does not keep contexts from stepping alike', () => {
  expect(elementsOf(three({ initial: 1 }))).toBe(6);
});

test('properties of each context are exchanged, and one of all is evaluated', () => {
  const each = three({
    property: (b, { flags }) => {
      flags.forEach((flag, i) =>
        b.property('possible', `flag ${i}`, (p) => {
          const r = p.register('r');
          p.load(r, flag);
          return eq(r, 1);
        }),
      );
      b.property('invariant', 'one at most', (p) => {
        const registers = flags.map((flag, i) => {
          const r = p.register(`r${i}`);
          p.load(r, flag);
          return r;
        });
        const sum = registers.slice(1).reduce<Parameters<typeof lt>[0]>(add, at(registers, 0));
        return lt(sum, 2);
      });
    },
  });
  const symmetry = symmetryOf(each);
  expect(symmetry?.elements).toHaveLength(6);
  for (const { contexts, properties } of symmetry?.elements ?? []) {
    expect(properties).toEqual([...contexts, 3]);
  }
});

test('a holder of a lock is renamed with its context', () => {
  const machine = three();
  const lock = machine.locations.findIndex((location) => location.lock);
  for (const { contexts, locationValues } of symmetryOf(machine)?.elements ?? []) {
    const values = at(locationValues, lock);
    expect([0, 1, 2, 3].map((v) => mapped(values, v))).toEqual([0, ...contexts.map((c) => c + 1)]);
  }
});

/** `count` contexts in a ring: each takes what its neighbour has. */
function ring(count: number, body: (p: ProgramBuilder, me: number, cells: Ring) => void): Machine {
  const b = new MachineBuilder('ring', count);
  const all = Array.from({ length: count }, (_, index) => index);
  const cells: Ring = {
    last: b.location('last', 0, int(0, count - 1)),
    slots: all.map((c) => b.location(`slot${c}`, 0, int(0, 3))),
    mask: b.location('mask', 0, int(0, 2 ** count - 1)),
  };
  for (const me of all) b.task(`T${me}`, me, (p) => body(p, me, cells));
  return b.build();
}

interface Ring {
  readonly last: Variable;
  readonly slots: readonly Variable[];
  readonly mask: Variable;
}

test('neighbours in a ring are turned, not exchanged', () => {
  const machine = ring(5, (p, me, { slots }) => {
    const r = p.register('r');
    p.load(r, at(slots, (me + 1) % 5));
    p.store(at(slots, me), 1);
  });
  expect(elementsOf(machine)).toBe(5);
});

test('a number that is stored and compared is renamed', () => {
  const machine = ring(4, (p, me, { last }) => {
    const r = p.register('r');
    p.store(last, me);
    p.loop(() => {
      p.load(r, last);
      p.breakIf(ne(r, me));
    });
  });
  expect(elementsOf(machine)).toBe(24);
});

test('a number that is compared in size is not', () => {
  const machine = ring(3, (p, me, { last }) => {
    const r = p.register('r', int(0, 2));
    p.load(r, last);
    p.if(lt(r, me), () => p.store(last, me));
  });
  expect(elementsOf(machine)).toBe(1);
});

test('a number is an index of what belongs to its context', () => {
  const body =
    (offset: number) =>
    (p: ProgramBuilder, me: number, { last, slots }: Ring): void => {
      const r = p.register('r', int(0, 2));
      p.store(last, me);
      p.load(r, last);
      p.store(element(at(slots, 0), r, 3), 1);
      p.store(at(slots, (me + offset) % 3), 2);
    };
  expect(elementsOf(ring(3, body(0)))).toBe(6);
  expect(elementsOf(ring(3, body(1)))).toBe(3);
});

test('an index need not be bounded', () => {
  const b = new MachineBuilder('unbounded', 3);
  const last = b.location('last');
  const slots = [0, 1, 2].map((c) => b.location(`slot${c}`));
  for (const me of [0, 1, 2]) {
    b.task(`T${me}`, me, (p) => {
      const r = p.register('r');
      p.store(last, me);
      p.load(r, last);
      p.store(element(at(slots, 0), r, 3), 1);
    });
  }
  expect(elementsOf(b.build())).toBe(6);
});

test('a set of contexts is renamed member by member', () => {
  const join = (p: ProgramBuilder, me: number, { mask }: Ring): void => {
    const r = p.register('r');
    p.rmw(r, mask, binary('|', r, 1 << me));
    p.if(ne(binary('&', r, 1 << me), 0), () => p.assert(eq(r, 0)));
  };
  expect(elementsOf(ring(3, join))).toBe(6);
  // The least member is somebody's.
  const least = ring(3, (p, me, cells) => {
    join(p, me, cells);
    const r = p.register('first', int(0, 7));
    p.load(r, cells.mask);
    p.if(binary('&', r, 1), () => p.store(at(cells.slots, me), 1));
  });
  expect(elementsOf(least)).toBeLessThan(6);
});

test('a large group is used in part', () => {
  const machine = ring(7, (p, me, { slots }) => p.store(at(slots, me), 1));
  const symmetry = symmetryOf(machine);
  expect(symmetry?.elements).toHaveLength(720);
  expect(symmetry?.isPartial).toBe(true);
});
