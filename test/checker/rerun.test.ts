/** Traces of one machine executed in another. */
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { rerun } from '../../src/checker/rerun/index.ts';
import type { Outcome, Rerun, Wanted } from '../../src/checker/rerun/index.ts';
import { recordedSteps } from '../../src/checker/rerun/recorded.ts';
import type { RecordedTrace } from '../../src/checker/rerun/recorded.ts';
import type { Fairness } from '../../src/machine/fairness.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import type { MemoryModel } from '../../src/memory-models/memory-model.ts';
import { eventWords } from '../../src/report/describe.ts';
import { AB_BA, RACE, STORE_BUFFERING, TRYLOCK } from '../language/bodies.ts';
import { stagedMachine } from '../language/staged.ts';
import { NO_LIMITS } from './options.ts';

function modelNamed(name: string): MemoryModel {
  const model = memoryModels.get(name);
  if (model === undefined) throw new Error(`no ${name}`);
  return model;
}

/** The counterexample of the one body, in the machine of the other. */
async function carried(
  from: string,
  to: string,
  model: string,
  options: { readonly fairness?: Fairness; readonly maxStates?: number } = {},
): Promise<Rerun> {
  const machine = stagedMachine(from);
  const { fairness = null, maxStates = null } = options;
  const { failures } = await check(machine, modelNamed(model), { ...NO_LIMITS, fairness });
  const [failure] = failures;
  if (failure === undefined) throw new Error('nothing fails');
  const steps = [...failure.trace, ...failure.cycle];
  const words = (event: Parameters<typeof eventWords>[0]): { words: string; at: null } => ({
    words: eventWords(event, machine),
    at: null,
  });
  const trace: RecordedTrace = {
    steps: recordedSteps(steps, machine, words),
    cycle: failure.cycle.length,
  };
  const { kind, property, context = null } = failure;
  const wanted: Wanted = { kind, property, context, fairness };
  const limits = { ...NO_LIMITS, maxStates };
  return rerun(stagedMachine(to), modelNamed(model), trace, wanted, limits);
}

const LOAD_BUFFERING = `
  const x = shared(0);
  const y = shared(0);
  const saw = ghost({ x: 0, y: 0 });
  task('T0', () => { const r = READ_ONCE(x); WRITE_ONCE(y, 1); saw.x.value = r; });
  task('T1', () => { const r = READ_ONCE(y); WRITE_ONCE(x, 1); saw.y.value = r; });
  finally_('not both', () => saw.x.value === 0 || saw.y.value === 0);`;

const STARVING = `
  const flag = shared(false);
  task('waiter', () => { while (!READ_ONCE(flag)) cpu_relax(); });
  service('pulse', () => {
    for (;;) { progress(); xchg(flag, true); smp_store_release(flag, false); }
  });`;

const unrelated = (body: string): string =>
  `const other = shared(0);\n task('first', () => { READ_ONCE(other); });\n ${body}`;

test.each<[string, string, string, Fairness?]>([
  ['deadlock', AB_BA, 'sc'],
  ['deadlock', AB_BA, 'power'],
  ['livelock', TRYLOCK, 'sc'],
  ['livelock', TRYLOCK, 'tso'],
  ['final', STORE_BUFFERING, 'tso'],
  ['final', STORE_BUFFERING, 'power'],
  ['final', LOAD_BUFFERING, 'power'],
  ['race', RACE, 'sc'],
  ['race', RACE, 'tso'],
  ['race', RACE, 'power'],
  ['starvation', STARVING, 'sc', 'weak'],
  ['starvation', STARVING, 'tso', 'strong'],
])('a %s fails as before, also if lines and indices shift', async (kind, body, model, fairness) => {
  const options = fairness === undefined ? {} : { fairness };
  for (const to of [body, unrelatedFor(kind, body)]) {
    const { outcome, fails } = await carried(body, to, model, options);
    expect([outcome, fails?.kind]).toEqual(['same', kind]);
  }
});

/** Where nobody else may be able to step, or must have come to an end, only places shift. */
function unrelatedFor(kind: string, body: string): string {
  return kind === 'race' || kind === 'livelock' ? unrelated(body) : `\n\n${body}`;
}

test.each<[string, string, string, string, Outcome]>([
  ['the order of the locks mended', AB_BA, fixedOrder(), 'sc', 'stops'],
  ['full barriers', STORE_BUFFERING, fenced(STORE_BUFFERING), 'tso', 'stops'],
  ['full barriers', STORE_BUFFERING, fenced(STORE_BUFFERING), 'power', 'stops'],
  ['release and acquire', RACE, acquiring(), 'sc', 'passes'],
  ['release and acquire', RACE, acquiring(), 'power', 'passes'],
  ['a way out of the livelock', TRYLOCK, backingOff(), 'sc', 'passes'],
  ['another assertion', STORE_BUFFERING, renamed(), 'tso', 'other'],
  ['no such context', AB_BA, AB_BA.replace("'T1'", "'other'"), 'sc', 'stops'],
])('%s', async (_, from, to, model, outcome) => {
  expect((await carried(from, to, model)).outcome).toBe(outcome);
});

function fixedOrder(): string {
  return AB_BA.replace(
    "'T1', () => { spin_lock(b); spin_lock(a);",
    "'T1', () => { spin_lock(a); spin_lock(b);",
  );
}

function fenced(body: string): string {
  return body.replaceAll(/WRITE_ONCE\((.), 1\);/g, 'WRITE_ONCE($1, 1); smp_mb();');
}

function acquiring(): string {
  return RACE.replace('WRITE_ONCE(flag, 1)', 'smp_store_release(flag, 1)').replace(
    'READ_ONCE(flag)',
    'smp_load_acquire(flag)',
  );
}

function backingOff(): string {
  return TRYLOCK.replace('cpu_relax();', '{ spin_unlock(b); spin_lock(b); }');
}

function renamed(): string {
  return STORE_BUFFERING.replace('one sees the other', 'another name');
}

test('a livelock is open where a limit stops the search behind the trace', async () => {
  expect((await carried(TRYLOCK, backingOff(), 'sc', { maxStates: 2 })).outcome).toBe('open');
});

test('who waits, where a barrier is in the way', async () => {
  const { stop } = await carried(STORE_BUFFERING, fenced(STORE_BUFFERING), 'tso');
  expect(stop).toMatchObject({
    step: { step: 2 },
    event: 0,
    instead: { kind: 'waits', waiting: { context: 'T0', what: 'smp_mb()' } },
  });
});

test('a step cut in two is the same; one that does more is told', async () => {
  const body = `
    const x = shared(0);
    task('T0', () => { assert(xchg(x, 1) === 0, 'alone'); });
    task('T1', () => { WRITE_ONCE(x, 2); });`;
  const more = body.replace(
    'WRITE_ONCE(x, 2)',
    'atomic(() => { WRITE_ONCE(x, 2); done.value = 1; })',
  );
  const { outcome, stop } = await carried(body, `const done = ghost(0);${more}`, 'sc');
  expect(outcome).toBe('stops');
  expect(stop).toMatchObject({ event: null, instead: { events: [{ kind: 'set' }] } });
});
