/**
 * Fair components and lassos of random labelled graphs, against the definitions: machines seldom have
 * the graphs in which a component has to be cut before it is fair.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fairComponents } from '../../src/checker/fairness/fair-components.ts';
import type { LabelledGraph } from '../../src/checker/fairness/labels.ts';
import { shortLasso } from '../../src/checker/fairness/lasso.ts';
import type { LabelledStep, Lasso } from '../../src/checker/fairness/lasso.ts';
import { hasFairCycle } from '../../src/checker/reference/starvation.ts';
import type { FairNode } from '../../src/checker/reference/starvation.ts';
import type { Fairness } from '../../src/machine/fairness.ts';

const RUNS = 10 * Number(process.env['KCHECK_RANDOM_RUNS'] ?? 300);

/** Two contexts and the memories of two CPUs. */
const AGENTS = [0, 1, -1, -2];

const graphs: fc.Arbitrary<readonly FairNode[]> = fc.integer({ min: 1, max: 9 }).chain((size) => {
  const agent = fc.constantFrom(...AGENTS);
  const edge = fc.record({ agent, to: fc.nat(size - 1) });
  const node = fc
    .record({ edges: fc.array(edge, { maxLength: 3 }), failing: fc.array(agent, { maxLength: 1 }) })
    .map(({ edges, failing }) => ({
      edges,
      enabled: new Set([...edges.map((each) => each.agent), ...failing]),
    }));
  return fc.array(node, { minLength: size, maxLength: size });
});

test.each<Fairness>(['weak', 'strong'])('random graphs under %s fairness', (fairness) => {
  const count = { with: 0, without: 0 };
  const property = fc.property(graphs, fc.infiniteStream(fc.nat(7)), (nodes, stream) => {
    const inside = nodes.map(() => (stream.next().value === 0 ? 0 : 1));
    const states = new Set(inside.flatMap((is, state) => (is === 1 ? [state] : [])));
    const graph = labelled(nodes);
    const components = fairComponents(graph, Uint8Array.from(inside), fairness);
    const lasso = shortLasso(graph, components, fairness);
    const wanted = hasFairCycle(nodes, states, fairness);
    expect(lasso !== null).toBe(wanted);
    expect(components.some((component) => component !== 0)).toBe(wanted);
    count[wanted ? 'with' : 'without']++;
    if (lasso !== null) expectFair(nodes, states, lasso, fairness);
  });
  fc.assert(property, { numRuns: RUNS });
  expect(Math.min(count.with, count.without)).toBeGreaterThan(RUNS / 10);
});

/** A component that is unfair to the memory of CPU 0 as a whole has a cycle that is fair. */
test('a component is cut where an agent without a step is enabled', () => {
  const nodes: FairNode[] = [
    { edges: [{ agent: 0, to: 1 }], enabled: new Set([0]) },
    {
      edges: [
        { agent: 0, to: 0 },
        { agent: 0, to: 2 },
      ],
      enabled: new Set([0]),
    },
    { edges: [{ agent: 0, to: 0 }], enabled: new Set([0, -1]) },
  ];
  const graph = labelled(nodes);
  const components = fairComponents(graph, Uint8Array.of(1, 1, 1), 'strong');
  expect([...components].map((component) => component !== 0)).toEqual([true, true, false]);
  expect(shortLasso(graph, components, 'strong')).toEqual({
    start: 0,
    cycle: [
      { mover: 0, state: 1 },
      { mover: 0, state: 0 },
    ],
  });
});

test('a cycle makes a detour for each agent that would else be treated unfairly', () => {
  const loop = (agent: number, to: number): FairNode => ({
    edges: [
      { agent: 0, to: 0 },
      { agent, to },
    ],
    enabled: new Set([0, agent, 1, -2]),
  });
  const nodes = [loop(1, 1), loop(-2, 2), loop(0, 0)];
  const components = fairComponents(labelled(nodes), Uint8Array.of(1, 1, 1), 'weak');
  const cycle = shortLasso(labelled(nodes), components, 'weak')?.cycle ?? [];
  expect(cycle.map(({ mover }) => mover).toSorted((a, b) => a - b)).toEqual([-2, 0, 1]);
});

function labelled(nodes: readonly FairNode[]): LabelledGraph {
  const edgesFrom = [0];
  for (const { edges } of nodes) edgesFrom.push((edgesFrom.at(-1) ?? 0) + edges.length);
  const all = nodes.flatMap(({ edges }) => edges);
  return {
    size: nodes.length,
    edges: Int32Array.from(all, ({ to }) => to),
    edgesFrom: Int32Array.from(edgesFrom),
    levels: [0],
    movers: Int32Array.from(all, ({ agent }) => agent),
    contexts: words(nodes, (agent) => (agent >= 0 ? 1 << agent : 0)),
    memories: words(nodes, (agent) => (agent < 0 ? 1 << (-1 - agent) : 0)),
    settled: new Int32Array(nodes.length),
    expanded: nodes.length,
    bytes: 0,
  };
}

function words(nodes: readonly FairNode[], bitOf: (agent: number) => number): Int32Array {
  return Int32Array.from(nodes, ({ enabled }) =>
    [...enabled].reduce((word, agent) => word | bitOf(agent), 0),
  );
}

/** The cycle is one of the graph, within the states, and fair by the definition. */
function expectFair(
  nodes: readonly FairNode[],
  inside: ReadonlySet<number>,
  { start, cycle }: Lasso,
  fairness: Fairness,
): void {
  let from = start;
  for (const { mover, state } of cycle) {
    expect(nodes[from]?.edges).toContainEqual({ agent: mover, to: state });
    expect(inside.has(state)).toBe(true);
    from = state;
  }
  expect(from).toBe(start);
  for (const agent of AGENTS) {
    expect(isTreatedFairly(nodes, agent, cycle, fairness)).toBe(true);
  }
}

function isTreatedFairly(
  nodes: readonly FairNode[],
  agent: number,
  cycle: readonly LabelledStep[],
  fairness: Fairness,
): boolean {
  const enabled = cycle.filter(({ state }) => nodes[state]?.enabled.has(agent)).length;
  const asked = fairness === 'weak' ? enabled === cycle.length : enabled > 0;
  return !asked || cycle.some(({ mover }) => mover === agent);
}
