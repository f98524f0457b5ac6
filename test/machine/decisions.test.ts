/** Which nodes decide whether what follows them is reached, and until where. */
import { expect, test } from 'vitest';
import { decided, decisionsIn } from '../../src/machine/decisions.ts';
import type { Context } from '../../src/machine/machine.ts';
import { MachineBuilder, eq } from './builder.ts';
import type { ProgramBuilder, Reg, Variable } from './builder.ts';

function context(body: (p: ProgramBuilder, x: Variable, seen: Reg) => void): Context {
  const b = new MachineBuilder('decisions', 1);
  const x = b.location('x');
  b.task('T', 0, (p) => {
    const seen = p.register('seen');
    p.load(seen, x);
    body(p, x, seen);
    p.store(x, 2);
  });
  const [only] = b.build().contexts;
  if (only === undefined) throw new Error('no context');
  return only;
}

/** The values that are stored depending on a decision. */
function dependent(program: Context): readonly number[] {
  const nodes = decisionsIn(program).flatMap((decision, index) =>
    decision === null ? [] : [...decided(program, index, decision.join)],
  );
  const values = nodes.flatMap((index) => {
    const node = program.nodes[index];
    return node?.kind === 'store' && node.value.op === 'const' ? [node.value.value] : [];
  });
  return [...new Set(values)].toSorted((a, b) => a - b);
}

test('an if decides about its two ways, not about what comes after they join', () => {
  const program = context((p, x, seen) => p.if(eq(seen, 1), () => p.store(x, 1)));
  expect(dependent(program)).toEqual([1]);
});

test('the end of a loop decides about what follows', () => {
  const program = context((p, x, seen) =>
    p.loop(() => {
      p.breakIf(eq(seen, 1));
      p.load(seen, x);
    }),
  );
  expect(dependent(program)).toEqual([2]);
});

test('so does a conditional load, if its condition reads a register', () => {
  const waiting = context((p, x, seen) => p.load(seen, x, 'relaxed', { until: eq(seen, 1) }));
  expect(dependent(waiting)).toEqual([2]);
  expect(dependent(context((p, x, seen) => p.load(seen, x)))).toEqual([]);
});
