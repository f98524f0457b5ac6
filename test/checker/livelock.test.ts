/** Contexts that can be kept from their end, by the names under which that is a failure. */
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import type { Failure } from '../../src/checker/result.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import { MachineBuilder, add, eq, ghost, int } from '../machine/builder.ts';
import type { ContextOptions, ProgramBuilder, Variable } from '../machine/builder.ts';
import { NO_LIMITS } from './options.ts';

async function failuresOf(build: (b: MachineBuilder) => void): Promise<readonly Failure[]> {
  const b = new MachineBuilder('by hand');
  build(b);
  const sc = memoryModels.get('sc');
  if (sc === undefined) throw new Error('no SC');
  return (await check(b.build(), sc, NO_LIMITS)).failures;
}

function summary({ kind, property, message, trace }: Failure): readonly unknown[] {
  return [kind, property, message, trace.length];
}

function spin(flag: Variable): (p: ProgramBuilder) => void {
  return (p) => {
    const r = p.register('r');
    p.loop(() => {
      p.load(r, flag);
      p.breakIf(eq(r, 1));
    });
  };
}

/** A flag is lost, then another; who has not seen his by then spins for ever. */
function losing(names: readonly (string | undefined)[]): (b: MachineBuilder) => void {
  return (b) => {
    const [first, second] = [b.location('first', 1), b.location('second', 1)];
    const named = (name: string | undefined): ContextOptions =>
      name === undefined ? {} : { livenessName: name };
    b.task('late', 0, spin(second), named(names[0]));
    b.task('soon', 1, spin(first), named(names[1]));
    b.task('loser', 0, (p) => {
      p.store(first, 0);
      p.store(second, 0);
    });
  };
}

const LATE = 'late can never finish';
const SOON = 'soon can never finish';

test('one failure for the contexts of one name, the nearest standing for them', async () => {
  expect((await failuresOf(losing([undefined, undefined]))).map(summary)).toEqual([
    ['livelock', 'livelock', SOON, 1],
  ]);
  expect((await failuresOf(losing(['flags are seen', 'flags are seen']))).map(summary)).toEqual([
    ['livelock', 'flags are seen', SOON, 1],
  ]);
});

test('one failure for each name', async () => {
  expect((await failuresOf(losing(['second is seen', undefined]))).map(summary)).toEqual([
    ['livelock', 'livelock', SOON, 1],
    ['livelock', 'second is seen', LATE, 2],
  ]);
});

test('a task has not finished, a service cannot make progress', async () => {
  const failures = await failuresOf((b) => {
    const gate = b.ghost('gate');
    for (const [name, liveness] of [
      ['T', 'done'],
      ['S', 'mark'],
    ] as const) {
      b.task(name, 0, (p) => p.wait(ghost(gate)), { liveness });
    }
  });
  expect(failures.map(({ message }) => message)).toEqual([
    'no context can step, and T has not finished, and S cannot make progress',
  ]);
});

test('a named trap without a cycle is the deadlock that it runs into', async () => {
  const failures = await failuresOf((b) => {
    const g = b.ghost('g');
    b.task('T', 0, (p) => p.wait(ghost(g)), { livenessName: 'T is woken up' });
  });
  expect(failures.map(({ kind, property }) => [kind, property])).toEqual([
    ['deadlock', 'deadlock'],
  ]);
});

test('what must stay possible is followed to the end, also where nothing has to finish', async () => {
  const most = 60;
  const failures = await failuresOf((b) => {
    const counts = [0, 1].map((cpu) => b.location(`count${cpu}`, 0, int(0, most)));
    counts.forEach((count, cpu) => {
      const observe = (p: ProgramBuilder): void => {
        const r = p.register('r', int(0, most));
        p.loop(() => {
          p.load(r, count);
          p.breakIf(eq(r, most));
          p.store(count, add(r, 1));
        });
      };
      b.task(`T${cpu}`, cpu, observe, { liveness: 'none' });
    });
    b.property('possible', 'the first is not at its end', (p) => {
      const r = p.register('r', int(0, most));
      p.load(r, counts[0] ?? b.location('none'));
      return { op: 'unary', operator: '!', operand: eq(r, most) };
    });
  });
  const late = "'the first is not at its end' can never hold again";
  expect(failures.map(summary)).toEqual([
    ['livelock', 'the first is not at its end', late, 2 * most],
  ]);
});
