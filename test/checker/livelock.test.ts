/** Contexts that can be kept from their end, by the names under which that is a failure. */
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import type { Failure } from '../../src/checker/result.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import { MachineBuilder, eq, ghost } from '../machine/builder.ts';
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
