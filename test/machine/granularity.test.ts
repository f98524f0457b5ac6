/**
 * Merging plain and local work into steps loses no failure: on random machines, stepping as the
 * explorer does and stepping node by node come to the same verdicts, ends and races.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { State } from '../../src/checker/interpreter.ts';
import { exploreReference } from '../../src/checker/reference/explore.ts';
import type { ReferenceResult } from '../../src/checker/reference/explore.ts';
import { scReference } from '../../src/checker/reference/sc.ts';
import type { Granularity } from '../../src/checker/reference/step.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { sharingOf } from '../../src/machine/sharing.ts';
import { MachineBuilder, eq, ghost } from './builder.ts';
import type { ProgramBuilder } from './builder.ts';
import { machineOf, recipes } from './random.ts';
import type { Recipe } from './random.ts';

const MAX_STATES = 6_000;
const RUNS = Number(process.env['KCHECK_RANDOM_RUNS'] ?? 400);

interface Both {
  readonly machine: Machine;
  readonly merged: ReferenceResult;
  readonly fine: ReferenceResult;
}

/** null: too many states for a test. */
function explored(recipe: Recipe): Both | null {
  const machine = machineOf(recipe);
  const run = (granularity: Granularity): ReferenceResult =>
    exploreReference(machine, scReference, { granularity, maxStates: MAX_STATES });
  try {
    return { machine, merged: run('step'), fine: run('node') };
  } catch (error) {
    if (error instanceof RangeError && error.message.startsWith('more than')) return null;
    throw error;
  }
}

test('race-free machines have the same verdicts and ends', () => {
  const count = { compared: 0, failing: 0, deadlocked: 0, livelocked: 0 };
  const property = fc.property(recipes(), (recipe) => {
    const both = explored(recipe);
    if (both === null) return;
    const { machine, merged, fine } = both;
    expect(merged.races.length > 0).toBe(fine.races.length > 0);
    if (merged.races.length > 0) return;
    count.compared++;
    expect(merged.failures.size > 0).toBe(fine.failures.size > 0);
    // What would follow a failure is explored by node only until the failing node comes.
    if (merged.failures.size > 0) count.failing++;
    else {
      expect(summary(machine, merged)).toEqual(summary(machine, fine));
      if (merged.deadlocks.length > 0) count.deadlocked++;
      if (merged.livelocked.size > 0) count.livelocked++;
    }
  });
  fc.assert(property, { numRuns: RUNS });
  expect(Math.min(...Object.values(count))).toBeGreaterThan(RUNS / 50);
});

test('a race that single nodes show is seen by steps, and the other way round', () => {
  let racing = 0;
  const property = fc.property(recipes({ racy: true, maxContexts: 2 }), (recipe) => {
    const both = explored(recipe);
    if (both === null || both.fine.failures.size > 0) return;
    expect(both.merged.races.length > 0).toBe(both.fine.races.length > 0);
    if (both.fine.races.length > 0) racing++;
  });
  fc.assert(property, { numRuns: RUNS });
  expect(racing).toBeGreaterThan(RUNS / 50);
});

function both(build: (b: MachineBuilder) => void): readonly ReferenceResult[] {
  const b = new MachineBuilder('by hand');
  build(b);
  const machine = b.build();
  return (['step', 'node'] as const).map((granularity) =>
    exploreReference(machine, scReference, { granularity }),
  );
}

test('an interrupt sees the first of two plain stores of the task below it', () => {
  const results = both((b) => {
    const [p, q, run] = [b.location('p'), b.location('q'), b.ghost('run', 1)];
    const stores = (t: ProgramBuilder): void => {
      t.store(p, 1, 'plain');
      t.store(q, 1, 'plain');
    };
    b.task('task', 0, stores, { guard: ghost(run) });
    b.task('irq', 0, (t) => {
      const [r, s] = [t.register('r'), t.register('s')];
      t.set(run, 0);
      t.load(r, p, 'plain');
      t.load(s, q, 'plain');
      t.assert(eq(r, s), 'whole');
      t.set(run, 1);
    });
  });
  expect(results.map(({ failures }) => [...failures])).toEqual([['whole'], ['whole']]);
});

test('an invariant sees a plain value that is gone before the step ends', () => {
  const results = both((b) => {
    const p = b.location('p');
    b.task('T', 0, (t) => {
      t.store(p, 1, 'plain');
      t.store(p, 0, 'plain');
    });
    b.property('invariant', 'zero', (t) => {
      const r = t.register('r');
      t.load(r, p);
      return eq(r, 0);
    });
  });
  expect(results.map(({ violated }) => [...violated])).toEqual([['zero'], ['zero']]);
});

test('a choice is made before what blocks after it', () => {
  const results = both((b) => {
    b.task('T', 0, (t) => {
      const r = t.register('r');
      t.choose(r, 2);
      t.if(eq(r, 0), () => t.wait(eq(0, 1)));
    });
  });
  expect(results.map(({ deadlocks }) => deadlocks.length)).toEqual([1, 1]);
});

function summary(machine: Machine, result: ReferenceResult): unknown {
  const seen = (states: readonly State[]): readonly string[] =>
    [...new Set(states.map((state) => visiblePart(machine, state)))].toSorted();
  const { violated, doomed, livelocked, finals, deadlocks } = result;
  const done = machine.contexts.every(({ liveness }) => liveness === 'done');
  const ends = done ? finals.map(memoryPart(machine)).toSorted() : seen(finals);
  return { violated, doomed, livelocked, ends: new Set(ends), deadlocks: seen(deadlocks) };
}

/** What contexts that are inside a step have not hidden from one another. */
function visiblePart(machine: Machine, state: State): string {
  const sharing = sharingOf(machine);
  const marked = machine.locations.map(({ name }, location) =>
    /^(x|y|l\d)$/.test(name) ? state.memory.latest(location) : null,
  );
  const shared = state.ghosts.map((value, ghost) =>
    machine.contexts.some((_, context) => sharing.ownGhost(context, ghost)) ? null : value,
  );
  return JSON.stringify([marked, shared]);
}

function memoryPart(machine: Machine): (state: State) => string {
  return (state) =>
    JSON.stringify([machine.locations.map((_, l) => state.memory.latest(l)), state.ghosts]);
}
