/** The state graph that is drawn, against the figures and the failures of a check of the same run. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import { stateGraph } from '../../src/checker/state-graph.ts';
import type { StateGraph } from '../../src/checker/state-graph.ts';
import { loadSpec } from '../../src/language/loader.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { memoryModels } from '../../src/memory-models/index.ts';
import type { MemoryModel, Snapshot } from '../../src/memory-models/memory-model.ts';
import { MachineBuilder, eq, lt } from '../machine/builder.ts';
import type { ProgramBuilder, Variable } from '../machine/builder.ts';
import { NO_LIMITS } from './options.ts';

const ROOT = join(import.meta.dirname, '../..');
const MODELS = ['sc', 'tso', 'power'];

function modelOf(name: string): MemoryModel {
  const model = memoryModels.get(name);
  if (model === undefined) throw new Error(`no ${name}`);
  return model;
}

function machineOf(spec: string): Machine {
  const loaded = loadSpec(join(ROOT, 'specs/lib', spec, 'spec.ts'));
  const [version = '', configuration = ''] = [loaded.versions[0], loaded.configurations[0]];
  return loaded.machine(loaded.parameters(version, configuration, {}));
}

async function graphOf(machine: Machine, model: string, most: number): Promise<StateGraph> {
  const result = await stateGraph(machine, modelOf(model), most, NO_LIMITS);
  if (result.kind !== 'graph') throw new Error(result.kind);
  return result.graph;
}

function sums({ nodes, edges }: StateGraph): readonly number[] {
  return [
    nodes.reduce((sum, { states }) => sum + states, 0),
    edges.reduce((sum, { steps }) => sum + steps, 0),
  ];
}

async function failuresOf(machine: Machine, model: string): Promise<readonly string[]> {
  const { failures } = await check(machine, modelOf(model), NO_LIMITS);
  return failures.map(({ kind, property }) => `${kind} ${property}`);
}

function runsOf(specs: readonly string[]): readonly { spec: string; model: string }[] {
  return specs.flatMap((spec) => MODELS.map((model) => ({ spec, model })));
}

test.each(runsOf(['mutex', 'slab', 'rcu']))(
  '$spec under $model: the states and steps that check counts',
  async (run) => {
    const machine = machineOf(run.spec);
    const { states, transitions } = await check(machine, modelOf(run.model), NO_LIMITS);
    const graph = await graphOf(machine, run.model, states);
    expect(graph).toMatchObject({ states, transitions, isQuotient: false });
    expect(graph.nodes).toHaveLength(states);
    expect(sums(graph)).toEqual([states, transitions]);
  },
);

test.each(runsOf(['llist', 'rcu', 'rseq']))(
  '$spec under $model: a quotient has every state and step once',
  async (run) => {
    const machine = machineOf(run.spec);
    const whole = await graphOf(machine, run.model, 10_000);
    const places = new Set(whole.nodes.map(({ state }) => state.nodes.join(' ')));
    expect(places.size).toBeLessThan(whole.states);
    const quotient = await graphOf(machine, run.model, whole.states - 1);
    expect(quotient.isQuotient).toBe(true);
    expect(quotient.nodes).toHaveLength(places.size);
    expect(sums(quotient)).toEqual([whole.states, whole.transitions]);
    expect(marked(quotient)).toEqual(marked(whole));
  },
);

/** How many states have each mark. */
function marked({ nodes }: StateGraph): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind, what, states } of nodes.flatMap(({ marks }) => marks)) {
    const key = `${kind} ${what}`.trim();
    counts[key] = (counts[key] ?? 0) + states;
  }
  return counts;
}

function build(describe: (b: MachineBuilder) => void): Machine {
  const b = new MachineBuilder('by hand');
  describe(b);
  return b.build();
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

/** ABBA. */
const DEADLOCK = build((b) => {
  const [a, c] = [b.lockWord('a'), b.lockWord('c')];
  for (const [cpu, locks] of [[a, c] as const, [c, a] as const].entries()) {
    b.task(`T${cpu}`, cpu, (p) => {
      p.lock(locks[0]);
      p.lock(locks[1]);
      p.unlock(locks[1]);
      p.unlock(locks[0]);
    });
  }
});

test('a deadlock is one state; those that lead there alone are no livelock', async () => {
  const graph = await graphOf(DEADLOCK, 'sc', 200);
  expect(marked(graph)).toEqual({ initial: 1, final: 1, deadlock: 1 });
  const stuck = graph.nodes.findIndex(({ marks }) => marks[0]?.kind === 'deadlock');
  expect(graph.edges.filter(({ from }) => from === stuck)).toEqual([]);
  expect(await failuresOf(DEADLOCK, 'sc')).toEqual(['deadlock deadlock']);
});

/** Whoever is late finds the flag taken back. */
const LIVELOCK = build((b) => {
  const flag = b.location('flag', 1);
  b.task('late', 0, spin(flag));
  b.task('taker', 1, (p) => p.store(flag, 0));
});

test.each(MODELS)('livelock under %s: every state without a way out', async (model) => {
  const graph = await graphOf(LIVELOCK, model, 200);
  const doomed = graph.nodes.filter(({ marks }) => marks.some(({ kind }) => kind === 'livelock'));
  expect(new Set(doomed.map(({ marks }) => marks[0]?.what))).toEqual(
    new Set(['late can never finish']),
  );
  const inside = new Set(doomed.map((node) => graph.nodes.indexOf(node)));
  const finished = graph.nodes.flatMap(({ state }, index) => (isDone(state) ? [index] : []));
  expect(finished.length).toBeGreaterThan(0);
  const saved = leadingTo(graph, finished);
  expect(graph.nodes.map((_, index) => inside.has(index) !== saved.has(index))).not.toContain(
    false,
  );
  expect(await failuresOf(LIVELOCK, model)).toEqual(['livelock livelock']);
});

function isDone({ nodes }: Snapshot): boolean {
  return LIVELOCK.contexts[0]?.nodes[nodes[0] ?? 0]?.kind === 'done';
}

/** Every node from which one of these can be reached. */
function leadingTo({ edges }: StateGraph, ends: readonly number[]): ReadonlySet<number> {
  const found = new Set(ends);
  for (let size = 0; size < found.size;) {
    size = found.size;
    for (const { from, to } of edges) if (found.has(to)) found.add(from);
  }
  return found;
}

/** Under power states tell of accesses that were made, too: the reader's comes after the writer's. */
test.each([
  ['sc', 1],
  ['tso', 1],
  ['power', 2],
])('a race under %s is marked with its variable', async (model, states) => {
  const machine = build((b) => {
    const x = b.location('x');
    b.task('writer', 0, (p) => p.store(x, 1, 'plain'));
    b.task('reader', 1, (p) => p.load(p.register('r'), x, 'plain'));
  });
  expect(marked(await graphOf(machine, model, 200))).toMatchObject({ 'race x': states });
  expect(await failuresOf(machine, model)).toEqual(['race race']);
});

const ASSERTION = build((b) => {
  const x = b.location('x');
  b.task('writer', 0, (p) => p.store(x, 2));
  b.task('reader', 1, (p) => {
    const r = p.register('r');
    p.load(r, x);
    p.assert(lt(r, 2), 'small');
  });
  b.property('invariant', 'never 2', (p) => {
    const r = p.register('r');
    p.load(r, x);
    return lt(r, 2);
  });
});

test.each(MODELS)('what fails under %s is marked by its name', async (model) => {
  const counts = marked(await graphOf(ASSERTION, model, 200));
  const names = Object.keys(counts).filter((key) => key.startsWith('fails'));
  expect(names.toSorted()).toEqual(['fails never 2', 'fails small']);
  const failures = await failuresOf(ASSERTION, model);
  expect(failures.toSorted()).toEqual(['assertion small', 'invariant never 2']);
});

test('too many places are refused with their number', async () => {
  expect(await stateGraph(DEADLOCK, modelOf('sc'), 3, NO_LIMITS)).toMatchObject({
    kind: 'too-large',
    states: (await graphOf(DEADLOCK, 'sc', 200)).states,
  });
});

test('part of a graph is none', async () => {
  const options = { ...NO_LIMITS, maxStates: 3 };
  expect(await stateGraph(DEADLOCK, modelOf('sc'), 200, options)).toMatchObject({
    kind: 'stopped',
    limits: ['--max-states 3'],
  });
});
