/** One counterexample in the formats of other tools. */
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { exportedTrace } from '../../src/cli/trace-export.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import type { MemoryModel } from '../../src/memory-models/memory-model.ts';
import { NO_LIMITS } from '../checker/options.ts';
import { STORE_BUFFERING } from '../language/bodies.ts';
import { stagedMachine } from '../language/staged.ts';
import { exploredUnder, programOf } from '../litmus/explore.ts';
import { result, run } from './data.ts';

function modelNamed(name: string): MemoryModel {
  const model = memoryModels.get(name);
  if (model === undefined) throw new Error(`no ${name}`);
  return model;
}

async function exported(body: string, model: string, format: string): Promise<string> {
  const machine = stagedMachine(body);
  const { failures } = await check(machine, modelNamed(model), NO_LIMITS);
  const runs = [run({ machine, model, title: 'a test', result: result({ failures }) })];
  const text = exportedTrace(runs, format, null);
  if (text === null) throw new Error('nothing fails');
  return text;
}

const MESSAGE_PASSING = `
  const msg = shared({ len: 0 });
  const ready = shared(false);
  task('writer', () => { WRITE_ONCE(msg.len, 42); WRITE_ONCE(ready, true); });
  task('reader', () => {
    while (!READ_ONCE(ready)) cpu_relax();
    assert(READ_ONCE(msg.len) === 42, 'seen');
  });`;

const LOAD_BUFFERING = `
  const x = shared(0);
  const y = shared(0);
  const saw = ghost({ x: 0, y: 0 });
  task('T0', () => { const r = READ_ONCE(x); WRITE_ONCE(y, 1); saw.x.value = r; });
  task('T1', () => { const r = READ_ONCE(y); WRITE_ONCE(x, r + 0); saw.y.value = r; });
  finally_('not both', () => saw.x.value === 0 || saw.y.value === 0);`;

/** Both stores last in coherence order: only final memory tells. */
const TWO_TWO_W = `
  const x = shared(0);
  const y = shared(0);
  task('T0', () => { WRITE_ONCE(x, 1); WRITE_ONCE(y, 2); });
  task('T1', () => { WRITE_ONCE(y, 1); WRITE_ONCE(x, 2); READ_ONCE(y); });
  finally_('not both', () => !(x.value === 1 && y.value === 1));`;

const CONTROL = `
  const x = shared(0);
  const y = shared(0);
  const z = shared(0);
  task('T0', () => { if (READ_ONCE(x) === 1) { WRITE_ONCE(y, 1); if (READ_ONCE(z) > 0) WRITE_ONCE(z, 5); } });
  task('T1', () => { smp_store_release(z, 1); WRITE_ONCE(x, 1); smp_mb(); });
  task('T2', () => { const r = smp_load_acquire(y); assert(!(r === 1 && READ_ONCE(x) === 0), 'causality'); });`;

const ATOMICS = `
  const v = shared(1);
  const w = shared(0);
  const u = shared(0);
  task('T0', () => {
    WRITE_ONCE(u, 1);
    const old = atomic_fetch_add_relaxed(2, v);
    const won = cmpxchg_relaxed(w, 0, old);
    if (won === 0) xchg_release(w, 7);
    atomic_inc(v);
  });
  task('T1', () => {
    if (atomic_read(v) === 4) assert(READ_ONCE(u) === 1, 'the store is seen');
  });`;

const LOCKED = `
  const lock = shared(spinlock());
  const x = shared(0);
  const y = shared(0);
  task('T0', () => { spin_lock(lock); x.value = 1; spin_unlock(lock); WRITE_ONCE(y, 1); });
  task('T1', () => {
    const r = READ_ONCE(y);
    if (spin_trylock(lock)) { assert(!(r === 1 && x.value === 1), 'it never comes to this'); spin_unlock(lock); }
  });`;

const CHOSEN = `
  const x = shared(0);
  task('T0', () => { const n = choose(3); WRITE_ONCE(x, n); });
  task('T1', () => { assert(READ_ONCE(x) < 2, 'small'); });`;

test.each([
  ['store buffering', 'tso', STORE_BUFFERING],
  ['store buffering', 'power', STORE_BUFFERING],
  ['message passing', 'power', MESSAGE_PASSING],
  ['load buffering with a data dependency', 'power', LOAD_BUFFERING.replace('r + 0', '1')],
  ['coherence', 'power', TWO_TWO_W],
  ['control dependencies, acquire and release', 'power', CONTROL],
  ['atomics', 'power', ATOMICS],
  ['a lock, and plain accesses', 'sc', LOCKED],
  ['a lock, and plain accesses', 'power', LOCKED],
  ['a choice', 'sc', CHOSEN],
])('%s under %s, as a litmus test: what the trace reads can be read', async (_, model, body) => {
  const text = await exported(body, model, 'litmus');
  const { observation } = await exploredUnder(programOf(text), modelNamed(model));
  expect(observation).toBe('Sometimes');
});

test.each([
  ['store buffering', 'tso', STORE_BUFFERING],
  ['message passing', 'power', MESSAGE_PASSING],
  ['coherence', 'power', TWO_TWO_W],
  ['control dependencies', 'power', CONTROL],
])('%s under %s needs a reordering, and so does the litmus test of it', async (_, model, body) => {
  const text = await exported(body, model, 'litmus');
  const { observation } = await exploredUnder(programOf(text), modelNamed('sc'));
  expect(observation).toBe('Never');
});

test('a litmus test keeps dependencies, and unrolls loops', async () => {
  expect(await exported(CONTROL, 'power', 'litmus')).toMatchInlineSnapshot(`
    "C a-test+V0

    (*
     * a test, version V0, model power:
     * T2: assertion does not hold: causality (6 steps)
     *)

    {}

    P0(int *x, int *y)
    {
    	int r0;

    	r0 = READ_ONCE(*x);
    	if (r0 == 1) {
    		WRITE_ONCE(*y, 1);
    	}
    }

    P1(int *x, int *z)
    {
    	smp_store_release(z, 1);
    	WRITE_ONCE(*x, 1);
    }

    P2(int *x, int *y)
    {
    	int r0;
    	int r1;

    	r0 = smp_load_acquire(y);
    	if (r0 == 1) {
    		r1 = READ_ONCE(*x);
    	}
    }

    exists (0:r0=1 /\\ 2:r0=1 /\\ 2:r1=0)
    "
  `);
  expect(await exported(ATOMICS, 'power', 'litmus')).toMatchInlineSnapshot(`
    "C a-test+V0

    (*
     * a test, version V0, model power:
     * T1: assertion does not hold: the store is seen (7 steps)
     *)

    {
    	v=1;
    }

    P0(atomic_t *v, int *w, int *u)
    {
    	int r0;
    	int r1;
    	int r2;
    	int r3;

    	WRITE_ONCE(*u, 1);
    	r0 = atomic_fetch_add_relaxed(2, v);
    	r1 = cmpxchg_relaxed(w, 0, r0);
    	if (r1 == 0) {
    		r2 = xchg_release(w, 7);
    	}
    	r3 = atomic_fetch_add_relaxed(1, v);
    }

    P1(atomic_t *v, int *u)
    {
    	int r0;
    	int r1;

    	r0 = atomic_read(v);
    	if (r0 == 4) {
    		r1 = READ_ONCE(*u);
    	}
    }

    exists (0:r0=1 /\\ 0:r1=0 /\\ 0:r2=1 /\\ 0:r3=3 /\\ 1:r0=4 /\\ 1:r1=0)
    "
  `);
  const polled = MESSAGE_PASSING.replace('cpu_relax()', 'WRITE_ONCE(polls, 1)').replace(
    'const ready',
    'const polls = shared(0);\n  const ready',
  );
  const must = polled.replace("=== 42, 'seen'", "=== 42 || READ_ONCE(polls) === 0, 'seen'");
  expect(await exported(must, 'power', 'litmus')).toMatchInlineSnapshot(`
    "C a-test+V0

    (*
     * a test, version V0, model power:
     * reader: assertion does not hold: seen (7 steps)
     *)

    {}

    P0(int *msg_len, int *ready)
    {
    	WRITE_ONCE(*msg_len, 42);
    	WRITE_ONCE(*ready, 1);
    }

    P1(int *msg_len, int *polls, int *ready)
    {
    	int r0;
    	int r1;
    	int r2;
    	int r3;

    	r0 = READ_ONCE(*ready);
    	if (r0 == 0) {
    		WRITE_ONCE(*polls, 1);
    		r1 = READ_ONCE(*ready);
    	}
    	r2 = READ_ONCE(*msg_len);
    	if (!(r2 == 42)) {
    		r3 = READ_ONCE(*polls);
    	}
    }

    exists (1:r0=0 /\\ 1:r1=1 /\\ 1:r2=0 /\\ 1:r3=1)
    "
  `);
});

test.each([
  [
    'a loop without an end',
    `const x = shared(0); task('T', () => { while (READ_ONCE(x) === 0) cpu_relax(); });`,
  ],
  [
    'a deadlock is',
    `const a = shared(spinlock()); task('T', () => { spin_lock(a); spin_lock(a); });`,
  ],
  [
    'a data race is',
    `const x = shared(0); const y = shared(0);
     for (const n of ['A', 'B']) task(n, () => { READ_ONCE(y); smp_mb(); WRITE_ONCE(y, 1); x.value = 1; });`,
  ],
  [
    'T1 waits for ghost state',
    `const x = shared(0); const g = ghost(0);
     task('T0', () => { g.value = 1; });
     task('T1', () => { wait_until(() => g.value === 1); assert(READ_ONCE(x) === 1, 'no'); });`,
  ],
  [
    'T1 reads the ghost g, which T0 has set',
    `const x = shared(0); const g = ghost(0);
     task('T0', () => { g.value = 1; });
     task('T1', () => { if (g.value === 1) assert(READ_ONCE(x) === 1, 'no'); });`,
  ],
  [
    'T0 and T1 run on one CPU',
    `const x = shared(0); const [one] = cpus(1);
     task('T0', { cpu: one }, () => { WRITE_ONCE(x, 1); });
     task('T1', { cpu: one }, () => { assert(READ_ONCE(x) === 0, 'no'); });`,
  ],
  [
    'an address in it is loaded from memory (of list[0], list[1])',
    `const list = shared([0, 0]); const i = shared(1);
     task('T0', () => { const at = READ_ONCE(i); assert(READ_ONCE(list[at]) === 1, 'no'); });`,
  ],
  [
    'it reads nothing',
    `const g = ghost(0); task('T', () => { g.value = 1; assert(false, 'no'); });`,
  ],
])('no litmus test: %s', async (why, body) => {
  await expect(exported(body, 'sc', 'litmus')).rejects.toMatchObject({
    code: 'KC0022',
    message: expect.stringContaining(why) as string,
  });
});

test('a sequence diagram', async () => {
  expect(await exported(STORE_BUFFERING, 'tso', 'mermaid')).toMatchInlineSnapshot(`
    "sequenceDiagram
      title a test, version V0, model tso
      participant C0 as CPU0
      participant C1 as CPU1
      participant M as memory
      Note over C0: [T0]
      C0->>C0: 1 x = 1 (buffered)
      M-->>C0: 2 y -> 0
      Note over C0: 3 seen.y := 0
      Note over C1: [T1]
      C1->>C1: 4 y = 1 (buffered)
      M-->>C1: 5 x -> 0 (overwritten by CPU0 at step 1, not yet visible to CPU1)
      Note over C1: 6 seen.x := 0
      C0->>M: 7 x = 1 of step 1 reaches memory
      C1->>M: 8 y = 1 of step 4 reaches memory
      Note over C0,M: 'one sees the other' does not hold in a final state (8 steps)
    "
  `);
  const spinning = `const x = shared(0); task('T', () => { while (READ_ONCE(x) === 0) cpu_relax(); });`;
  expect(await exported(spinning, 'sc', 'mermaid')).toMatchInlineSnapshot(`
    "sequenceDiagram
      title a test, version V0, model sc
      participant C0 as CPU0
      participant M as memory
      loop for ever
      Note over C0: [T]
      M-->>C0: 1 x -> 0
      end
      Note over C0,M: livelock: T can never finish (1 step)
    "
  `);
});

interface Itf {
  readonly vars: readonly string[];
  readonly states: readonly Record<string, unknown>[];
  readonly loop?: number;
}

test('states as ITF: every variable in each, integers as #bigint, functions as #map', async () => {
  const body = `
    const mm = shared({ lock: spinlock(), pcpu: [{ cid: 3 }, { cid: 4 }] });
    const on = shared(false);
    const g = ghost(0);
    task('T', () => {
      spin_lock(mm.lock);
      WRITE_ONCE(mm.pcpu[1].cid, -5);
      WRITE_ONCE(on, true);
      g.value = 7;
      assert(READ_ONCE(on) === false, 'no');
    });`;
  const trace = JSON.parse(await exported(body, 'sc', 'itf')) as Itf;
  expect(trace.vars).toEqual(['mm', 'on', 'g', 'at_line']);
  const cid = (value: string): unknown => ({ cid: { '#bigint': value } });
  const pcpu = (second: string): unknown => ({
    '#map': [
      [{ '#bigint': '0' }, cid('3')],
      [{ '#bigint': '1' }, cid(second)],
    ],
  });
  expect(trace.states.at(0)).toMatchObject({ mm: { lock: 'free', pcpu: pcpu('4') }, on: false });
  expect(trace.states.at(-1)).toMatchObject({
    mm: { lock: 'T', pcpu: pcpu('-5') },
    on: true,
    g: { '#bigint': '7' },
  });
  for (const [index, state] of trace.states.entries()) {
    expect(Object.keys(state)).toEqual(['#meta', ...trace.vars]);
    expect(state['#meta']).toMatchObject({ index });
  }
  expect(trace.loop).toBeUndefined();
});

test('the loop of a livelock begins where its first step is taken', async () => {
  const body = `
    const a = shared(spinlock());
    const b = shared(0);
    task('T0', () => { spin_lock(a); while (READ_ONCE(b) === 0) cpu_relax(); });`;
  const trace = JSON.parse(await exported(body, 'sc', 'itf')) as Itf;
  expect([trace.states.length, trace.loop]).toEqual([trace.states.length, trace.states.length - 1]);
});

test('store buffers are variables under tso', async () => {
  const trace = JSON.parse(await exported(STORE_BUFFERING, 'tso', 'itf')) as Itf;
  expect(trace.states[1]).toMatchObject({
    x: { '#bigint': '0' },
    store_buffers: {
      '#map': [
        ['CPU0', [{ variable: 'x', value: { '#bigint': '1' } }]],
        ['CPU1', []],
      ],
    },
  });
});
